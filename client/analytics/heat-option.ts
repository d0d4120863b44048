/** Hours by weekdays: the more, the darker (in the dark the lighter); the number stands in each cell. */
import type { EChartsCoreOption } from "echarts/core";
import type { ChartColors } from "../trends/line-chart-option.ts";
import { nameScale, still, text, tooltip } from "./chart-look.ts";
import type { HeatChart } from "./panels.ts";

const levels = (color: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
const linear = (level: number): number =>
  level <= 0.040_45 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (a: number, b: number): number =>
  (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** What is read better on a fill that lies at `part` between the page's colour and the text's. */
export function inkOn(part: number, { surface, text: ink }: ChartColors): string {
  const [page, letters] = [levels(surface), levels(ink)];
  const fill = luminance(page.map((level, at) => level + ((letters[at] ?? 0) - level) * part));
  const onPage = contrast(fill, luminance(page));
  return contrast(fill, luminance(letters)) >= onPage ? ink : surface;
}

export function heatOption(
  chart: HeatChart,
  colors: ChartColors,
  description: string,
): EChartsCoreOption {
  const top = Math.max(1, ...chart.cells.map(({ value }) => value));
  return {
    ...still(description),
    grid: { left: 48, right: 12, top: 28, bottom: 8 },
    xAxis: {
      ...nameScale(colors, chart.hours),
      position: "top" as const,
      axisLabel: { ...text(colors.muted), interval: 0, hideOverlap: true },
      axisLine: { show: false },
    },
    yAxis: {
      ...nameScale(colors, chart.days),
      inverse: true,
      axisLabel: text(colors.text),
      axisLine: { show: false },
    },
    visualMap: {
      show: false,
      min: 0,
      max: top,
      inRange: { color: [colors.surface, colors.text] },
    },
    tooltip: {
      ...tooltip(colors, "item"),
      formatter: ({ data }: { data: { value: [number, number, number] } }) => {
        const [hour, day, value] = data.value;
        return `${chart.days[day]} ${chart.hours[hour]}:00  ${chart.value(value)}`;
      },
    },
    series: [
      {
        type: "heatmap" as const,
        animation: false,
        cursor: "pointer",
        emphasis: { disabled: true },
        itemStyle: { borderColor: colors.surface, borderWidth: 1 },
        label: { show: true, fontSize: 12 },
        data: chart.cells.map(({ day, hour, value }) => ({
          value: [hour, day, value],
          label: {
            ...text(inkOn(value / top, colors)),
            formatter: value === 0 ? "" : chart.value(value),
          },
        })),
      },
    ],
  };
}
