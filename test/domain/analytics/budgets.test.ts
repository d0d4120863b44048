import fc from "fast-check";
import { expect, test } from "vitest";
import { budgetOf, rulesFor, rulesOf, type BudgetRule } from "../../../domain/analytics/budgets.ts";

const under4: BudgetRule = {
  channel: "web",
  measure: "lateShipment",
  most: 0.04,
  isStrict: true,
  days: 7,
};
const late = (due: number, failed: number) => ({
  n: { "ots.due": due, "ots.ok": due - failed },
  h: {},
});

test("says how many more may be late this week", () => {
  // 4 % of 500 is 20, and the rate must stay under it: 19 may be late, 8 are
  const budget = budgetOf(under4, "web", late(450, 8), 50);
  expect(budget).toMatchObject({ left: 11, state: "within", ahead: 50 });
  expect(budget.rate).toEqual({ value: 8 / 450, of: { n: 8, d: 450 } });
  expect(budget.words).toBe("You may still ship 11 orders late this week and stay under 4 %.");
});

test("a limit that may be reached is one more than one that must not be", () => {
  expect(budgetOf({ ...under4, isStrict: false }, "web", late(500, 0), 0).left).toBe(20);
  expect(budgetOf(under4, "web", late(500, 0), 0).left).toBe(19);
});

test("says when it is close, and by how many it is broken", () => {
  expect(budgetOf(under4, "web", late(500, 16), 0).state).toBe("close");
  const broken = budgetOf(under4, "web", late(500, 25), 0);
  expect(broken).toMatchObject({ left: -6, state: "broken" });
  expect(broken.words).toBe("6 orders too many were shipped late this week to stay under 4 %.");
});

test("says of every measure what may still happen, in the singular too", () => {
  const cancel: BudgetRule = { ...under4, measure: "sellerCancel", isStrict: false, days: 30 };
  const sums = { n: { received: 25, "tracked.shipped": 30 }, h: {} };
  expect(budgetOf(cancel, "web", sums, 0).words).toBe(
    "You may still cancel 1 order in these 30 days and stay at 4 % at most.",
  );
  const scans: BudgetRule = { ...under4, measure: "invalidTracking", days: 14 };
  expect(
    budgetOf(scans, "web", { ...sums, n: { ...sums.n, "tracked.scanned": 29 } }, 0).words,
  ).toBe("You may send no parcels that nobody scans in these 14 days and stay under 4 %.");
});

test("using the budget up never breaks the limit, one more always does", () => {
  const counts = fc.record({
    judged: fc.nat(5_000),
    ahead: fc.nat(5_000),
    most: fc.integer({ min: 1, max: 200 }),
    isStrict: fc.boolean(),
  });
  fc.assert(
    fc.property(counts, ({ judged, ahead, most, isStrict }) => {
      const rule = { ...under4, most: most / 1_000, isStrict };
      const { left } = budgetOf(rule, "web", late(judged, 0), ahead);
      const total = judged + ahead;
      const isKept = (failed: number) =>
        isStrict ? failed * 1_000 < total * most : failed * 1_000 <= total * most;
      if (left > 0) expect(isKept(left)).toBe(true);
      expect(isKept(left + 1)).toBe(false);
    }),
  );
});

test("a channel's own rules come before those of all channels", () => {
  const usual = rulesOf({});
  expect(rulesFor(usual, "amazon").every(({ channel }) => channel === "amazon")).toBe(true);
  expect(rulesFor(usual, "web").map(({ channel }) => channel)).toEqual(["*", "*"]);
});

test("a site's own limits take the place of the usual ones, channel by channel", () => {
  const { isStrict: _usual, ...own } = { ...under4, channel: "amazon", most: 0.02 };
  const rules = rulesOf({ budgets: [own] });
  expect(rulesFor(rules, "amazon")).toEqual([own]);
  expect(rulesFor(rules, "walmart")).toEqual(rulesFor(rulesOf({}), "walmart"));
  // to stay below is what is meant when nothing is said
  expect(budgetOf(own, "amazon", late(500, 0), 0)).toMatchObject({ left: 9 });
});
