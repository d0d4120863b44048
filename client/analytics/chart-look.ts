/** What every chart of the analytics has in common: greys, the font, no movement. The tooltip is drawn on the canvas, since the page's policy refuses styles in HTML. */
import type { ChartColors } from "../trends/line-chart-option.ts";

const FONT = "Inter Variable, Inter, Roboto, system-ui, sans-serif";

export const text = (color: string, weight = 400) => ({
  color,
  fontFamily: FONT,
  fontSize: 12,
  fontWeight: weight,
});

export const still = (description: string) => ({
  animation: false,
  aria: { enabled: true, label: { description } },
});

export const tooltip = (colors: ChartColors, trigger: "axis" | "item") => ({
  trigger,
  renderMode: "richText" as const,
  confine: true,
  transitionDuration: 0,
  backgroundColor: colors.surface,
  borderColor: colors.line,
  textStyle: text(colors.text),
  axisPointer: {
    type: trigger === "axis" ? ("line" as const) : ("none" as const),
    animation: false,
    lineStyle: { color: colors.muted },
  },
});

export const valueScale = (colors: ChartColors, value: (value: number) => string) => ({
  type: "value" as const,
  splitNumber: 4,
  axisLabel: { ...text(colors.muted), formatter: value },
  axisLine: { show: false },
  splitLine: { lineStyle: { color: colors.line, width: 1 } },
});

export const nameScale = (colors: ChartColors, data: readonly string[]) => ({
  type: "category" as const,
  data: [...data],
  axisTick: { show: false },
  axisLine: { lineStyle: { color: colors.line } },
});

/** It explains and filters nothing: what is drawn stays. */
export const legend = (colors: ChartColors) => ({
  top: 0,
  left: 0,
  textStyle: text(colors.text),
  selectedMode: false as const,
  itemGap: 16,
});
