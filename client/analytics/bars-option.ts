/** Values side by side: one lying bar each, the figure written at its end, a mark where it was in the period before. Parts of a bar are told apart by grey and pattern. */
import type { EChartsCoreOption } from "echarts/core";
import type { ChartColors } from "../trends/line-chart-option.ts";
import { legend, nameScale, still, text, tooltip, valueScale } from "./chart-look.ts";
import type { BarsChart } from "./panels.ts";
import { axisOf, shareStep } from "./scale-step.ts";

const MOST_NAME_WIDTH = 230;
const LETTER = 8;
/** Names take what they need, and are cut beyond that: the table has them whole. */
const nameWidth = ({ rows }: BarsChart): number =>
  Math.min(MOST_NAME_WIDTH, LETTER * Math.max(6, ...rows.map(({ name }) => name.length)));

/** Patterns beside the greys: they are told apart in print and by eyes that see no greys. */
const DECALS = ["none", "rect", "triangle", "circle", "diamond"] as const;

const fillOf = (place: number, colors: ChartColors): string =>
  [colors.text, ...colors.series, colors.line][place % 5] ?? colors.text;

function decalOf(place: number, colors: ChartColors) {
  const symbol = DECALS[place % DECALS.length] ?? "none";
  if (symbol === "none") return undefined;
  return {
    symbol,
    color: colors.surface,
    symbolSize: 0.5,
    dashArrayX: [1, 0],
    dashArrayY: [2, 5],
    rotation: (Math.PI / 6) * place,
  };
}

function partSeries(chart: BarsChart, name: string, place: number, colors: ChartColors) {
  const isOne = chart.parts.length === 1;
  const decal = isOne ? undefined : decalOf(place, colors);
  return {
    name,
    type: "bar" as const,
    stack: "whole",
    barMaxWidth: 20,
    animation: false,
    cursor: "pointer",
    emphasis: { disabled: true },
    itemStyle: {
      color: isOne ? colors.series[0] : fillOf(place, colors),
      ...(decal !== undefined && { decal }),
    },
    data: chart.rows.map(({ values }) => values[place] ?? 0),
  };
}

function pastSeries({ rows }: BarsChart, colors: ChartColors) {
  return {
    name: "before",
    type: "scatter" as const,
    symbol: "rect",
    symbolSize: [3, 22],
    animation: false,
    silent: true,
    z: 5,
    itemStyle: { color: colors.text },
    data: rows.map(({ before }, place) => [before || "-", place]),
  };
}

const noteWidth = ({ rows }: BarsChart): number =>
  24 + LETTER * Math.max(4, ...rows.map(({ note }) => note.length));

/** Names on the left; what each bar says in a column of its own on the right: nothing is written over a mark. */
const nameScales = (chart: BarsChart, colors: ChartColors) => [
  {
    ...nameScale(
      colors,
      chart.rows.map(({ name }) => name),
    ),
    inverse: true,
    axisLabel: { ...text(colors.text), width: nameWidth(chart), overflow: "truncate" as const },
  },
  {
    ...nameScale(
      colors,
      chart.rows.map(({ note }, place) => `${place} ${note}`),
    ),
    position: "right" as const,
    inverse: true,
    axisLine: { show: false },
    axisLabel: {
      ...text(colors.text),
      interval: 0,
      formatter: (_: string, place: number) => chart.rows[place]?.note ?? "",
    },
  },
];

/** The longest bar, or its mark. */
const topsOf = ({ rows }: BarsChart): number[] =>
  rows.map(({ values, before }) =>
    Math.max(
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
      before ?? 0,
    ),
  );

/** Bars hand over a number, marks a pair of it and their place. */
function readOut({ value }: BarsChart, shown: unknown): string {
  const one: unknown = Array.isArray(shown) ? shown[0] : shown;
  return typeof one === "number" ? value(one) : "–";
}

export function barsOption(
  chart: BarsChart,
  colors: ChartColors,
  description: string,
): EChartsCoreOption {
  const isStacked = chart.parts.length > 1;
  const hasPast = chart.rows.some(({ before }) => Boolean(before));
  return {
    ...still(description),
    grid: {
      left: nameWidth(chart) + 16,
      right: noteWidth(chart),
      top: isStacked ? 32 : 8,
      bottom: 28,
    },
    ...(isStacked && { legend: legend(colors) }),
    xAxis: {
      ...valueScale(colors, chart.value),
      min: 0,
      ...axisOf(chart.step, topsOf(chart)),
      ...(chart.most !== undefined && { max: chart.most, interval: shareStep(0) }),
    },
    yAxis: nameScales(chart, colors),
    tooltip: {
      ...tooltip(colors, "axis"),
      axisPointer: { type: "none" as const },
      valueFormatter: (value: unknown) => readOut(chart, value),
    },
    series: [
      ...chart.parts.map((name, place) => partSeries(chart, name, place, colors)),
      ...(hasPast ? [pastSeries(chart, colors)] : []),
    ],
  };
}
