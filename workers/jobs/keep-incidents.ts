/**
 * Writes down what a look at a site's causes found. All incidents are read and compared without holding anybody up; only then the lane is taken, and of those that change the newest
 * state is read again: one commit, compared as all are. A person's action in between is seen, and undone by nothing.
 */
import type { Row } from "../../domain/board.ts";
import type { Detection } from "../../domain/incidents/detection.ts";
import { isIdle, lookTurn, touchedBy } from "../../domain/turn/incident-look.ts";
import { type IncidentStart, renewed } from "../../domain/turn/incident-part.ts";
import type { Turn } from "../../domain/turn/turn.ts";
import { currentBook, type IncidentDeps } from "../incidents/loading.ts";
import type { Lane } from "../lane.ts";
import type { Standing } from "../store/reader.ts";

/** Others are busy with this site: a newer look will come. */
const MAX_LOOKS = 3;
const MAX_REFUSALS = 5;

type Deps = IncidentDeps & { lane: Lane };
/** Everything as it stood when it was read. */
type Overview = { from: IncidentStart; closed: ReadonlyMap<string, Row> };

/** For a sketch that nobody commits. */
const NOWHERE: Standing = { cursor: "", seq: 0, epoch: "", dead: 0, stubs: 0 };

/** Another look, of another process that took the site over, opened an incident of a cause that is to be opened here. */
const isOpenedMeanwhile = (turn: Turn, before: IncidentStart, fresh: IncidentStart): boolean =>
  [...turn.incidents.causes.keys()].some(
    (cause) => before.causes.get(cause) !== fresh.causes.get(cause),
  );

const ordersOf = (detections: readonly Detection[]): string[] => [
  ...new Set(detections.flatMap(({ members }) => members)),
];

export function createIncidentKeeping(deps: Deps) {
  const { store, policies, lane } = deps;

  async function overviewOf(detections: readonly Detection[]): Promise<Overview> {
    const book = await currentBook(deps);
    const from = await store.incidents.start(book, {
      all: true,
      orders: ordersOf(detections),
      causes: detections.map(({ cause }) => cause),
    });
    const { members, rows } = from;
    const gone = new Set([...members.values()].flat().filter((id) => !rows.has(id)));
    return { from, closed: await store.incidents.closedRows([...gone]) };
  }

  /** What would change, as things stood: written by nobody. */
  async function draft(
    { from, closed }: Overview,
    detections: readonly Detection[],
  ): Promise<Turn> {
    const [rules, fetched] = await Promise.all([policies(), store.fetch([])]);
    return lookTurn(store.startOf(NOWHERE, "", fetched, [], rules), from, detections, closed);
  }

  /** `stale`: what changes now was not read again; somebody did something in between. */
  async function write(
    { from, closed }: Overview,
    detections: readonly Detection[],
    sketch: Turn,
  ): Promise<"written" | "refused" | "stale"> {
    const touched = touchedBy(sketch);
    const at = await store.begin();
    const [rules, fresh, fetched] = await Promise.all([
      policies(),
      store.incidents.start(from.book, { ...touched, causes: [...sketch.incidents.causes.keys()] }),
      store.fetch([]),
    ]);
    // of all incidents there are, so it may take its time: nobody's event is in it that could be poison
    const start = store.startOf(at, at.cursor, fetched, [], rules);
    const turn = lookTurn(start, renewed(from, fresh, touched), detections, closed);
    if (isIdle(turn)) return "written";
    if (isOpenedMeanwhile(turn, from, fresh)) return "stale";
    const now = touchedBy(turn);
    const isRead = (ids: readonly string[], read: readonly string[]) => {
      const known = new Set(read);
      return ids.every((id) => known.has(id));
    };
    if (!isRead(now.incidents, touched.incidents) || !isRead(now.orders, touched.orders))
      return "stale";
    return (await store.commit(at, turn)) ? "written" : "refused";
  }

  async function keepOnce(detections: readonly Detection[]): Promise<boolean> {
    const overview = await overviewOf(detections);
    const sketch = await draft(overview, detections);
    if (isIdle(sketch)) return true;
    for (let tries = 0; tries < MAX_REFUSALS; tries += 1) {
      const done = await lane.run(() => write(overview, detections, sketch));
      if (done !== "refused") return done === "written";
    }
    return false;
  }

  /** False when others were too busy: the next look says it again. */
  return async (detections: readonly Detection[]): Promise<boolean> => {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) if (await keepOnce(detections)) return true;
    return false;
  };
}
