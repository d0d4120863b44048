/** What incidents leave behind: resolved ones go out of the way after a day and for good after thirty, with what is remembered of their actions and calls. */
import { DEDUPE_WINDOW_MS } from "../../domain/contract/ingest.ts";
import { DAY_MS, keysOf } from "../../domain/contract/keys.ts";
import { recordedAtOf } from "../../domain/contract/positions.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Send } from "../redis.ts";

const KEPT_WHOLE_MS = DAY_MS;
const KEPT_MS = 30 * DAY_MS;
const OPENINGS_MS = 2 * DAY_MS;
const CALLS_MS = 31 * DAY_MS;
const PAGE = 200;

/** Ids of incidents that were resolved before `until`, the earliest first, at most a page. */
async function resolvedBefore(send: Send, site: string, until: number): Promise<string[]> {
  const { incidentClosings } = keysOf(site);
  const range = ["-inf", String(until), "LIMIT", "0", String(PAGE)];
  return send<string[]>("ZRANGEBYSCORE", incidentClosings, ...range);
}

const hmget = async (send: Send, key: string, fields: readonly string[]) =>
  fields.length === 0 ? [] : send<(string | null)[]>("HMGET", key, ...fields);

/** Incidents by id as they are kept, the causes that name them, and those whose time is over. */
export type Leaving = { whole: Map<string, string>; causes: string[]; gone: string[] };

/** Causes whose newest incident is one of these: it is not brought back any more. */
async function causesOf(send: Send, site: string, whole: ReadonlyMap<string, string>) {
  const byCause = new Map(
    [...whole].map(([id, text]) => [(JSON.parse(text) as Incident).cause, id]),
  );
  const causes = [...byCause.keys()];
  const newest = await hmget(send, keysOf(site).incidentCauses, causes);
  return causes.filter((cause, place) => newest[place] === byCause.get(cause));
}

/** Which incidents move to the closed ones, whole, and which are forgotten. */
export async function leavingIncidents(send: Send, site: string, now: number): Promise<Leaving> {
  const gone = await resolvedBefore(send, site, now - KEPT_MS);
  const [from, to] = [String(now - KEPT_MS), String(now - KEPT_WHOLE_MS)];
  const { incidentClosings, incidents } = keysOf(site);
  const over = await send<string[]>("ZRANGEBYSCORE", incidentClosings, from, to);
  const whole = new Map<string, string>();
  for (let first = 0; first < over.length && whole.size < PAGE; first += PAGE) {
    const some = over.slice(first, first + PAGE);
    const texts = await hmget(send, incidents, some);
    some.forEach((id, place) => {
      const text = texts[place];
      if (text != null) whole.set(id, text);
    });
  }
  return { whole, causes: await causesOf(send, site, whole), gone };
}

/** Of no consequence to any turn: nothing compares them. */
export async function trimIncidentTraces(send: Send, site: string, now: number): Promise<void> {
  const { incidentOpenings, incidentFates, annunciations } = keysOf(site);
  await send("ZREMRANGEBYSCORE", incidentOpenings, "-inf", String(now - OPENINGS_MS));
  await send("XTRIM", annunciations, "MINID", "~", `${now - CALLS_MS}-0`);
  const positions = await send<string[]>("HKEYS", incidentFates);
  const old = positions.filter((position) => recordedAtOf(position) < now - DEDUPE_WINDOW_MS);
  if (old.length > 0) await send("HDEL", incidentFates, ...old.slice(0, 1_000));
}
