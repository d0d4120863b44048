/** A chart as data becomes what ECharts draws, and a place that was clicked the orders behind it. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { ChartColors } from "../trends/line-chart-option.ts";
import { barsOption } from "./bars-option.ts";
import { heatOption } from "./heat-option.ts";
import { linesOption } from "./lines-option.ts";
import type { Chart, To } from "./panels.ts";

export function optionOf(chart: Chart, colors: ChartColors, words: string): EChartsCoreOption {
  if (chart.kind === "lines") return linesOption(chart, colors, words);
  return chart.kind === "bars"
    ? barsOption(chart, colors, words)
    : heatOption(chart, colors, words);
}

/** Whether there is anything to draw. */
export function hasMarks(chart: Chart): boolean {
  if (chart.kind === "lines")
    return chart.lines.some(
      ({ look, values }) => look !== "target" && values.some((value) => value !== null),
    );
  return chart.kind === "bars" ? chart.rows.length > 0 : chart.cells.length > 0;
}

const ROW = 30;
/** Bars need room each; the rest fills the same height. */
export const heightOf = (chart: Chart): number => {
  if (chart.kind === "bars") return 60 + ROW * Math.max(2, chart.rows.length);
  return chart.kind === "heat" ? 260 : 300;
};

/** What stands at a place of the chart's two scales. */
export function linkAt(chart: Chart, [x, y]: readonly [number, number]): To | undefined {
  if (chart.kind === "lines") return chart.to[x];
  if (chart.kind === "bars") return chart.rows[y]?.to;
  return chart.cells.find(({ day, hour }) => day === y && hour === x)?.to;
}
