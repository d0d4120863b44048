import { describe, expect, test } from "vitest";
import { backlogOption } from "../../../client/trends/backlog-option.ts";
import { durationStep, dwellOption } from "../../../client/trends/dwell-option.ts";
import {
  type ChartColors,
  isOnLabelledHour,
  labelledLines,
} from "../../../client/trends/line-chart-option.ts";
import { sparkPath, thinned } from "../../../client/trends/sparkline.ts";
import { throughputOption } from "../../../client/trends/throughput-option.ts";
import type { StageSeries, TrendSeries } from "../../../client/trends/trend-series.ts";
import type { Stage } from "../../../domain/stages.ts";

const colors: ChartColors = {
  text: "#111111",
  muted: "#555555",
  line: "#cccccc",
  surface: "#ffffff",
  series: ["#111122", "#222233", "#333344"],
};
const words = { value: String, time: (at: number) => `t${at}`, description: "what it shows" };

const stage = (name: Stage, values: (number | null)[]): StageSeries => ({
  stage: name,
  inPerHour: values,
  outPerHour: values,
  wip: values,
  p50Ms: values,
  p90Ms: values.map((value) => (value === null ? null : value * 3)),
});
const series: TrendSeries = {
  times: [1, 2, 3],
  stages: [
    stage("picking", [1, 2, 3]),
    stage("packing", [4, null, 6]),
    stage("checked", [0, 0, 0]),
  ],
};

type Drawn = {
  name: string;
  data: unknown[];
  lineStyle: { width: number; color: string };
  showSymbol: boolean;
};
/** What of an option is looked at here. */
type Option = {
  animation: boolean;
  aria: { enabled: boolean; label: { description: string } };
  tooltip: { renderMode: string };
  xAxis: { data: string[]; axisLabel: { hideOverlap?: boolean } };
  yAxis: { min: number };
  series: Drawn[];
};
const throughput = (chosen: Stage | null) =>
  throughputOption(series, chosen, String, colors, words) as Option;

describe("a chart of the stages", () => {
  test("lets the chosen stage stand out and nothing else", () => {
    const drawn = throughput("packing").series;
    expect(drawn.map(({ name, lineStyle }) => [name, lineStyle.width, lineStyle.color])).toEqual([
      ["picking", 1, "#111122"],
      ["packing", 2, "#111111"],
    ]);
  });

  test("leaves flat stages out unless one of them is chosen", () => {
    expect(throughput("checked").series.map(({ name }) => name)).toContain("checked");
    expect(throughput(null).series.map(({ name }) => name)).not.toContain("checked");
    const backlog = backlogOption(series, null, String, colors, words) as Option;
    expect(backlog.series.map(({ name }) => name)).toEqual(["picking", "packing"]);
  });

  test("breaks the line where nothing is known", () => {
    expect(throughput("packing").series[1]?.data).toEqual([4, "-", 6]);
  });

  test("starts at zero, does not move, and says itself in words", () => {
    const option = throughput("packing");
    expect(option.yAxis.min).toBe(0);
    expect(option.animation).toBe(false);
    expect(option.aria).toEqual({ enabled: true, label: { description: "what it shows" } });
    expect(option.xAxis.data).toEqual(["t1", "t2", "t3"]);
    expect(option.xAxis.axisLabel.hideOverlap).toBe(true);
  });

  test("draws its tooltip on the canvas, since the page allows no style attributes", () => {
    expect(throughput("packing").tooltip.renderMode).toBe("richText");
  });

  test("shows p50 and p90 of the chosen stage's dwell, and nothing without one", () => {
    const dwell = dwellOption(series, "packing", colors, words) as Option;
    expect(dwell.series.map(({ name, data }) => [name, data])).toEqual([
      ["p50", [4, "-", 6]],
      ["p90", [12, "-", 18]],
    ]);
    expect((dwellOption(series, null, colors, words) as Option).series).toEqual([]);
  });

  test.each([
    ["14:00", 1, true],
    ["14:05", 1, false],
    ["14:00", 3, false],
    ["00:00", 12, true],
  ])("labels %s every %i h: %s", (time, every, isShown) => {
    expect(isOnLabelledHour(time, every)).toBe(isShown);
  });
});

describe("the names at the line ends", () => {
  const line = (name: string, last: number, isMain = false) => ({
    name,
    values: [100, last, null],
    isMain,
  });

  test("leave out what would stand over another, never the main line", () => {
    const lines = [
      line("a", 50),
      line("b", 48),
      line("main", 46, true),
      line("c", 20),
      line("d", 0),
    ];
    expect([...labelledLines(lines)]).toEqual(["main", "c", "d"]);
  });

  test("leave out lines without any value", () => {
    expect(labelledLines([{ name: "a", values: [null], isMain: true }]).size).toBe(0);
  });
});

test.each([
  [90_000, 60_000],
  [20 * 60_000, 5 * 60_000],
  [5 * 3_600_000, 2 * 3_600_000],
  [5 * 86_400_000, 2 * 86_400_000],
])("grid lines of a dwell up to %i ms stand %i ms apart", (top, step) => {
  expect(durationStep(top)).toBe(step);
});

describe("a sparkline", () => {
  test.each([
    ["goes from zero up", [0, 5, 10], "M0 10L10 5L20 0"],
    ["breaks at a gap", [10, null, 10], "M0 0M20 0"],
    ["lies at the bottom without anything", [0, 0, 0], "M0 10L10 10L20 10"],
    ["is nothing with one value", [3], ""],
    ["is nothing without values", [], ""],
  ])("%s", (_, values, path) => {
    expect(sparkPath(values, 20, 10)).toBe(path);
  });

  test("has at most sixty points, each the mean of its neighbours", () => {
    expect(thinned(Array.from({ length: 288 }, () => 2)).length).toBeLessThanOrEqual(60);
    expect(thinned([1, 3, null, 5], 2)).toEqual([2, 5]);
    expect(thinned([null, null], 1)).toEqual([null]);
  });
});
