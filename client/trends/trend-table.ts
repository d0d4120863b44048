/** The numbers of one stage as rows of a table. Pure. */
import type { Stage } from "../../domain/stages.ts";
import type { StageSeries, TrendSeries } from "./trend-series.ts";

export type TrendRow = {
  at: number;
  inPerHour: number | null;
  outPerHour: number | null;
  wip: number | null;
  p50Ms: number | null;
  p90Ms: number | null;
};

const HOUR_MS = 3_600_000;

const rowAt = (found: StageSeries, index: number, at: number): TrendRow => ({
  at,
  inPerHour: found.inPerHour[index] ?? null,
  outPerHour: found.outPerHour[index] ?? null,
  wip: found.wip[index] ?? null,
  p50Ms: found.p50Ms[index] ?? null,
  p90Ms: found.p90Ms[index] ?? null,
});

/** Places in `times` at least an hour apart, from the newest back. */
function hourlyPlaces(times: readonly number[]): { index: number; at: number }[] {
  const places: { index: number; at: number }[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  for (const [index, at] of [...times.entries()].reverse()) {
    if (at > wanted) continue;
    places.push({ index, at });
    wanted = at - HOUR_MS;
  }
  return places;
}

/** The newest first: what stands now, then one row an hour back from it. */
export function tableRows(series: TrendSeries, stage: Stage): TrendRow[] {
  const found = series.stages.find((candidate) => candidate.stage === stage);
  if (found === undefined) return [];
  return hourlyPlaces(series.times).map(({ index, at }) => rowAt(found, index, at));
}
