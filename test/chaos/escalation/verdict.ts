/** What was fired, told by the stream that every firing writes to in its own commit, against what should have been. */
import { keysOf } from "../../../domain/contract/keys.ts";
import type { Call } from "../../../domain/incidents/call.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import type { Send } from "../../../workers/redis.ts";
import { SITE, type Timer } from "./timers.ts";

/** Redis was away from `from` to `to` (epoch ms). */
export type Outage = { from: number; to: number };

export type Verdict = {
  armed: number;
  acknowledgedInTime: number;
  fired: number;
  missed: number;
  doubled: number;
  early: number;
  /** fired though acknowledged before it fell due */
  afterAck: number;
  /** of those: ms from the record to the due moment, and from there to the firing */
  afterAckMs: [ackedBefore: number, firedAfter: number][];
  /** fired as the incidents themselves say, other than as they were told */
  untrue: number;
  lateMs: { p50: number; p99: number; max: number };
  /** of what fell due while Redis was away or within ten seconds afterwards, counted from its return */
  afterOutageMs: number;
};

const PAGE = 1_000;
/** What fell due so soon after an outage is still its doing. */
const AFTER_MS = 10_000;

async function callsOf(send: Send): Promise<Call[]> {
  const calls: Call[] = [];
  let from = "-";
  for (;;) {
    const key = keysOf(SITE).annunciations;
    const page = await send<[string, string[]][]>("XRANGE", key, from, "+", "COUNT", String(PAGE));
    calls.push(...page.map(([, fields]) => JSON.parse(fields[1] ?? "{}") as Call));
    const last = page.at(-1)?.[0];
    if (last === undefined || page.length < PAGE) return calls;
    from = `(${last}`;
  }
}

async function incidentsOf(send: Send): Promise<Map<string, Incident>> {
  const texts = await send<string[]>("HVALS", keysOf(SITE).incidents);
  const all = texts.map((text) => JSON.parse(text) as Incident);
  return new Map(all.map((incident) => [incident.id, incident]));
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

function latenessOf(
  calls: readonly Call[],
  dueAt: ReadonlyMap<string, number>,
  outages: readonly Outage[],
) {
  const calm: number[] = [];
  let afterOutageMs = 0;
  for (const { incident, at } of calls) {
    const due = dueAt.get(incident) ?? at;
    const outage = outages.find(({ from, to }) => due >= from - 1_000 && due <= to + AFTER_MS);
    if (outage === undefined) calm.push(at - due);
    else afterOutageMs = Math.max(afterOutageMs, at - Math.max(due, outage.to));
  }
  calm.sort((a, b) => a - b);
  const lateMs = { p50: quantile(calm, 0.5), p99: quantile(calm, 0.99), max: calm.at(-1) ?? 0 };
  return { lateMs, afterOutageMs };
}

/** `recorded`: when an acknowledgement of it was recorded. */
export async function judge(
  send: Send,
  timers: readonly Timer[],
  recorded: ReadonlyMap<string, number>,
  outages: readonly Outage[],
): Promise<Verdict> {
  const calls = (await callsOf(send)).filter(({ why }) => why === "escalated");
  const incidents = await incidentsOf(send);
  const dueAt = new Map(timers.map(({ id, dueAt: at }) => [id, at]));
  const byIncident = Map.groupBy(calls, ({ incident }) => incident);
  const isAcked = ({ id, dueAt: at }: Timer): boolean => (recorded.get(id) ?? Infinity) <= at;
  const expected = timers.filter((timer) => !isAcked(timer));
  const firedOf = (id: string) => incidents.get(id)?.ladder?.fired ?? [];
  return {
    armed: timers.length,
    acknowledgedInTime: timers.length - expected.length,
    fired: byIncident.size,
    missed: expected.filter(({ id }) => !byIncident.has(id)).length,
    doubled: calls.length - byIncident.size,
    early: calls.filter(({ incident, at }) => at < (dueAt.get(incident) ?? 0)).length,
    afterAck: timers.filter((timer) => isAcked(timer) && byIncident.has(timer.id)).length,
    afterAckMs: timers
      .filter((timer) => isAcked(timer) && byIncident.has(timer.id))
      .map(({ id, dueAt: due }) => [
        due - (recorded.get(id) ?? 0),
        (byIncident.get(id)?.[0]?.at ?? 0) - due,
      ]),
    untrue: timers.filter(({ id }) => firedOf(id).length !== (byIncident.get(id)?.length ?? 0))
      .length,
    ...latenessOf(calls, dueAt, outages),
  };
}

export const LIMITS = { p99Ms: 2_000, afterOutageMs: 10_000 };

/** Names of what was broken; `limits` null: only what may never happen counts, not how long it took. */
export function brokenOf(verdict: Verdict, limits: typeof LIMITS | null = LIMITS): string[] {
  const { missed, doubled, early, afterAck, untrue, lateMs, afterOutageMs } = verdict;
  const counted = Object.entries({ missed, doubled, early, afterAck, untrue });
  const broken = counted.flatMap(([name, count]) => (count > 0 ? [name] : []));
  if (limits !== null && lateMs.p99 > limits.p99Ms) broken.push("late");
  if (limits !== null && afterOutageMs > limits.afterOutageMs) broken.push("late after an outage");
  return broken;
}

/** Firings in the order in which they were told, for what is said about order and pace. */
export const firingsOf = async (send: Send): Promise<Call[]> =>
  (await callsOf(send)).filter(({ why }) => why === "escalated");

/** How many of the firings became a job for whoever tells people, under the id of its notice. */
export async function receivedOf(send: Send): Promise<number> {
  const ids = new Set((await firingsOf(send)).map(({ notice }) => notice));
  const found = await Promise.all(
    [...ids].map((id) => send<number>("EXISTS", `ct-jobs:notify:notice-${id}`)),
  );
  return found.reduce((sum, one) => sum + one, 0);
}
