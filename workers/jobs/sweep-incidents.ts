/**
 * Escalation's clock: takes the incidents of which something fell due by Redis TIME, in the order in which it did.
 *
 * - What has been due for less than ten seconds is taken at once; of what waited longer (the tower was down) at most fifty a second, over all processes.
 * - Whoever acted before it fell due is heard first: an incident with such an action still in the inbox waits for it.
 */
import { isIncidentEvent } from "../../domain/incidents/action.ts";
import { concernedBy } from "../../domain/turn/incident-action.ts";
import { allowanceAt, timeTurn, WAITED_MS } from "../../domain/turn/incident-time.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import { currentBook, type IncidentDeps } from "../incidents/loading.ts";
import type { DueIncident } from "../store/due-reader.ts";
import type { Standing } from "../store/reader.ts";
import type { Watchdog } from "../watchdog.ts";
import type { Drained } from "./drain-inbox.ts";

const MOST_AT_ONCE = 300;

type Waited = Parameters<typeof timeTurn>[3];

/** For each incident the earliest record of an action on it that waits. */
function recordsOf(actions: readonly InboxEntry[]): ReadonlyMap<string, number> {
  const records = new Map<string, number>();
  for (const { entry, recordedAt } of actions) {
    if (entry === null || !isIncidentEvent(entry.event)) continue;
    for (const id of concernedBy(entry.event))
      records.set(id, Math.min(records.get(id) ?? Infinity, recordedAt));
  }
  return records;
}

export function createIncidentSweep(deps: IncidentDeps & { watchdog: Watchdog }) {
  const { store, policies, watchdog } = deps;
  const { readDue, readFirings, readActions, start } = store.incidents;

  /** Those that may be taken now; `waited` says how many of them are long due. */
  async function dueNow(now: number) {
    const before = await readFirings();
    const edge = now - WAITED_MS;
    const [late, fresh] = await Promise.all([
      readDue("-inf", edge, allowanceAt(now, before)),
      readDue(`(${edge}`, now, MOST_AT_ONCE),
    ]);
    return { before, late, fresh };
  }

  async function take(at: Standing, ids: readonly string[], waited: Waited): Promise<Drained> {
    const letters = ids.map((id) => `dl-escalation-${id}`);
    const [rules, from, fetched] = await Promise.all([
      policies(),
      currentBook(deps).then((book) => start(book, { incidents: ids, bare: true })),
      store.fetch([], { letters }),
    ]);
    const turn = watchdog.guard(() => {
      const begun = store.startOf(at, at.cursor, fetched, [], rules);
      return timeTurn(begun, from, ids, waited);
    });
    return (await store.commit(at, turn)) ? "applied" : "refused";
  }

  async function sweep(): Promise<Drained> {
    const at = await store.begin();
    const { before, late, fresh } = await dueNow(await store.time());
    if (late.length + fresh.length === 0) return "empty";
    const records = recordsOf(await readActions(at.cursor));
    const isFree = ({ id, at: dueAt }: DueIncident) => (records.get(id) ?? Infinity) > dueAt;
    const waited = late.filter(isFree);
    const ids = [...waited, ...fresh.filter(isFree)].map(({ id }) => id);
    return ids.length === 0 ? "empty" : take(at, ids, { count: waited.length, before });
  }

  /** Sets the timers of these as they should be; one that is due is taken. */
  async function mend(ids: readonly string[]): Promise<Drained> {
    const before = { second: 0, count: 0 };
    return take(await store.begin(), ids.slice(0, MOST_AT_ONCE), { count: 0, before });
  }

  return { sweep, mend };
}
