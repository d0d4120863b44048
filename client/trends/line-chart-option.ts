/**
 * The one look of a trend: grey lines told apart by dash and label, one of them in the text colour at 2 px, zero at the bottom, no animation, no smoothing.
 *
 * The tooltip is drawn on the canvas (`richText`): the HTML one writes style attributes, which the page's content security policy refuses.
 */
import type { EChartsCoreOption } from "echarts/core";

export type ChartColors = {
  text: string;
  muted: string;
  line: string;
  surface: string;
  /** three greys of screens' chart palette */
  series: readonly [string, string, string];
};

export type ChartLine = {
  name: string;
  values: readonly (number | null)[];
  /** the one thing to see */
  isMain: boolean;
};

export type ChartWords = {
  /** a value on the axis and in the tooltip */
  value: (value: number) => string;
  /** a bucket's start, in the site's time */
  time: (at: number) => string;
  /** one sentence for those who cannot see the picture */
  description: string;
};

export type LineChart = {
  times: readonly number[];
  lines: readonly ChartLine[];
  colors: ChartColors;
  words: ChartWords;
  /** distance of two grid lines for a chart whose largest value is `top`, when the chart's own choice reads badly */
  step?: (top: number) => number;
};

const DASHES = ["solid", "dashed", "dotted"] as const;
const FONT = "Inter Variable, Inter, Roboto, system-ui, sans-serif";

function lineStyle(line: ChartLine, index: number, colors: ChartColors) {
  if (line.isMain) return { color: colors.text, width: 2, type: "solid" as const };
  const color = colors.series[index % 3] ?? colors.series[0];
  return { color, width: 1, type: DASHES[Math.floor(index / 3) % 3] ?? "solid" };
}

/** Share of the chart's height that a label takes, with some air. */
const LABEL_SHARE = 0.07;

const lastOf = (line: ChartLine): number | null =>
  line.values.findLast((value) => value !== null) ?? null;

/** The largest value of all lines. */
const topOf = (lines: readonly ChartLine[]): number =>
  Math.max(1, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));

/** Names at the line ends without one over another: the main line first, then from the top down wherever there is room. The tooltip names all. */
export function labelledLines(lines: readonly ChartLine[]): Set<string> {
  const room = topOf(lines) * LABEL_SHARE;
  const taken: number[] = [];
  const names = new Set<string>();
  const sorted = lines.toSorted(
    (a, b) => Number(b.isMain) - Number(a.isMain) || (lastOf(b) ?? 0) - (lastOf(a) ?? 0),
  );
  for (const line of sorted) {
    const at = lastOf(line);
    if (at === null || taken.some((other) => Math.abs(other - at) < room)) continue;
    taken.push(at);
    names.add(line.name);
  }
  return names;
}

function seriesOption(line: ChartLine, index: number, colors: ChartColors, isLabelled: boolean) {
  const style = lineStyle(line, index, colors);
  return {
    id: line.name,
    name: line.name,
    type: "line" as const,
    data: line.values.map((value) => (value === null ? "-" : value)),
    showSymbol: false,
    animation: false,
    connectNulls: false,
    lineStyle: style,
    itemStyle: { color: style.color },
    emphasis: { disabled: true },
    z: line.isMain ? 3 : 2,
    endLabel: {
      show: isLabelled,
      formatter: "{a}",
      color: line.isMain ? colors.text : colors.muted,
      fontFamily: FONT,
      fontSize: 12,
      fontWeight: line.isMain ? 600 : 400,
    },
  };
}

/** Hours between two labels, so that about eight of them fit. */
function labelEveryHours(times: readonly number[]): number {
  const hours = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 3_600_000;
  return [1, 2, 3, 6, 12].find((step) => hours / step <= 9) ?? 24;
}

/** Labels stand on whole hours of the site's clock, also on a day with 23 or 25 of them. */
export function isOnLabelledHour(time: string, everyHours: number): boolean {
  const [hour, minute] = time.split(":");
  return minute === "00" && Number(hour) % everyHours === 0;
}

function timeAxis({ times, colors, words }: LineChart) {
  const everyHours = labelEveryHours(times);
  return {
    type: "category" as const,
    data: times.map((at) => words.time(at)),
    boundaryGap: false,
    axisLine: { lineStyle: { color: colors.line } },
    axisTick: { show: false },
    axisLabel: {
      color: colors.muted,
      fontFamily: FONT,
      fontSize: 12,
      interval: (_index: number, time: string) => isOnLabelledHour(time, everyHours),
      hideOverlap: true,
    },
  };
}

function valueScale({ lines, step }: LineChart) {
  if (step === undefined) return { minInterval: 1, splitNumber: 3 };
  const top = topOf(lines);
  const interval = step(top);
  return { interval, max: Math.ceil(top / interval) * interval };
}

function valueAxis(chart: LineChart) {
  const { colors, words } = chart;
  return {
    type: "value" as const,
    min: 0,
    ...valueScale(chart),
    axisLabel: { color: colors.muted, fontFamily: FONT, fontSize: 12, formatter: words.value },
    splitLine: { lineStyle: { color: colors.line, width: 1 } },
  };
}

function tooltip({ colors, words }: LineChart) {
  return {
    trigger: "axis" as const,
    renderMode: "richText" as const,
    confine: true,
    transitionDuration: 0,
    backgroundColor: colors.surface,
    borderColor: colors.line,
    textStyle: { color: colors.text, fontFamily: FONT, fontSize: 12 },
    axisPointer: { type: "line" as const, animation: false, lineStyle: { color: colors.muted } },
    valueFormatter: (value: unknown) => (typeof value === "number" ? words.value(value) : "–"),
  };
}

/** The whole option of one chart; set with `notMerge`, since lines come and go. */
export function lineChartOption(chart: LineChart): EChartsCoreOption {
  const labelled = labelledLines(chart.lines);
  return {
    animation: false,
    aria: { enabled: true, label: { description: chart.words.description } },
    grid: { left: 56, right: 96, top: 12, bottom: 28 },
    xAxis: timeAxis(chart),
    yAxis: valueAxis(chart),
    tooltip: tooltip(chart),
    series: chart.lines.map((line, index) =>
      seriesOption(line, index, chart.colors, labelled.has(line.name)),
    ),
  };
}
