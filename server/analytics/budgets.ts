/** Marketplace budgets of a site: how many more may fail in each channel before a limit is broken. */
import {
  budgetOf,
  rulesFor,
  rulesOf,
  type Budget,
  type BudgetMeasure,
  type BudgetRule,
} from "../../domain/analytics/budgets.ts";
import type { BudgetView } from "../../domain/contract/analytics-others.ts";
import type { AnalyticsQuery } from "../../domain/contract/analytics.ts";
import type { Site } from "../../domain/site.ts";
import { noSums, type Sums } from "../../domain/analytics/sums.ts";
import { localDay, startOfDay, weekdayOf } from "../../domain/wall-clock.ts";
import type { Window } from "../../history/queries/sums.ts";
import { refuseFilters, refuseSpan, refuseSplits, type Desk } from "./reading.ts";

/** `this week` begins on Monday, as people say it; longer windows roll. */
function windowFor({ zone, now }: Desk, days: number): { past: Window; end: number } {
  const today = localDay(zone, now);
  const first = days === 7 ? today - weekdayOf(today) + 1 : today - days + 1;
  return {
    past: { from: startOfDay(zone, first), to: now },
    end: startOfDay(zone, days === 7 ? first + 7 : today + 1),
  };
}

async function byChannel(
  { ask, site, zone }: Desk,
  window: Window,
  at: number,
): Promise<Map<string, Sums>> {
  const rows = await ask("sums", { site, zone, now: at, ...window, dim: "channel", by: "none" });
  return new Map(rows.map(({ value, sums }) => [value, sums]));
}

const ahead = (measure: string, sums: Sums): number =>
  measure === "lateShipment"
    ? (sums.n["ots.due"] ?? 0)
    : measure === "lateDelivery"
      ? (sums.n["otd.due"] ?? 0)
      : 0;

const METRICS: Readonly<Record<BudgetMeasure, string>> = {
  lateShipment: "onTimeShip",
  lateDelivery: "onTimeDelivery",
  sellerCancel: "sellerCancelRate",
  invalidTracking: "validTracking",
};

/** With the window it is judged in, and the way to the orders that used it up. */
function viewOf({ site }: Desk, budget: Budget, past: Window, end: number): BudgetView {
  const [from, to] = [new Date(past.from).toISOString(), new Date(past.to).toISOString()];
  const { channel, measure } = budget;
  const query = { site, from, to, channel, metric: METRICS[measure], failed: "true" };
  const orders = `/api/v1/analytics/budgets/orders?${new URLSearchParams(query)}`;
  return { ...budget, from, to, end: new Date(end).toISOString(), orders };
}

/** What is already promised for the rest of the window counts as still to be judged. */
export async function readBudgets(
  desk: Desk,
  rules: readonly BudgetRule[] = rulesOf({}),
): Promise<BudgetView[]> {
  const budgets: BudgetView[] = [];
  const lengths = new Set(rules.map(({ days }) => days));
  for (const days of lengths) {
    const { past, end } = windowFor(desk, days);
    const [judged, whole] = await Promise.all([
      byChannel(desk, past, desk.now),
      byChannel(desk, { from: past.from, to: end }, end),
    ]);
    for (const [channel, sums] of judged)
      for (const rule of rulesFor(rules, channel).filter((one) => one.days === days)) {
        const all = ahead(rule.measure, whole.get(channel) ?? noSums());
        const left = Math.max(0, all - ahead(rule.measure, sums));
        budgets.push(viewOf(desk, budgetOf(rule, channel, sums, left), past, end));
      }
  }
  return budgets.sort(
    (a, b) => (a.channel < b.channel ? -1 : Number(a.channel > b.channel)) || a.left - b.left,
  );
}

/** Of the whole site, by its own rules, each in the window that it says. */
export function budgetsAnswer(
  desk: Desk,
  site: Site,
  query: AnalyticsQuery,
): Promise<BudgetView[]> {
  refuseFilters(query);
  refuseSplits(query, "channel");
  refuseSpan(query);
  return readBudgets(desk, rulesOf(site));
}
