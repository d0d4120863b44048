/** Shown against seen: a forecast that can be believed lies on the diagonal. One dot a step of 5 %, only where enough was seen to say something. */
import type { EChartsCoreOption } from "echarts/core";
import type { ForecastQuality } from "../../domain/contract/api.ts";
import type { ChartColors } from "../trends/line-chart-option.ts";

const FONT = "Inter Variable, Inter, Roboto, system-ui, sans-serif";
/** Fewer looks than that are chance. */
export const LEAST_LOOKS = 20;

export type CalibrationPoint = { shown: number; seen: number; n: number };

/** In percent, ascending. */
export const calibrationPoints = (bins: ForecastQuality["bins"]): CalibrationPoint[] =>
  bins.flatMap(({ shown, seen, n }) =>
    shown === null || seen === null || n < LEAST_LOOKS
      ? []
      : [{ shown: shown * 100, seen: seen * 100, n }],
  );

const percent = (value: number): string => `${Math.round(value)} %`;

function axis(name: string, colors: ChartColors) {
  return {
    type: "value" as const,
    name,
    nameLocation: "middle" as const,
    nameGap: 32,
    nameTextStyle: { color: colors.muted, fontFamily: FONT, fontSize: 12 },
    min: 0,
    max: 100,
    interval: 20,
    axisLabel: { color: colors.muted, fontFamily: FONT, fontSize: 12, formatter: percent },
    axisLine: { lineStyle: { color: colors.line } },
    splitLine: { lineStyle: { color: colors.line, width: 1 } },
  };
}

const line = (id: string, data: number[][], color: string, isMain: boolean) => ({
  id,
  name: id,
  type: "line" as const,
  data,
  animation: false,
  showSymbol: isMain,
  symbol: "circle",
  symbolSize: 7,
  lineStyle: {
    color,
    width: isMain ? 2 : 1,
    type: isMain ? ("solid" as const) : ("dashed" as const),
  },
  itemStyle: { color },
  emphasis: { disabled: true },
  z: isMain ? 3 : 2,
});

export function calibrationOption(
  points: readonly CalibrationPoint[],
  colors: ChartColors,
  description: string,
): EChartsCoreOption {
  const seen = points.map((point) => [point.shown, point.seen]);
  return {
    animation: false,
    aria: { enabled: true, label: { description } },
    grid: { left: 64, right: 16, top: 12, bottom: 52 },
    xAxis: axis("we said", colors),
    yAxis: axis("it came", colors),
    series: [
      line(
        "as good as can be",
        [
          [0, 0],
          [100, 100],
        ],
        colors.muted,
        false,
      ),
      line("seen", seen, colors.text, true),
    ],
  };
}
