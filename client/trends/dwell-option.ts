/** Dwell: how long the orders that left the chosen stage had been in it, the middle one (p50) and the slowest tenth (p90). */
import type { EChartsCoreOption } from "echarts/core";
import type { Stage } from "../../domain/stages.ts";
import { type ChartColors, type ChartWords, lineChartOption } from "./line-chart-option.ts";
import type { TrendSeries } from "./trend-series.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = [1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE);
const LONG_STEPS = [1, 2, 4, 6, 12].map((hours) => hours * HOUR);

/** Grid lines on times that people say: at most four of them, whole days beyond two. */
export function durationStep(top: number): number {
  const step = [...STEPS, ...LONG_STEPS].find((candidate) => top / candidate <= 4);
  return step ?? Math.ceil(top / (4 * 24 * HOUR)) * 24 * HOUR;
}

export function dwellOption(
  series: TrendSeries,
  chosen: Stage | null,
  colors: ChartColors,
  words: ChartWords,
): EChartsCoreOption {
  const stage = series.stages.find((candidate) => candidate.stage === chosen);
  const lines =
    stage === undefined
      ? []
      : [
          { name: "p50", values: stage.p50Ms, isMain: true },
          { name: "p90", values: stage.p90Ms, isMain: false },
        ];
  return lineChartOption({ times: series.times, lines, colors, words, step: durationStep });
}
