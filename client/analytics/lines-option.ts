/** A metric over time: the figure in the text's colour, the period before dashed, the target dotted; counts stand as bars. */
import type { EChartsCoreOption } from "echarts/core";
import type { ChartColors } from "../trends/line-chart-option.ts";
import { legend, nameScale, still, text, tooltip, valueScale } from "./chart-look.ts";
import type { Line, LinesChart } from "./panels.ts";
import { axisOf, shareStep } from "./scale-step.ts";

/** So many points are told apart one by one. */
const MOST_DOTS = 40;
/** Steps of a share's axis that does not begin at zero. */
const STEP = 0.05;

type Style = { color: string; width: number; type: "solid" | "dashed" | "dotted" };

function styleOf({ look }: Line, place: number, colors: ChartColors): Style {
  if (look === "main") return { color: colors.text, width: 2, type: "solid" };
  if (look === "past") return { color: colors.series[0], width: 1.5, type: "dashed" };
  if (look === "target") return { color: colors.muted, width: 1, type: "dotted" };
  const color = colors.series[place % 2] ?? colors.muted;
  return { color, width: 1.5, type: place % 2 === 1 ? "solid" : "dotted" };
}

/** Where a share's axis begins when nothing lies near zero. */
export function axisStart({ isFromZero, lines }: LinesChart): number {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  if (isFromZero || known.length === 0) return 0;
  const lowest = Math.min(...known);
  return Math.max(0, Number((Math.floor((lowest - STEP / 2) / STEP) * STEP).toFixed(2)));
}

const hollow = (colors: ChartColors) => ({
  color: colors.surface,
  borderColor: colors.text,
  borderWidth: 1.5,
});

/** What is not over yet is hollow: it will change. */
function pointsOf(line: Line, { isLastOpen }: LinesChart, colors: ChartColors) {
  const last = line.values.length - 1;
  return line.values.map((value, place) => {
    if (value === null) return { value: "-" };
    return isLastOpen && place === last && line.look === "main"
      ? { value, symbolSize: 9, itemStyle: hollow(colors) }
      : { value };
  });
}

function marksOf(chart: LinesChart, colors: ChartColors) {
  const { marks = [], labels } = chart;
  return {
    silent: true,
    symbol: "none",
    animation: false,
    label: { ...text(colors.muted), formatter: "{b}", position: "insideEndTop" as const },
    lineStyle: { color: colors.muted, type: "dotted" as const, width: 1 },
    data: marks.map(({ at, name }) => ({ name, xAxis: labels[at] ?? at })),
  };
}

function lineSeries(chart: LinesChart, line: Line, place: number, colors: ChartColors) {
  const style = styleOf(line, place, colors);
  return {
    type: "line" as const,
    symbol: "circle",
    symbolSize: line.look === "main" ? 6 : 4,
    showSymbol:
      line.look === "main" && chart.labels.length <= MOST_DOTS ? true : chart.labels.length === 1,
    connectNulls: false,
    lineStyle: style,
    itemStyle: { color: style.color },
    endLabel: {
      show: true,
      formatter: "{a}",
      ...text(line.look === "main" ? colors.text : colors.muted, line.look === "main" ? 600 : 400),
    },
  };
}

const barSeries = (colors: ChartColors) => ({
  type: "bar" as const,
  barMaxWidth: 36,
  itemStyle: { color: colors.series[0] },
});

function series(chart: LinesChart, line: Line, place: number, colors: ChartColors) {
  const isBar = chart.isBars === true && line.look === "main";
  return {
    name: line.name,
    data: pointsOf(line, chart, colors),
    animation: false,
    emphasis: { disabled: true },
    cursor: "pointer",
    z: line.look === "main" ? 3 : 2,
    ...(isBar ? barSeries(colors) : lineSeries(chart, line, place, colors)),
    ...(line.look === "main" &&
      (chart.marks ?? []).length > 0 && { markLine: marksOf(chart, colors) }),
  };
}

/** Ends of lines that would be written over one another: only the upper is named. */
const ROOM = 0.06;
const RANKS: Readonly<Record<Line["look"], number>> = { main: 0, other: 1, target: 2, past: 3 };
export function namedEnds(lines: readonly Line[], start = 0): ReadonlySet<string> {
  const ends = lines.map(({ name, values, look }) => ({
    name,
    rank: RANKS[look],
    at: values.findLast((value) => value !== null) ?? null,
  }));
  const all = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  const room = (Math.max(...all, start) - start || 1) * ROOM;
  const taken: number[] = [];
  const names = new Set<string>();
  for (const { name, at } of ends.toSorted((a, b) => a.rank - b.rank)) {
    if (at === null || taken.some((other) => Math.abs(other - at) < room)) continue;
    taken.push(at);
    names.add(name);
  }
  return names;
}

export function linesOption(
  chart: LinesChart,
  colors: ChartColors,
  description: string,
): EChartsCoreOption {
  const names = namedEnds(chart.lines, axisStart(chart));
  // where the ends lie on one another the lines are named above
  const isCrowded = chart.isBars !== true && names.size < chart.lines.length;
  return {
    ...still(description),
    grid: { left: 72, right: 104, top: isCrowded ? 32 : 12, bottom: 28 },
    ...(isCrowded && { legend: legend(colors) }),
    xAxis: {
      ...nameScale(colors, chart.labels),
      axisLabel: { ...text(colors.muted), hideOverlap: true },
    },
    yAxis: {
      ...valueScale(colors, chart.value),
      min: axisStart(chart),
      ...axisOf(
        chart.step,
        chart.lines.flatMap(({ values }) => values),
      ),
      ...(chart.most !== undefined && { max: chart.most, interval: shareStep(axisStart(chart)) }),
    },
    tooltip: {
      ...tooltip(colors, "axis"),
      valueFormatter: (value: unknown) => (typeof value === "number" ? chart.value(value) : "–"),
    },
    series: chart.lines.map((line, place) => {
      const one = series(chart, line, place, colors);
      return names.has(line.name) || !("endLabel" in one)
        ? one
        : { ...one, endLabel: { show: false } };
    }),
  };
}
