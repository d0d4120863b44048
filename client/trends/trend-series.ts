/** From the server's five-minute buckets to the series that are drawn: pure, at most `MAX_POINTS` a series. Instants and durations in ms. */
import type { LiveMetrics } from "../../domain/board.ts";
import type { Trends } from "../../domain/contract/api.ts";
import type { Stage } from "../../domain/stages.ts";

/** Measured for this design: 600 points a series are cheap to draw, more is wasted on a screen 1,920 wide. */
export const MAX_POINTS = 600;
/** Rates look back as far as the board's own rates per hour do. */
export const RATE_WINDOW_MS = 30 * 60_000;

type Values = (number | null)[];
export type StageSeries = {
  stage: Stage;
  /** orders an hour, over the last 30 minutes; null in a bucket that is not over yet */
  inPerHour: Values;
  outPerHour: Values;
  wip: Values;
  p50Ms: Values;
  p90Ms: Values;
};
export type TrendSeries = {
  /** start of every bucket, epoch ms */
  times: number[];
  stages: StageSeries[];
};

/** Rolling rate an hour over the buckets that are over (`complete` of them are); null until a whole window has been counted. */
export function ratePerHour(counts: readonly number[], bucketMs: number, complete: number): Values {
  const width = Math.max(1, Math.round(RATE_WINDOW_MS / bucketMs));
  let sum = 0;
  return counts.map((count, index) => {
    sum += count - (index >= width ? (counts[index - width] ?? 0) : 0);
    if (index >= complete || index < width - 1) return null;
    return (sum * 3_600_000) / (width * bucketMs);
  });
}

/** Every nth value, counted from the newest, so that the last one always stays. */
function everyNth<T>(values: readonly T[], step: number): T[] {
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}

function stageSeries(
  stage: Stage,
  counts: NonNullable<Trends["stages"][string]>,
  bucketMs: number,
  complete: number,
): StageSeries {
  return {
    stage,
    inPerHour: ratePerHour(counts.in, bucketMs, complete),
    outPerHour: ratePerHour(counts.out, bucketMs, complete),
    wip: counts.wip,
    p50Ms: counts.dwellP50Ms,
    p90Ms: counts.dwellP90Ms,
  };
}

function thinOut(series: TrendSeries): TrendSeries {
  const step = Math.ceil(series.times.length / MAX_POINTS);
  if (step <= 1) return series;
  return {
    times: everyNth(series.times, step),
    stages: series.stages.map((stage) => ({
      stage: stage.stage,
      inPerHour: everyNth(stage.inPerHour, step),
      outPerHour: everyNth(stage.outPerHour, step),
      wip: everyNth(stage.wip, step),
      p50Ms: everyNth(stage.p50Ms, step),
      p90Ms: everyNth(stage.p90Ms, step),
    })),
  };
}

/**
 * Series of the stages of a site, in the site's order; a stage without figures, or in which nothing stands, is left out.
 *
 * @param now epoch ms: the bucket it falls into is not over, so it has no rate yet
 */
export function seriesOf(trends: Trends, order: readonly Stage[], now: number): TrendSeries {
  const from = Date.parse(trends.from);
  const length = Math.max(0, ...Object.values(trends.stages).map(({ wip }) => wip.length));
  const complete = Math.min(length, Math.floor((now - from) / trends.bucketMs));
  const times = Array.from({ length }, (_, index) => from + index * trends.bucketMs);
  const stages = order.flatMap((stage) => {
    const counts = trends.stages[stage];
    return counts === undefined || ENDED.has(stage)
      ? []
      : [stageSeries(stage, counts, trends.bucketMs, complete)];
  });
  return thinOut({ times, stages });
}

/** The same with the newest backlog replaced by what the live metrics say now. */
export function withLiveBacklog(series: TrendSeries, metrics: LiveMetrics | null): TrendSeries {
  if (metrics === null || series.times.length === 0) return series;
  return {
    times: series.times,
    stages: series.stages.map((stage) => {
      const live = metrics.stages[stage.stage];
      return live === undefined ? stage : { ...stage, wip: [...stage.wip.slice(0, -1), live.wip] };
    }),
  };
}

/** The stage worth looking at first: the largest backlog before hand-over; the site's first stage when all are empty. */
export function busiestStage(series: TrendSeries): Stage | null {
  const inBuilding = series.stages.filter(({ stage }) => !OUTSIDE.has(stage));
  const sorted = inBuilding.toSorted((a, b) => (b.wip.at(-1) ?? 0) - (a.wip.at(-1) ?? 0));
  return sorted[0]?.stage ?? series.stages[0]?.stage ?? null;
}

/** Nothing stands in them: an order that got there is done. */
const ENDED: ReadonlySet<Stage> = new Set(["delivered", "returned", "lost", "cancelled"]);

const OUTSIDE: ReadonlySet<Stage> = new Set(["handed_over", "in_transit", "out_for_delivery"]);

/** True when there is nothing but zeros and gaps. */
export const isFlat = (values: readonly (number | null)[]): boolean =>
  values.every((value) => value === null || value === 0);
