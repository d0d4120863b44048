/** Backlog: orders standing in each stage at the end of every bucket; the chosen stage stands out. */
import type { EChartsCoreOption } from "echarts/core";
import type { Stage } from "../../domain/stages.ts";
import { type ChartColors, type ChartWords, lineChartOption } from "./line-chart-option.ts";
import { isFlat, type TrendSeries } from "./trend-series.ts";

export function backlogOption(
  series: TrendSeries,
  chosen: Stage | null,
  nameOf: (stage: Stage) => string,
  colors: ChartColors,
  words: ChartWords,
): EChartsCoreOption {
  const shown = series.stages.filter(({ stage, wip }) => stage === chosen || !isFlat(wip));
  const lines = shown.map(({ stage, wip }) => ({
    name: nameOf(stage),
    values: wip,
    isMain: stage === chosen,
  }));
  return lineChartOption({ times: series.times, lines, colors, words });
}
