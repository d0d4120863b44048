/**
 * Numbers of a site at one moment, and how they went: from the open rows and the counters that the orders moved. Pure; instants are epoch ms.
 *
 * Rates look at the last 30 (60) minutes exactly as far as five-minute counters allow: the oldest bucket counts by the part of it inside the window.
 */
import { callsForAction } from "./board-model.ts";
import type { LiveMetrics, Row, StageMetrics } from "./board.ts";
import { BUCKET_MS, holdsNothing } from "./contribution.ts";
import {
  dwellsBetween,
  mergeHours,
  quantile,
  type Counters,
  type Dwells,
  type Histogram,
} from "./dwell.ts";
import type { Site } from "./site.ts";
import { SEVERITIES, type Stage } from "./stages.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, localDay, startOfDay } from "./wall-clock.ts";

export { contributionOf } from "./contribution.ts";

/** What the numbers depend on. */
export type Counted = Pick<Row, "sev" | "stage" | "holds" | "actBy">;

export type MetricsInput = {
  rows: Iterable<Counted>;
  /** UTC day -> counter field -> number */
  counters: Counters;
  totals: ReadonlyMap<string, number>;
  /** how many events are dead letters, wait for their order, wait in the inbox */
  dead: number;
  waiting: number;
  inboxLag: number;
};

const ACT_SOON_MS = 30 * MINUTE_MS;
const RATE_MS = 30 * MINUTE_MS;
const DWELL_HOURS = 24;

/** Number of `way` (in or out) of a stage in the bucket that begins at `start`. */
function inBucket(counters: Counters, start: number, way: "in" | "out", stage: string): number {
  const day = Math.floor(start / DAY_MS);
  const fields = counters.get(String(day));
  if (fields === undefined) return 0;
  return fields.get(`${Math.floor((start - day * DAY_MS) / BUCKET_MS)}|${way}|${stage}`) ?? 0;
}

const bucketStart = (at: number): number => Math.floor(at / BUCKET_MS) * BUCKET_MS;

/** Sum over whole buckets from `from` (a bucket's start) to the one that holds `to`. */
function sumSince(
  counters: Counters,
  from: number,
  to: number,
  way: "in" | "out",
  stage: string,
): number {
  let sum = 0;
  for (let start = from; start <= to; start += BUCKET_MS) {
    sum += inBucket(counters, start, way, stage);
  }
  return sum;
}

/** Passages in (now - windowMs, now]; the bucket at the window's edge counts in proportion. */
function passages(
  counters: Counters,
  now: number,
  windowMs: number,
  way: "in" | "out",
  stage: string,
): number {
  const edge = bucketStart(now - windowMs);
  const inside = (edge + BUCKET_MS - (now - windowMs)) / BUCKET_MS;
  const whole = sumSince(counters, edge + BUCKET_MS, now, way, stage);
  return whole + inside * inBucket(counters, edge, way, stage);
}

/** Hand-overs from a moment on, as far as five-minute counters tell. */
export const handedOverSince = (counters: Counters, from: number, now: number): number =>
  sumSince(counters, bucketStart(from), now, "in", "handed_over");

/** Stages to report: those the site scans, and any other in which an order stands. */
const stagesOf = (site: Site, wip: ReadonlyMap<string, number>): string[] => [
  ...new Set<string>([...site.stages, ...wip.keys()]),
];

