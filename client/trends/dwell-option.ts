/** Dwell: how long the orders that left the chosen stage had been in it, the middle one (p50) and the slowest tenth (p90). */
import type { EChartsCoreOption } from "echarts/core";
import type { Stage } from "../../domain/stages.ts";
import { type ChartColors, type ChartWords, lineChartOption } from "./line-chart-option.ts";
import type { TrendSeries } from "./trend-series.ts";

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
  return lineChartOption({ times: series.times, lines, colors, words });
}
