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

function add(counters: Contribution["counters"], at: number, field: string): void {
  const day = String(Math.floor(at / DAY_MS));
  const fields = (counters[day] ??= {});
  fields[field] = (fields[field] ?? 0) + 1;
}

const msIntoDay = (at: number): number => at - Math.floor(at / DAY_MS) * DAY_MS;
const bucketOf = (at: number): number => Math.floor(msIntoDay(at) / BUCKET_MS);
const hourOf = (at: number): number => Math.floor(msIntoDay(at) / HOUR_MS);

function countFlow(counters: Contribution["counters"], visits: readonly Visit[]): void {
  for (const [index, { stage, at, skipped }] of visits.entries()) {
    add(counters, at, `${bucketOf(at)}|in|${stage}`);
    const before = visits[index - 1];
    if (before === undefined) continue;
    add(counters, at, `${bucketOf(at)}|out|${before.stage}`);
    const stages = [before.stage, ...skipped].join("+");
    add(counters, at, `${hourOf(at)}|dwell|${stages}|${binOf(Math.max(0, at - before.at))}`);
  }
}

type Outcome = { at: number | undefined; by: number | null };

function countOutcome(totals: Record<string, number>, name: string, { at, by }: Outcome): void {
  if (at === undefined || by === null) return;
  totals[`${name}${at <= by ? "OnTime" : "Late"}`] = 1;
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
  const { totals } = contribution;
  if (order.closedAt !== undefined) totals[`closed|${order.stage}`] = 1;
  if (promises === null) return contribution;
  countOutcome(totals, "shipped", { at: order.handedOverAt, by: promises.shipBy });
  countOutcome(totals, "delivered", { at: order.deliveredAt, by: promises.deliverBy });
  return contribution;
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

/** True for stages after which nothing follows: nothing stands in them. */
export const holdsNothing = (stage: string): boolean =>
  stage === "delivered" || (STAGE_RANK[stage as Stage] ?? 0) >= STAGE_RANK.returned;
