import { describe, expect, test } from "vitest";
import { barsOption } from "../../../client/analytics/bars-option.ts";
import { linkAt } from "../../../client/analytics/chart-option.ts";
import { heatOption, inkOn } from "../../../client/analytics/heat-option.ts";
import { axisStart, linesOption, namedEnds } from "../../../client/analytics/lines-option.ts";
import type { BarsChart, HeatChart, LinesChart } from "../../../client/analytics/panels.ts";
import { axisOf, stepOf } from "../../../client/analytics/scale-step.ts";
import type { ChartColors } from "../../../client/trends/line-chart-option.ts";
import { LOST } from "./answers.ts";

const colors: ChartColors = {
  text: "#111111",
  muted: "#555555",
  line: "#cccccc",
  surface: "#ffffff",
  series: ["#111122", "#222233", "#333344"],
};
const lines: LinesChart = {
  kind: "lines",
  labels: ["Mon", "Tue"],
  lines: [
    { name: "now", values: [0.97, 0.93], look: "main" },
    { name: "before", values: [0.96, null], look: "past" },
    { name: "target", values: [0.99, 0.99], look: "target" },
  ],
  value: String,
  most: 1,
  isFromZero: false,
  isLastOpen: true,
  to: [undefined, "/there"],
};
const bars: BarsChart = {
  kind: "bars",
  parts: ["waiting", "working"],
  rows: [
    { name: "picked", values: [1, 2], note: "3 min", before: 4, to: "/picked" },
    { name: "packed", values: [3, null], note: "3 min" },
  ],
  value: String,
};
const heat: HeatChart = {
  kind: "heat",
  days: ["Mon", "Tue"],
  hours: ["00", "01"],
  cells: [
    { day: 1, hour: 0, value: 9, to: "/nine" },
    { day: 0, hour: 1, value: 0 },
  ],
  value: String,
};
type Drawn = {
  name: string;
  type: string;
  data: unknown[];
  lineStyle: { type: string };
};
const drawn = (option: unknown) => (option as { series: Drawn[] }).series;

describe("charts of the analytics", () => {
  test("stand still, explain themselves, and draw the tooltip without HTML", () => {
    for (const option of [
      linesOption(lines, colors, "words"),
      barsOption(bars, colors, "words"),
      heatOption(heat, colors, "words"),
    ])
      expect(option).toMatchObject({
        animation: false,
        aria: { enabled: true, label: { description: "words" } },
        tooltip: { renderMode: "richText" },
      });
  });

  test("lines are told apart by dash, gaps stay gaps, the running part is hollow", () => {
    const [now, before, target] = drawn(linesOption(lines, colors, ""));
    expect([now, before, target].map((line) => line?.lineStyle.type)).toEqual([
      "solid",
      "dashed",
      "dotted",
    ]);
    expect(before?.data[1]).toEqual({ value: "-" });
    expect(now?.data[1]).toMatchObject({ value: 0.93, itemStyle: { color: colors.surface } });
  });

  test("a share's axis begins below what is shown, anything else at zero", () => {
    expect(axisStart(lines)).toBeCloseTo(0.9);
    expect(axisStart({ ...lines, isFromZero: true })).toBe(0);
  });

  test("line ends that lie on one another are not both named", () => {
    const near = [lines.lines[0]!, { ...lines.lines[2]!, values: [0.93, 0.931] }];
    expect([...namedEnds([...near, lines.lines[1]!], 0.9)]).toEqual(["now", "before"]);
  });

  test("bars keep their parts in one stack and mark where they were before", () => {
    const series = drawn(barsOption(bars, colors, ""));
    expect(series.map(({ name, type }) => [name, type])).toEqual([
      ["waiting", "bar"],
      ["working", "bar"],
      ["before", "scatter"],
    ]);
    expect(series[1]?.data).toEqual([2, 0]);
    expect(series[2]?.data).toEqual([
      [4, 0],
      ["-", 1],
    ]);
  });

  test("a click anywhere on a bar, a day or a cell opens its orders", () => {
    expect(linkAt(lines, [1, 7])).toBe("/there");
    expect(linkAt(bars, [5, 0])).toBe("/picked");
    expect(linkAt(bars, [5, 1])).toBeUndefined();
    expect(linkAt(heat, [0, 1])).toBe("/nine");
    expect(linkAt(heat, [1, 1])).toBeUndefined();
  });

  test("numbers in the heat are read on every fill, by light and in the dark", () => {
    const dark = { ...colors, surface: "#1d2126", text: "#d8dce1" };
    expect([0, 0.5, 1].map((part) => inkOn(part, colors))).toEqual([
      colors.text,
      colors.text,
      colors.surface,
    ]);
    expect([0, 0.5, 1].map((part) => inkOn(part, dark))).toEqual([
      dark.text,
      dark.surface,
      dark.surface,
    ]);
  });

  test("axes of time have their lines on whole minutes", () => {
    const axis = axisOf(stepOf(LOST), [83_333 * 60_000]);
    expect(axis).toEqual({ interval: 50_000 * 60_000, max: 100_000 * 60_000 });
    expect(axisOf(undefined, [1])).toEqual({});
  });
});
