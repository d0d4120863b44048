/** Throughput: orders that left each stage, an hour, over the last 30 minutes; the chosen stage stands out. */
import type { EChartsCoreOption } from "echarts/core";
import type { Stage } from "../../domain/stages.ts";
import { type ChartColors, type ChartWords, lineChartOption } from "./line-chart-option.ts";
import { isFlat, type TrendSeries } from "./trend-series.ts";

export function throughputOption(
  series: TrendSeries,
  chosen: Stage | null,
  nameOf: (stage: Stage) => string,
  colors: ChartColors,
  words: ChartWords,
): EChartsCoreOption {
  const shown = series.stages.filter(
    ({ stage, outPerHour }) => stage === chosen || !isFlat(outPerHour),
  );
  const lines = shown.map(({ stage, outPerHour }) => ({
    name: nameOf(stage),
    values: outPerHour,
    isMain: stage === chosen,
  }));
  return lineChartOption({ times: series.times, lines, colors, words });
}
