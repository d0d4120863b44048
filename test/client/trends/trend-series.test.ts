import { describe, expect, test } from "vitest";
import type { Trends } from "../../../domain/contract/api.ts";
import type { LiveMetrics } from "../../../domain/board.ts";
import {
  busiestStage,
  isFlat,
  MAX_POINTS,
  ratePerHour,
  seriesOf,
  withLiveBacklog,
} from "../../../client/trends/trend-series.ts";
import { tableRows } from "../../../client/trends/trend-table.ts";
import { backlogWords, dwellWords, throughputWords } from "../../../client/trends/trend-words.ts";

const FIVE = 5 * 60_000;
const FROM = Date.UTC(2026, 10, 23, 8, 0);
const HOUR = 3_600_000;

/** `length` buckets from 08:00 UTC; every stage the same counts but its own backlog. */
function someTrends(length: number, wip: Record<string, number>): Trends {
  const stages: Trends["stages"] = {};
  for (const [stage, standing] of Object.entries(wip)) {
    stages[stage] = {
      in: Array.from({ length }, () => 2),
      out: Array.from({ length }, () => 1),
      wip: Array.from({ length }, () => standing),
      dwellP50Ms: Array.from({ length }, () => 60_000),
      dwellP90Ms: Array.from({ length }, () => null),
    };
  }
  return { site: "BER1", bucketMs: FIVE, from: new Date(FROM).toISOString(), stages };
}

describe("a rate per hour", () => {
  test("counts the last 30 minutes and forgets what is older", () => {
    const rates = ratePerHour([0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0], FIVE, 12);
    expect([rates[4], rates[5], rates[10], rates[11]]).toEqual([null, 12, 12, 0]);
  });

  test("is not known before 30 minutes were counted, nor in a bucket that is not over", () => {
    const counts = [1, 1, 1, 1, 1, 1, 1, 1];
    expect(ratePerHour(counts, FIVE, 7)).toEqual([null, null, null, null, null, 12, 12, null]);
  });
});

describe("the series of a site", () => {
  test("leave out the stages in which nothing stands", () => {
    const trends = someTrends(3, { picking: 1, delivered: 0 });
    const series = seriesOf(trends, ["picking", "delivered"], FROM + 3 * FIVE);
    expect(series.stages.map(({ stage }) => stage)).toEqual(["picking"]);
  });

  test("come in the site's order, without stages it has no figures of", () => {
    const series = seriesOf(
      someTrends(3, { packing: 1, picking: 1 }),
      ["received", "picking", "packing"],
      FROM + 3 * FIVE,
    );
    expect(series.stages.map(({ stage }) => stage)).toEqual(["picking", "packing"]);
    expect(series.times).toEqual([FROM, FROM + FIVE, FROM + 2 * FIVE]);
  });

  test("have no rate for the bucket of now, but its backlog", () => {
    const series = seriesOf(someTrends(7, { picking: 4 }), ["picking"], FROM + 6 * FIVE + 1);
    expect(series.stages[0]?.outPerHour.slice(-2)).toEqual([12, null]);
    expect(series.stages[0]?.wip.slice(-2)).toEqual([4, 4]);
  });

  test("are thinned to what a screen can show, and keep the newest point", () => {
    const length = 2016;
    const series = seriesOf(someTrends(length, { picking: 4 }), ["picking"], FROM + length * FIVE);
    expect(series.times.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(series.times.at(-1)).toBe(FROM + (length - 1) * FIVE);
    expect(series.stages[0]?.p50Ms).toHaveLength(series.times.length);
  });

  test("take the newest backlog from the live metrics", () => {
    const series = seriesOf(someTrends(2, { picking: 4 }), ["picking"], FROM + 2 * FIVE);
    const live = { stages: { picking: { wip: 9 } } } as unknown as LiveMetrics;
    expect(withLiveBacklog(series, live).stages[0]?.wip).toEqual([4, 9]);
    expect(withLiveBacklog(series, null)).toBe(series);
  });

  test("show the fullest stage in the building first, not what is on the road", () => {
    const trends = someTrends(2, { picking: 3, packing: 8, in_transit: 90 });
    const series = seriesOf(trends, ["picking", "packing", "in_transit"], FROM + 2 * FIVE);
    expect(busiestStage(series)).toBe("packing");
    expect(busiestStage({ times: [], stages: [] })).toBeNull();
  });

  test("are a table by the hour, the newest first", () => {
    const series = seriesOf(someTrends(25, { picking: 3 }), ["picking"], FROM + 25 * FIVE);
    const rows = tableRows(series, "picking");
    expect(rows.map(({ at }) => at)).toEqual([FROM + 2 * HOUR, FROM + HOUR, FROM]);
    expect(rows[0]).toMatchObject({ wip: 3, p50Ms: 60_000, p90Ms: null });
    expect(tableRows(series, "packing")).toEqual([]);
  });

  test("are flat when there is nothing but zeros and gaps", () => {
    expect([isFlat([0, null]), isFlat([0, 1])]).toEqual([true, false]);
  });
});

describe("a chart in words", () => {
  const live = { wip: 12, inPerHour: 4, outPerHour: 6, p50Ms: 60_000, p90Ms: 600_000 };

  test.each([
    [
      { ...live, emptiesAt: FROM + HOUR },
      "12 orders stand in packing; at these rates it is empty in 1 h.",
    ],
    [{ ...live, emptiesAt: null }, "12 orders stand in packing; at these rates it never empties."],
    [
      { ...live, emptiesAt: FROM + 72 * HOUR },
      "12 orders stand in packing; at these rates it does not empty in two days.",
    ],
    [{ ...live, wip: 0, emptiesAt: FROM }, "No order stands in packing."],
    [
      { ...live, wip: 1, emptiesAt: null },
      "1 order stands in packing; at these rates it never empties.",
    ],
  ])("says when the backlog is gone", (metrics, words) => {
    expect(backlogWords("packing", metrics, FROM)).toBe(words);
  });

  test("says what leaves and what comes, also of one", () => {
    const metrics = { ...live, emptiesAt: null };
    expect(throughputWords("packing", metrics)).toBe("6 orders an hour leave packing, 4 come in.");
    expect(throughputWords("packing", { ...metrics, outPerHour: 1, inPerHour: 1 })).toBe(
      "1 order an hour leaves packing, 1 comes in.",
    );
  });

  test("says how long orders stay, and when nothing is known of it", () => {
    expect(dwellWords("packing", { ...live, emptiesAt: null })).toBe(
      "Half of the orders spend less than 1 min in packing, one in ten more than 10 min.",
    );
    expect(dwellWords("packing", null)).toContain("No order has left packing");
  });
});
