/** The numbers of a run (promises, section 6): lost, doubled, phantom, changed, wrong, gaps, and the counters recounted from nothing. */
import { contributionOf } from "../../domain/metrics.ts";
import { foldOrder } from "../../domain/fold.ts";
import { promisesOf } from "../../domain/promise.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { essenceOf, referenceFold } from "../domain/reference-fold.ts";
import type { Line } from "./ledger.ts";
import { SOURCE } from "./load.ts";
import type { StoreReading } from "./store-reader.ts";

export type Verdict = {
  acked: number;
  refused: number;
  unknownApplied: number;
  unknownNotApplied: number;
  /** acknowledged and not applied */
  lost: number;
  /** applied more than once */
  doubled: number;
  /** applied, neither acknowledged nor unknown */
  phantom: number;
  /** applied with another body than was sent */
  changed: number;
  /** orders whose state differs from the reference fold of the ledger's own events */
  wrong: number;
  /** numbers missing in the log */
  gaps: number;
  /** counters that differ from a recount */
  miscounted: number;
  deadLetters: number;
  examples: string[];
};

/** What stays of a body when personal fields are split off and instants are turned. */
function open(data: Record<string, unknown>): string {
  const { shipTo, placedAt, ...rest } = data as {
    shipTo?: Record<string, unknown>;
    placedAt?: string;
  };
  const { name: _name, postalCode: _code, ...place } = shipTo ?? {};
  const at = placedAt === undefined ? {} : { placedAt: Date.parse(placedAt) };
  return stable({ ...rest, ...at, ...(shipTo !== undefined && { shipTo: place }) });
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${name}:${stable(field)}`).join()}}`;
}

function judgeLine(line: Line, reading: StoreReading, verdict: Verdict): void {
  const places = reading.applied.get(`${SOURCE} ${line.id}`) ?? [];
  if (line.state === "unknown")
    if (places.length === 0) verdict.unknownNotApplied++;
    else verdict.unknownApplied++;
  else verdict[line.state]++;
  if (line.state === "acked" && places.length === 0) {
    verdict.lost++;
    verdict.examples.push(`lost ${line.id}`);
  }
  if (line.state === "refused" && places.length > 0) verdict.phantom++;
  if (places.length > 1) verdict.doubled += places.length - 1;
  const [first] = places;
  if (first !== undefined && stable(first.data) !== open(line.data)) {
    verdict.changed++;
    verdict.examples.push(`changed ${line.id}: ${stable(first.data)} <> ${open(line.data)}`);
  }
}

function recount(reading: StoreReading, policy: SitePolicy): Map<string, number> {
  const counters = new Map<string, number>();
  const add = (name: string, by: number) => counters.set(name, (counters.get(name) ?? 0) + by);
  for (const { events } of reading.orders.values()) {
    const { order } = foldOrder(events, policy);
    if (order === null) continue;
    const own = contributionOf(order, promisesOf(order, policy), policy);
    for (const [day, fields] of Object.entries(own.counters))
      for (const [field, by] of Object.entries(fields)) add(`${day} ${field}`, by);
    for (const [field, by] of Object.entries(own.totals)) add(`total ${field}`, by);
  }
  return counters;
}

function judgeCounters(reading: StoreReading, policy: SitePolicy, verdict: Verdict): void {
  const expected = recount(reading, policy);
  for (const name of new Set([...expected.keys(), ...reading.counters.keys()])) {
    const is = reading.counters.get(name) ?? 0;
    const should = Math.round(expected.get(name) ?? 0);
    if (is === should) continue;
    verdict.miscounted++;
    verdict.examples.push(`counter ${name} is ${is}, a recount says ${should}`);
  }
}

/** The row that the board shows against the reference fold. Times of the ledger and of the record agree, so both fold the same events. */
function judgeOrders(reading: StoreReading, policy: SitePolicy, verdict: Verdict): void {
  for (const [id, { events }] of reading.orders) {
    const reference = referenceFold(events, policy.site);
    const { order } = foldOrder(events, policy);
    const row = reading.rows.get(id);
    const stage = row === undefined ? null : (JSON.parse(row.text) as { stage: string }).stage;
    const isSame =
      reference !== null &&
      order !== null &&
      stable(essenceOf(order)) === stable(reference) &&
      (reference.closedAt === undefined ? stage === reference.stage : stage === null);
    if (isSame) continue;
    verdict.wrong++;
    verdict.examples.push(`order ${id} shows ${stage}, the reference says ${reference?.stage}`);
  }
}

export function judge(lines: Iterable<Line>, reading: StoreReading, policy: SitePolicy): Verdict {
  const verdict: Verdict = {
    acked: 0,
    refused: 0,
    unknownApplied: 0,
    unknownNotApplied: 0,
    lost: 0,
    doubled: 0,
    phantom: 0,
    changed: 0,
    wrong: 0,
    gaps: reading.gaps,
    miscounted: 0,
    deadLetters: reading.deadLetters,
    examples: [],
  };
  const sent = new Set<string>();
  for (const line of lines) {
    sent.add(`${SOURCE} ${line.id}`);
    judgeLine(line, reading, verdict);
  }
  for (const name of reading.applied.keys())
    if (name.startsWith(SOURCE) && !sent.has(name)) verdict.phantom++;
  judgeCounters(reading, policy, verdict);
  judgeOrders(reading, policy, verdict);
  verdict.examples = verdict.examples.slice(0, 10);
  return verdict;
}

/** Names of the promises that a run broke; empty for a clean one. */
export const brokenIn = (verdict: Verdict): string[] =>
  (["lost", "doubled", "phantom", "changed", "wrong", "gaps", "miscounted"] as const).filter(
    (name) => verdict[name] > 0,
  );
