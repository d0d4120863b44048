/**
 * What an order counts for. Everything is derived from the folded order, so folding again moves counters by the difference of two contributions, also in
 * past days (architecture, rule 8).
 *
 * Counters of one UTC day: `<bucket>|in|<stage>`, `<bucket>|out|<stage>` with buckets of 5 minutes from 0; `<hour>|dwell|<stages>|<bin>`, the elapsed time in
 * a stage by the hour in which it was left, in bins 10 % wide (a quantile is off by 5 % at most). Stages whose border was not scanned share one dwell, `a+b`.
 * In minus out over all days is what stands in a stage now. Totals: `closed|<stage>`, `shippedOnTime`, `shippedLate`, `deliveredOnTime`, `deliveredLate`.
 */
import { binOf } from "./dwell.ts";
import type { Order } from "./order.ts";
import type { Promises } from "./promise.ts";
import type { SitePolicy } from "./site.ts";
import { STAGE_RANK, type Stage } from "./stages.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./wall-clock.ts";

export type Contribution = {
  /** UTC day (days since 1970) -> counter field -> number */
  counters: Record<string, Record<string, number>>;
  totals: Record<string, number>;
};

export const BUCKET_MS = 5 * MINUTE_MS;

/** Being in a stage from a known moment; `skipped` stages before it were passed without a scan. */
type Visit = { stage: Stage; at: number; skipped: readonly Stage[] };

/** The stage that a start scan enters, by the milestone it leads to. */
const STARTED: Partial<Record<Stage, Stage>> = { picked: "picking", packed: "packing" };

/** The way of an order as far as scans tell, its present stage last. */
export function visitsOf(order: Order): Visit[] {
  const visits: Visit[] = [];
  let skipped: Stage[] = [];
  const enter = (stage: Stage, at: number): void => {
    if (visits.at(-1)?.stage === stage) return;
    visits.push({ stage, at, skipped });
    skipped = [];
  };
  for (const { stage, at, startedAt } of order.timeline) {
    const started = STARTED[stage];
    // a start scan stands in the timeline itself, unless it came late
    if (startedAt !== null && started !== undefined && startedAt > (visits.at(-1)?.at ?? 0)) {
      enter(started, startedAt);
    }
    if (at === null) skipped = [...skipped, stage];
    else enter(stage, at);
  }
  enter(order.stage, order.stageSince);
  return visits;
}

function add(counters: Contribution["counters"], at: number, field: string, by: number): void {
  const day = String(Math.floor(at / DAY_MS));
  const fields = (counters[day] ??= {});
  fields[field] = (fields[field] ?? 0) + by;
}

const msIntoDay = (at: number): number => at - Math.floor(at / DAY_MS) * DAY_MS;
const bucketOf = (at: number): number => Math.floor(msIntoDay(at) / BUCKET_MS);
const hourOf = (at: number): number => Math.floor(msIntoDay(at) / HOUR_MS);

/** Counts the visits from the `from`th on, each once or, with `by` -1, takes them back. */
function countFlow(
  counters: Contribution["counters"],
  visits: readonly Visit[],
  from = 0,
  by = 1,
): void {
  let before = visits[from - 1];
  for (const visit of visits.slice(from)) {
    const { stage, at, skipped } = visit;
    const last = before;
    before = visit;
    add(counters, at, `${bucketOf(at)}|in|${stage}`, by);
    if (last === undefined) continue;
    add(counters, at, `${bucketOf(at)}|out|${last.stage}`, by);
    const stages = [last.stage, ...skipped].join("+");
    add(counters, at, `${hourOf(at)}|dwell|${stages}|${binOf(Math.max(0, at - last.at))}`, by);
  }
}

type Outcome = { at: number | undefined; by: number | null };

function countOutcome(totals: Record<string, number>, name: string, { at, by }: Outcome): void {
  if (at === undefined || by === null) return;
  totals[`${name}${at <= by ? "OnTime" : "Late"}`] = 1;
}

function totalsOf(order: Order, promises: Promises | null): Record<string, number> {
  const totals: Record<string, number> = {};
  if (order.closedAt !== undefined) totals[`closed|${order.stage}`] = 1;
  if (promises === null) return totals;
  countOutcome(totals, "shipped", { at: order.handedOverAt, by: promises.shipBy });
  countOutcome(totals, "delivered", { at: order.deliveredAt, by: promises.deliverBy });
  return totals;
}

/** What one order adds to its site's counters; nothing while it is not known. A pure function of the fold: no clock. */
export function contributionOf(
  order: Order | null,
  promises: Promises | null,
  _policy: SitePolicy,
): Contribution {
  const contribution: Contribution = { counters: {}, totals: {} };
  if (order === null) return contribution;
  countFlow(contribution.counters, visitsOf(order));
  return { ...contribution, totals: totalsOf(order, promises) };
}

type Numbers = Record<string, number>;

/** after - before, zeros left out. */
function subtract(before: Numbers, after: Numbers): Numbers {
  const result: Numbers = {};
  for (const [field, value] of Object.entries(after)) {
    const difference = value - (before[field] ?? 0);
    if (difference !== 0) result[field] = difference;
  }
  for (const [field, value] of Object.entries(before)) {
    if (after[field] === undefined && value !== 0) result[field] = -value;
  }
  return result;
}

/** What must be added to counters that hold `before` so that they hold `after`; zeros and empty days left out. */
export function differenceOf(before: Contribution, after: Contribution): Contribution {
  const counters: Contribution["counters"] = {};
  for (const day of new Set([...Object.keys(before.counters), ...Object.keys(after.counters)])) {
    const fields = subtract(before.counters[day] ?? {}, after.counters[day] ?? {});
    if (Object.keys(fields).length > 0) counters[day] = fields;
  }
  return { counters, totals: subtract(before.totals, after.totals) };
}

const isSameVisit = (a: Visit, b: Visit | undefined): boolean =>
  b !== undefined &&
  a.at === b.at &&
  a.stage === b.stage &&
  a.skipped.length === b.skipped.length &&
  a.skipped.every((stage, place) => stage === b.skipped[place]);

function withoutZeros(counters: Contribution["counters"]): Contribution["counters"] {
  const result: Contribution["counters"] = {};
  for (const [day, fields] of Object.entries(counters)) {
    const moved = subtract({}, fields);
    if (Object.keys(moved).length > 0) result[day] = moved;
  }
  return result;
}

export type Counted = { order: Order | null; promises: Promises | null };

/**
 * `differenceOf` both contributions, without counting what they share: a new event mostly adds one visit at the end of a long way.
 */
export function contributionBetween(before: Counted, after: Counted): Contribution {
  const old = before.order === null ? [] : visitsOf(before.order);
  const now = after.order === null ? [] : visitsOf(after.order);
  const split = old.findIndex((visit, place) => !isSameVisit(visit, now[place]));
  const from = split === -1 ? old.length : split;
  const counters: Contribution["counters"] = {};
  countFlow(counters, old, from, -1);
  countFlow(counters, now, from, 1);
  const totals = subtract(
    before.order === null ? {} : totalsOf(before.order, before.promises),
    after.order === null ? {} : totalsOf(after.order, after.promises),
  );
  return { counters: withoutZeros(counters), totals };
}

/** True for stages after which nothing follows: nothing stands in them. */
export const holdsNothing = (stage: string): boolean =>
  stage === "delivered" || (STAGE_RANK[stage as Stage] ?? 0) >= STAGE_RANK.returned;
