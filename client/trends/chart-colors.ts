/** The chart palette as the page's tokens say it now: ECharts draws on a canvas and knows no CSS variables. */
import type { ChartColors } from "./line-chart-option.ts";

export function readChartColors(root: Element = document.documentElement): ChartColors {
  const style = getComputedStyle(root);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: token("text"),
    muted: token("muted"),
    line: token("line"),
    surface: token("surface"),
    series: [token("series-1"), token("series-2"), token("series-3")],
  };
}
