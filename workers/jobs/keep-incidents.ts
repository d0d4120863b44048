/** Writes down what a look at a site's causes found: one commit, compared with the incidents as they stand then. */
import type { Row } from "../../domain/board.ts";
import type { Detection } from "../../domain/incidents/detection.ts";
import { isIdle, lookTurn } from "../../domain/turn/incident-look.ts";
import type { IncidentStart } from "../../domain/turn/incident-part.ts";
import { currentBook, type IncidentDeps } from "../incidents/loading.ts";
import type { Lane } from "../lane.ts";
import type { Watchdog } from "../watchdog.ts";

/** Refused that often in a row: others are busy with this site, and a newer look will come. */
const MAX_REFUSALS = 8;

type Deps = IncidentDeps & { watchdog: Watchdog; lane: Lane };

const ordersOf = (detections: readonly Detection[]): string[] => [
  ...new Set(detections.flatMap(({ members }) => members)),
];

export function createIncidentKeeping(deps: Deps) {
  const { store, policies, watchdog, lane } = deps;

  /** Last rows of members that left the board. */
  async function closedOf({ members, rows }: IncidentStart): Promise<ReadonlyMap<string, Row>> {
    const gone = new Set([...members.values()].flat().filter((id) => !rows.has(id)));
    return store.incidents.closedRows([...gone]);
  }

  async function keepOnce(detections: readonly Detection[]): Promise<boolean> {
    const at = await store.begin();
    const asked = { all: true, orders: ordersOf(detections) };
    const [rules, from, fetched] = await Promise.all([
      policies(),
      currentBook(deps).then((book) => store.incidents.start(book, asked)),
      store.fetch([]),
    ]);
    const closed = await closedOf(from);
    const turn = watchdog.guard(() => {
      const start = store.startOf(at, at.cursor, fetched, [], rules);
      return lookTurn(start, from, detections, closed);
    });
    return isIdle(turn) || (await store.commit(at, turn));
  }

  /** False when others were too busy: the next look says it again. */
  return async (detections: readonly Detection[]): Promise<boolean> => {
    for (let tries = 0; tries < MAX_REFUSALS; tries += 1)
      if (await lane.run(() => keepOnce(detections))) return true;
    return false;
  };
}
