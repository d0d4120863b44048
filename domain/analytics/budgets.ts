/**
 * Marketplace budgets: how many orders may still fail in a window before a channel's limit is broken ("you may still ship 11 orders late this week and stay under 4 %").
 * Limits are data, by channel; those of known marketplaces are the defaults and may be replaced.
 */
import { share, type Figure } from "./definition.ts";
import type { Sums } from "./sums.ts";

export const BUDGET_MEASURES = {
  lateShipment: {
    name: "late shipments",
    fails: (sums: Sums) => (sums.n["ots.due"] ?? 0) - (sums.n["ots.ok"] ?? 0),
    of: "ots.due",
  },
  lateDelivery: {
    name: "late deliveries",
    fails: (sums: Sums) => (sums.n["otd.due"] ?? 0) - (sums.n["otd.ok"] ?? 0),
    of: "otd.due",
  },
  sellerCancel: {
    name: "cancellations",
    fails: (sums: Sums) => sums.n["cancelled.seller"] ?? 0,
    of: "received",
  },
  invalidTracking: {
    name: "parcels without a scan",
    fails: (sums: Sums) => (sums.n["tracked.shipped"] ?? 0) - (sums.n["tracked.scanned"] ?? 0),
    of: "tracked.shipped",
  },
} as const;
export type BudgetMeasure = keyof typeof BUDGET_MEASURES;

export type BudgetRule = {
  /** channel as orders name it; `*` for every channel without rules of its own */
  channel: string;
  measure: BudgetMeasure;
  /** the rate must stay below (`isStrict`) or at most at this share */
  most: number;
  isStrict: boolean;
  days: number;
};

const rule = (
  channel: string,
  measure: BudgetMeasure,
  most: number,
  days: number,
  isStrict = true,
): BudgetRule => ({ channel, measure, most, days, isStrict });

export const DEFAULT_BUDGETS: readonly BudgetRule[] = [
  rule("amazon", "lateShipment", 0.04, 7),
  rule("amazon", "lateShipment", 0.04, 30),
  rule("amazon", "sellerCancel", 0.025, 7),
  rule("amazon", "invalidTracking", 0.05, 30),
  rule("amazon", "lateDelivery", 0.1, 14),
  rule("walmart", "lateDelivery", 0.1, 14, false),
  rule("walmart", "sellerCancel", 0.02, 30, false),
  rule("walmart", "invalidTracking", 0.01, 30),
  rule("*", "lateShipment", 0.04, 7),
  rule("*", "sellerCancel", 0.025, 7),
];

export const rulesFor = (rules: readonly BudgetRule[], channel: string): BudgetRule[] => {
  const own = rules.filter((one) => one.channel === channel);
  return own.length > 0 ? own : rules.filter((one) => one.channel === "*");
};

export type Budget = {
  channel: string;
  measure: BudgetMeasure;
  days: number;
  most: number;
  rate: Figure;
  /** still to be judged in the window: due later in it */
  ahead: number;
  /** so many more may fail; negative: so many too many already */
  left: number;
  state: "within" | "close" | "broken";
  words: string;
};

const allowed = (total: number, { most, isStrict }: BudgetRule): number => {
  // 0.04 * 50 is 2.0000000000000004 at times
  const limit = Number((total * most).toFixed(6));
  const whole = Math.floor(limit);
  return isStrict && whole === limit ? Math.max(0, whole - 1) : whole;
};

const WINDOWS: Readonly<Record<number, string>> = { 1: "today", 7: "this week", 30: "this month" };
const percent = (of: number): string => `${Number((of * 100).toFixed(2))} %`;

function wordsOf(left: number, { measure, most, days }: BudgetRule): string {
  const { name } = BUDGET_MEASURES[measure];
  const when = WINDOWS[days] ?? `in these ${days} days`;
  if (left < 0) return `${-left} more ${name} than ${percent(most)} allows ${when}.`;
  return `${left} more ${name} are possible ${when} and you stay under ${percent(most)}.`;
}

/** `ahead`: what is still to be judged in the window; the budget counts on all of it. */
export function budgetOf(rule: BudgetRule, channel: string, sums: Sums, ahead: number): Budget {
  const { measure, days, most } = rule;
  const { fails, of } = BUDGET_MEASURES[measure];
  const [failed, judged] = [fails(sums), sums.n[of] ?? 0];
  const most_ = allowed(judged + ahead, rule);
  const left = most_ - failed;
  const state = left < 0 ? "broken" : left <= most_ * 0.2 ? "close" : "within";
  return {
    channel,
    measure,
    days,
    most,
    rate: share(failed, judged),
    ahead,
    left,
    state,
    words: wordsOf(left, rule),
  };
}
