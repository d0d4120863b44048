/**
 * Marketplace budgets: how many orders may still fail in a window before a channel's limit is broken ("you may still ship 11 orders late this week and stay under 4 %").
 * Limits are data, by channel; those of known marketplaces are the defaults, and a site may have its own (`budgets`).
 */
import { Type, type Static } from "typebox";
import { share, type Figure } from "./definition.ts";
import type { Sums } from "./sums.ts";

const ordersIn = (n: number): string => (n === 1 ? "1 order" : `${n === 0 ? "no" : n} orders`);
const parcelsIn = (n: number): string => (n === 1 ? "1 parcel" : `${n === 0 ? "no" : n} parcels`);
const were = (n: number): string => (n === 1 ? "was" : "were");

/** What is counted, and the two things that are said of it: `may` what is still possible, `over` what was too much. */
export const BUDGET_MEASURES = {
  lateShipment: {
    may: (n: number) => `ship ${ordersIn(n)} late`,
    over: (n: number) => `${ordersIn(n)} too many ${were(n)} shipped late`,
    fails: (sums: Sums) => (sums.n["ots.due"] ?? 0) - (sums.n["ots.ok"] ?? 0),
    of: "ots.due",
  },
  lateDelivery: {
    may: (n: number) => `deliver ${ordersIn(n)} late`,
    over: (n: number) => `${ordersIn(n)} too many ${were(n)} delivered late`,
    fails: (sums: Sums) => (sums.n["otd.due"] ?? 0) - (sums.n["otd.ok"] ?? 0),
    of: "otd.due",
  },
  sellerCancel: {
    may: (n: number) => `cancel ${ordersIn(n)}`,
    over: (n: number) => `${ordersIn(n)} too many ${were(n)} cancelled`,
    fails: (sums: Sums) => sums.n["cancelled.seller"] ?? 0,
    of: "received",
  },
  invalidTracking: {
    may: (n: number) => `send ${parcelsIn(n)} that nobody scans`,
    over: (n: number) => `${parcelsIn(n)} too many ${were(n)} sent without a scan`,
    fails: (sums: Sums) => (sums.n["tracked.shipped"] ?? 0) - (sums.n["tracked.scanned"] ?? 0),
    of: "tracked.shipped",
  },
} as const;
export type BudgetMeasure = keyof typeof BUDGET_MEASURES;

const MEASURES = Object.keys(BUDGET_MEASURES) as BudgetMeasure[];
export const BudgetRule = Type.Object(
  {
    channel: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "as orders name it; `*` for every channel without rules of its own",
    }),
    measure: Type.Enum(MEASURES),
    most: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: "the share that the rate must stay below",
    }),
    isStrict: Type.Optional(
      Type.Boolean({ description: "false: the rate may reach `most`; default true" }),
    ),
    days: Type.Integer({
      minimum: 1,
      maximum: 90,
      description: "7 is the week from Monday; other windows roll and end today",
    }),
  },
  { additionalProperties: false },
);
export type BudgetRule = Static<typeof BudgetRule>;

const rule = (
  channel: string,
  measure: BudgetMeasure,
  most: number,
  days: number,
  isStrict = true,
): BudgetRule => ({ channel, measure, most, days, isStrict });

const DEFAULT_BUDGETS: readonly BudgetRule[] = [
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

/** A site's own rules take the place of the defaults, channel by channel. */
export const rulesOf = ({ budgets = [] }: { budgets?: readonly BudgetRule[] }): BudgetRule[] => {
  const own = new Set(budgets.map(({ channel }) => channel));
  return [...budgets, ...DEFAULT_BUDGETS.filter(({ channel }) => !own.has(channel))];
};

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

const allowed = (total: number, { most, isStrict = true }: BudgetRule): number => {
  // 0.04 * 50 is 2.0000000000000004 at times
  const limit = Number((total * most).toFixed(6));
  const whole = Math.floor(limit);
  return isStrict && whole === limit ? Math.max(0, whole - 1) : whole;
};

const WINDOWS: Readonly<Record<number, string>> = { 1: "today", 7: "this week" };
const percent = (of: number): string => `${Number((of * 100).toFixed(2))} %`;

/** `You may still ship 11 orders late this week and stay under 4 %.` */
function wordsOf(left: number, { measure, most, days, isStrict = true }: BudgetRule): string {
  const { may, over } = BUDGET_MEASURES[measure];
  const when = WINDOWS[days] ?? `in these ${days} days`;
  const limit = isStrict ? `under ${percent(most)}` : `at ${percent(most)} at most`;
  if (left < 0) {
    const words = over(-left);
    return `${words} ${when} to stay ${limit}.`;
  }
  return `You may ${left === 0 ? "" : "still "}${may(left)} ${when} and stay ${limit}.`;
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
