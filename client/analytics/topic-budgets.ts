/** What may still go wrong before a marketplace's limit is broken? In words, and order by order. */
import type { Budget, BudgetMeasure } from "../../domain/analytics/budgets.ts";
import type { Budgets, BudgetView } from "../../domain/contract/analytics-others.ts";
import { count } from "../ui/format.ts";
import { percent } from "./figure-words.ts";
import { ordersPage } from "./orders-link.ts";
import {
  NOTHING,
  numberCell,
  textCell,
  type BarsChart,
  type Context,
  type Panel,
  type Shown,
  type Table,
} from "./panels.ts";
import { sentenceOf, spanWords, valueWords } from "./split-words.ts";
import type { Topic } from "./topic.ts";

const MEASURES: Readonly<Record<BudgetMeasure, string>> = {
  lateShipment: "shipped late",
  lateDelivery: "delivered late",
  sellerCancel: "cancelled by us",
  invalidTracking: "without a scan",
};
const STATES: Readonly<Record<Budget["state"], string>> = {
  broken: "broken",
  close: "nearly used up",
  within: "within",
};
const URGENCY: readonly Budget["state"][] = ["broken", "close", "within"];

const channelOf = ({ channel }: Budget): string => sentenceOf(valueWords("channel", channel));
const failedIn = ({ rate }: Budget): number => rate.of?.n ?? 0;

/** Those that need somebody first. */
export const byUrgency = (budgets: readonly BudgetView[]): BudgetView[] =>
  budgets.toSorted(
    (a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || a.left - b.left,
  );

function chartOf(budgets: readonly BudgetView[]): BarsChart {
  return {
    kind: "bars",
    parts: ["Used up", "Still possible"],
    rows: budgets.map((one) => ({
      name: `${channelOf(one)}: ${MEASURES[one.measure]}`,
      values: [failedIn(one), Math.max(0, one.left)],
      note: one.left < 0 ? `${count(-one.left)} too many` : `${count(one.left)} left`,
      to: ordersPage(one.orders),
    })),
    value: count,
  };
}

function tableOf(budgets: readonly BudgetView[], { format }: Context): Table {
  return {
    columns: [
      { name: "Channel", isText: true },
      { name: "Orders or parcels", isText: true },
      { name: "Counted in", isText: true },
      { name: "Limit" },
      { name: "Rate so far" },
      { name: "Used up" },
      { name: "Still to be judged" },
      { name: "Left" },
      { name: "State", isText: true },
      { name: "In words", isText: true },
    ],
    rows: budgets.map((one) => ({
      head: { text: channelOf(one), raw: `${one.channel} ${one.measure} ${one.days}` },
      cells: [
        textCell(MEASURES[one.measure]),
        textCell(spanWords(format, one.from, one.end)),
        numberCell(one.most, percent(one.most)),
        numberCell(one.rate.value, percent(one.rate.value ?? 0)),
        numberCell(
          failedIn(one),
          `${count(failedIn(one))} of ${count(one.rate.of?.d ?? 0)}`,
          failedIn(one) > 0 ? ordersPage(one.orders) : undefined,
        ),
        numberCell(one.ahead, count(one.ahead)),
        numberCell(one.left, count(one.left)),
        textCell(STATES[one.state]),
        textCell(one.words),
      ],
    })),
  };
}

function panelOf(budgets: readonly BudgetView[], context: Context): Panel {
  const broken = budgets.filter(({ state }) => state === "broken").length;
  const close = budgets.filter(({ state }) => state === "close").length;
  return {
    id: "budgets",
    title: "Every budget",
    words:
      budgets.length === 0
        ? "No order came in yet in the windows of the limits."
        : `${count(broken)} of ${count(budgets.length)} broken, ${count(close)} nearly used up. What is already promised for the rest of a window is counted as still to be judged.`,
    chart: chartOf(budgets),
    table: tableOf(budgets, context),
    isTableOpen: true,
    isWide: true,
  };
}

export const BUDGETS: Topic = {
  name: "budgets",
  label: "Marketplace budgets",
  title: "What may still go wrong?",
  splits: [],
  isWithoutWindow: true,
  asks: ({ site }) => ({ budgets: { path: "/api/v1/analytics/budgets", query: { site } } }),
  show: (answers, context): Shown => {
    const answer = answers.get("budgets") as Pick<Budgets, "items"> | undefined;
    if (answer === undefined) return NOTHING;
    const budgets = byUrgency(answer.items);
    const urgent = budgets.filter(({ state }) => state !== "within");
    const said = urgent.length > 0 ? urgent : budgets.slice(0, 3);
    return {
      ...NOTHING,
      notes: said.map((one) => `${channelOf(one)}: ${one.words}`),
      panels: [panelOf(budgets, context)],
    };
  },
};
