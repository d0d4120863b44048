import { describe, expect, test } from "vitest";
import { bestAlarm, calendarRule, coursesOf, lookMoments } from "./alarms.ts";
import { inventedOrders } from "./invented.ts";
import { quantileTable } from "./quantile-table.ts";
import { knownAt, type DataSet } from "./real-order.ts";
import { replay } from "./replay.ts";
import { scoresOf } from "./report.ts";
import { checkNoLeak } from "./run.ts";
import { auc, bootstrap, brier, calibrationError } from "./scores.ts";

const DAY_MS = 86_400_000;
const set = inventedOrders(11);
const { rows } = replay(set);
const scores = scoresOf(set, rows, { name: "judged", from: set.judgedFrom, to: Infinity }, 0);

describe("the model of transit on invented orders", () => {
  test.each(scores)("ranks and rates better than the quantile table at $moment", (score) => {
    expect(score.late).toBeGreaterThan(50);
    expect(score.auc).toBeGreaterThan(score.table.auc);
    expect(score.brier).toBeLessThan(score.table.brier);
    expect(score.brier).toBeLessThan(score.base.brier);
  });

  test.each(scores)("means what it says at $moment", (score) => {
    expect(score.calibrationError).toBeLessThan(0.06);
  });

  test("notices a region that slows down, and the others stay as they were", () => {
    const mean = (to: string, from: number): number => {
      const values = rows.filter(
        ({ moment, known, at }) =>
          moment === "hand-over" &&
          known.to === to &&
          at > set.judgedFrom + from * DAY_MS &&
          at < set.judgedFrom + (from + 30) * DAY_MS,
      );
      return values.reduce((sum, { p }) => sum + p, 0) / values.length;
    };
    expect(mean("north", 0)).toBeLessThan(0.15);
    expect(mean("north", 100)).toBeGreaterThan(mean("north", 0) + 0.25);
    expect(Math.abs(mean("region-1", 100) - mean("region-1", 0))).toBeLessThan(0.15);
  });

  test("says the same of every moment when all that comes later is exchanged", () => {
    const cut = set.judgedFrom + 40 * DAY_MS;
    expect(checkNoLeak(set, rows, cut)).toBeGreaterThan(1000);
  }, 60_000);

  test("is caught when a moment depends on what comes later", () => {
    const leaky: DataSet = {
      ...set,
      orders: set.orders.slice(0, 1500),
      moments: [
        {
          name: "the day before it arrives",
          at: ({ deliveredAt }) => deliveredAt && deliveredAt - DAY_MS,
        },
      ],
    };
    const check = (): number => checkNoLeak(leaky, replay(leaky).rows, set.judgedFrom);
    expect(check).toThrow(/knew of what came after/);
  }, 60_000);

  test("knows no hand-over before it happened", () => {
    const order = set.orders[0];
    if (order?.handedOverAt === undefined) throw new Error("the first order is never handed over");
    expect(knownAt(order, order.handedOverAt - 1).handedOverAt).toBeUndefined();
    expect(knownAt(order, order.handedOverAt).handedOverAt).toBe(order.handedOverAt);
  });
});

describe("scores", () => {
  const at = 0;
  const rowsOf = (pairs: [number, boolean][]) => pairs.map(([p, late]) => ({ p, late, at }));

  test("count a tie as half", () => {
    expect(
      auc(
        rowsOf([
          [0.1, false],
          [0.9, true],
        ]),
      ),
    ).toBe(1);
    expect(
      auc(
        rowsOf([
          [0.5, false],
          [0.5, true],
        ]),
      ),
    ).toBe(0.5);
    expect(
      auc(
        rowsOf([
          [0.2, true],
          [0.5, false],
          [0.5, true],
          [0.9, true],
        ]),
      ),
    ).toBeCloseTo(0.5);
  });

  test("take the square of the error, and the distance of bins", () => {
    const sure = rowsOf([
      [1, true],
      [1, false],
    ]);
    expect(brier(sure)).toBe(0.5);
    expect(calibrationError(sure, 1)).toBe(0.5);
  });

  test("draw whole days anew, the same ones each time", () => {
    const days = Array.from({ length: 60 }, (_, index) => index * DAY_MS);
    const mean = (drawn: readonly number[]): number =>
      drawn.reduce((sum, index) => sum + index, 0) / drawn.length;
    const range = bootstrap(days, mean, 200);
    expect(range).toEqual(bootstrap(days, mean, 200));
    expect(range.low).toBeLessThan(29.5);
    expect(range.high).toBeGreaterThan(29.5);
  });
});

describe("the quantile table", () => {
  test("uses nothing that was delivered after its week began", () => {
    const one = rows.filter(({ moment }) => moment === "hand-over");
    const cut = set.judgedFrom;
    const answers = quantileTable(one);
    const later = one.map((row) =>
      (row.order.deliveredAt ?? 0) > cut
        ? { ...row, order: { ...row.order, deliveredAt: undefined } }
        : row,
    );
    const after = quantileTable(later);
    for (const [index, row] of one.entries())
      if (row.at <= cut) expect(after[index]).toBe(answers[index]);
  });
});

describe("alarms", () => {
  const looked = replay({ ...set, orders: set.orders.slice(0, 1500), looks: lookMoments }).rows;
  const names = new Set(lookMoments.map(({ name }) => name));
  const courses = coursesOf(looked.filter(({ moment }) => names.has(moment)));

  test("of the calendar rule catch every late order that many days ahead", () => {
    const rule = calendarRule(courses, 3);
    expect(rule.recall).toBe(1);
    expect(rule.medianLead).toBe(3);
  });

  test("of the model keep the asked recall and lead, with fewer raised", () => {
    const rule = calendarRule(courses, 3);
    const best = bestAlarm(courses, { recall: 0.9 * rule.recall, lead: 3 });
    expect(best?.precision).toBeGreaterThan(rule.precision);
    expect(best?.recall).toBeGreaterThanOrEqual(0.9 * rule.recall);
    expect(best?.medianLead).toBeGreaterThanOrEqual(3);
  });
});
