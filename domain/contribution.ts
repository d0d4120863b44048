/**
 * What an order counts for. Everything is derived from the folded order, so folding again moves counters by the difference of two contributions, also in
 * past days (architecture, rule 8).
 *
 * Counters of one UTC day: `<bucket>|in|<stage>`, `<bucket>|out|<stage>` with buckets of 5 minutes from 0; `<hour>|dwell|<stages>|<bin>`, the elapsed time in
 * a stage by the hour in which it was left, in bins 10 % wide (a quantile is off by 5 % at most). Stages whose border was not scanned share one dwell, `a+b`.
 * In minus out over all days is what stands in a stage now; what left without a scan at the dock went in and out of `handed_over` when the carrier told of it. Totals: `closed|<stage>`, `shippedOnTime`, `shippedLate`, `deliveredOnTime`, `deliveredLate`.
 */
import { binOf } from "./dwell.ts";
import { leftAt, type Order } from "./order.ts";
import type { Promises } from "./promise.ts";
import type { SitePolicy } from "./site.ts";
import { isBeforeHandOver, STAGE_RANK, type Stage } from "./stages.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./wall-clock.ts";

export type Contribution = {
  /** UTC day (days since 1970) -> counter field -> number */
  counters: Record<string, Record<string, number>>;
  totals: Record<string, number>;
};

export const BUCKET_MS = 5 * MINUTE_MS;

export const flowField = (bucket: number, way: "in" | "out", stage: string): string =>
  `${bucket}|${way}|${stage}`;
export const dwellField = (hour: number, stages: string, bin: number): string =>
  `${hour}|dwell|${stages}|${bin}`;

/** Being in a stage from a known moment; `skipped` stages before it were passed without a scan. */
export type Visit = { stage: Stage; at: number; skipped: readonly Stage[] };

/** Left the house unscanned: the carrier told of it first. It was handed over all the same, no later than then; how long that took nobody knows. */
export const isUnscannedHandOver = ({ stage }: Visit, last: Visit): boolean =>
  isBeforeHandOver(last.stage) &&
  STAGE_RANK[stage] > STAGE_RANK.handed_over &&
  STAGE_RANK[stage] <= STAGE_RANK.delivered;

/** The stage that a start scan enters, by the milestone it leads to. */
const STARTED: Partial<Record<Stage, Stage>> = { picked: "picking", packed: "packing" };
const NONE: readonly Stage[] = [];

/** The way of an order as far as scans tell, its present stage last. */
export function visitsOf(order: Order): Visit[] {
  const visits: Visit[] = [];
  let last: Visit | undefined;
  let skipped = NONE;
  const enter = (stage: Stage, at: number): void => {
    if (last?.stage === stage) return;
    last = { stage, at, skipped };
    visits.push(last);
    skipped = NONE;
  };
  for (const { stage, at, startedAt } of order.timeline) {
    const started = startedAt === null ? undefined : STARTED[stage];
    // a start scan stands in the timeline itself, unless it came late
    if (startedAt !== null && started !== undefined && startedAt > (last?.at ?? 0)) {
      enter(started, startedAt);
    }
    if (at === null) skipped = [...skipped, stage];
    else enter(stage, at);
  }
  enter(order.stage, order.stageSince);
  return visits;
}

type Outcome = { at: number | undefined; by: number | null };

const outcomeOf = (name: string, { at, by }: Outcome): string[] =>
  at === undefined || by === null ? [] : [`${name}${at <= by ? "OnTime" : "Late"}`];

const NO_TOTALS: readonly string[] = [];

/** Names of the totals that the order counts for, once each. */
function totalsOf(order: Order, promises: Promises | null): readonly string[] {
  const { closedAt, deliveredAt } = order;
  const shippedAt = leftAt(order);
  if (closedAt === undefined && shippedAt === undefined && deliveredAt === undefined)
    return NO_TOTALS;
  return [
    ...(closedAt === undefined ? [] : [`closed|${order.stage}`]),
    ...outcomeOf("shipped", { at: shippedAt, by: promises?.shipBy ?? null }),
    ...outcomeOf("delivered", { at: deliveredAt, by: promises?.deliverBy ?? null }),
  ];
}

/** What an order counts for, not yet added up. */
export type Counted = { visits: readonly Visit[]; totals: readonly string[] };
export const NOTHING_COUNTED: Counted = { visits: [], totals: NO_TOTALS };

export const countedOf = (order: Order | null, promises: Promises | null): Counted =>
  order === null ? NOTHING_COUNTED : { visits: visitsOf(order), totals: totalsOf(order, promises) };

function add(counters: Contribution["counters"], at: number, field: string): void {
  const day = String(Math.floor(at / DAY_MS));
  const fields = (counters[day] ??= {});
  fields[field] = (fields[field] ?? 0) + 1;
}

const msIntoDay = (at: number): number => at - Math.floor(at / DAY_MS) * DAY_MS;
const bucketOf = (at: number): number => Math.floor(msIntoDay(at) / BUCKET_MS);
const hourOf = (at: number): number => Math.floor(msIntoDay(at) / HOUR_MS);

/** What one order adds to its site's counters; nothing while it is not known. A pure function of the fold: no clock. Whoever moves many orders uses a `tally.ts`. */
export function contributionOf(
  order: Order | null,
  promises: Promises | null,
  _policy: SitePolicy,
): Contribution {
  const { visits, totals } = countedOf(order, promises);
  const counters: Contribution["counters"] = {};
  let last: Visit | undefined;
  for (const visit of visits) {
    const { stage, at, skipped } = visit;
    add(counters, at, flowField(bucketOf(at), "in", stage));
    if (last !== undefined) {
      add(counters, at, flowField(bucketOf(at), "out", last.stage));
      if (isUnscannedHandOver(visit, last)) {
        add(counters, at, flowField(bucketOf(at), "in", "handed_over"));
        add(counters, at, flowField(bucketOf(at), "out", "handed_over"));
      }
      const stages = [last.stage, ...skipped].join("+");
      add(counters, at, dwellField(hourOf(at), stages, binOf(Math.max(0, at - last.at))));
    }
    last = visit;
  }
  return { counters, totals: Object.fromEntries(totals.map((name) => [name, 1])) };
}

/** True for stages after which nothing follows: nothing stands in them. */
export const holdsNothing = (stage: string): boolean =>
  stage === "delivered" || (STAGE_RANK[stage as Stage] ?? 0) >= STAGE_RANK.returned;