function emptiesAt(now: number, wip: number, inPerHour: number, outPerHour: number): number | null {
  if (outPerHour <= inPerHour) return null;
  return Math.round(now + (wip / (outPerHour - inPerHour)) * HOUR_MS);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function stageMetrics(
  input: MetricsInput,
  dwells: Dwells,
  stage: string,
  wip: number,
  now: number,
): StageMetrics {
  const perHour = HOUR_MS / RATE_MS;
  const inPerHour = tenth(passages(input.counters, now, RATE_MS, "in", stage) * perHour);
  const outPerHour = tenth(passages(input.counters, now, RATE_MS, "out", stage) * perHour);
  const bins = mergeHours(dwells, stage);
  return {
    wip,
    inPerHour,
    outPerHour,
    p50Ms: quantile(bins, 0.5),
    p90Ms: quantile(bins, 0.9),
    emptiesAt: emptiesAt(now, wip, inPerHour, outPerHour),
  };
}

type Standing = {
  open: number;
  onHold: number;
  actSoon: number;
  severities: Record<string, number>;
  wip: Map<Stage, number>;
};

/** One pass over the open rows. */
function standingOf(rows: Iterable<Counted>, now: number): Standing {
  const severities: Record<string, number> = Object.fromEntries(SEVERITIES.map((sev) => [sev, 0]));
  const standing: Standing = { open: 0, onHold: 0, actSoon: 0, severities, wip: new Map() };
  for (const row of rows) {
    standing.open += 1;
    severities[row.sev] = (severities[row.sev] ?? 0) + 1;
    standing.wip.set(row.stage, (standing.wip.get(row.stage) ?? 0) + 1);
    if (row.holds.length > 0) standing.onHold += 1;
    if (callsForAction(row, now, ACT_SOON_MS)) standing.actSoon += 1;
  }
  return standing;
}

function closedOf(totals: ReadonlyMap<string, number>): Record<string, number> {
  const closed: Record<string, number> = {};
  for (const [field, count] of totals) {
    if (field.startsWith("closed|") && count !== 0) closed[field.slice("closed|".length)] = count;
  }
  return closed;
}

/** The site's numbers at `now`; the schema is `LiveMetrics` in `board.ts`. */
export function liveMetrics(input: MetricsInput, site: Site, now: number): LiveMetrics {
  const { counters, totals } = input;
  const standing = standingOf(input.rows, now);
  const hour = Math.floor(now / HOUR_MS);
  const dwells = dwellsBetween(counters, hour - DWELL_HOURS, hour);
  const today = startOfDay(site.timeZone, localDay(site.timeZone, now));
  const stages: LiveMetrics["stages"] = {};
  for (const stage of stagesOf(site, standing.wip)) {
    const wip = standing.wip.get(stage as Stage) ?? 0;
    stages[stage] = stageMetrics(input, dwells, stage, wip, now);
  }
  const total = (name: string): number => totals.get(name) ?? 0;
  return {
    at: now,
    open: standing.open,
    severities: standing.severities,
    stages,
    onHold: standing.onHold,
    actWithin30Min: standing.actSoon,
    handedOverToday: sumSince(counters, today, now, "in", "handed_over"),
    shippedPerHour: Math.round(passages(counters, now, HOUR_MS, "in", "handed_over")),
    deadLetters: input.dead,
    waiting: input.waiting,
    inboxLag: input.inboxLag,
    closed: closedOf(totals),
    promises: {
      shippedOnTime: total("shippedOnTime"),
      shippedLate: total("shippedLate"),
      deliveredOnTime: total("deliveredOnTime"),
      deliveredLate: total("deliveredLate"),
    },
  };
}

/** Five-minute buckets, oldest first; all arrays have the same length. */
export type StageTrend = {
  in: number[];
  out: number[];
  /** orders in the stage at the end of the bucket */
  wip: number[];
  /** of the orders that left it in the hour of the bucket */
  dwellP50Ms: (number | null)[];
  dwellP90Ms: (number | null)[];
};
/** `from` is the start of the first bucket, epoch ms; the last bucket is the one that holds `now`. */
export type Trends = {
  site: string;
  bucketMs: number;
  from: number;
  stages: Record<string, StageTrend>;
};

/** What stood in the stage at the end of each bucket, counted back from what stands in it now. */
function wipBackwards(wipNow: number, ins: readonly number[], outs: readonly number[]): number[] {
  const wip: number[] = Array.from({ length: ins.length }, () => 0);
  let standing = wipNow;
  for (let index = ins.length - 1; index >= 0; index -= 1) {
    wip[index] = Math.max(0, standing);
    standing += (outs[index] ?? 0) - (ins[index] ?? 0);
  }
  return wip;
}

function stageTrend(
  counters: Counters,
  dwells: Dwells,
  starts: readonly number[],
  stage: string,
  wip: number,
): StageTrend {
  const ins = starts.map((start) => inBucket(counters, start, "in", stage));
  const outs = starts.map((start) => inBucket(counters, start, "out", stage));
  const byHour = new Map<number, Histogram>();
  for (const [hour, stages] of dwells) byHour.set(hour, stages.get(stage) ?? new Map());
  const dwell = (q: number): (number | null)[] => {
    const ofHour = new Map([...byHour].map(([hour, bins]) => [hour, quantile(bins, q)]));
    return starts.map((start) => ofHour.get(Math.floor(start / HOUR_MS)) ?? null);
  };
  return {
    in: ins,
    out: outs,
    wip: holdsNothing(stage) ? starts.map(() => 0) : wipBackwards(wip, ins, outs),
    dwellP50Ms: dwell(0.5),
    dwellP90Ms: dwell(0.9),
  };
}

/** How the stages went in the last `hours` (at least one bucket), up to the bucket that holds `now`. */
export function trendsOf(input: MetricsInput, site: Site, now: number, hours: number): Trends {
  const { counters } = input;
  const count = Math.max(1, Math.round((hours * HOUR_MS) / BUCKET_MS));
  const from = bucketStart(now) - (count - 1) * BUCKET_MS;
  const starts = Array.from({ length: count }, (_, index) => from + index * BUCKET_MS);
  const { wip } = standingOf(input.rows, now);
  const dwells = dwellsBetween(counters, Math.floor(from / HOUR_MS), Math.floor(now / HOUR_MS));
  const stages: Trends["stages"] = {};
  for (const stage of stagesOf(site, wip)) {
    stages[stage] = stageTrend(counters, dwells, starts, stage, wip.get(stage as Stage) ?? 0);
  }
  return { site: site.id, bucketMs: BUCKET_MS, from, stages };
}
