/** What is looked at, as the address says it: topic, window, split and filter. Any view can be sent to a colleague. Pure. */
import {
  TIME_GROUPS,
  VALUE_GROUPS,
  type Group,
  type TimeGroup,
  type ValueGroup,
} from "../../domain/contract/analytics-names.ts";

/** Lengths in site days, today included; `yesterday` ends before today. */
export const WINDOWS = {
  today: { days: 1, label: "Today" },
  yesterday: { days: 1, label: "Yesterday" },
  "7d": { days: 7, label: "7 days" },
  "28d": { days: 28, label: "28 days" },
  "90d": { days: 90, label: "90 days" },
} as const;
export type WindowName = keyof typeof WINDOWS;

/** What may be split by may be filtered by, but where in the house an order lost time: that is a stage's share, not a value of an order. */
export type FilterName = Exclude<ValueGroup, "lossStage">;
const FILTER_NAMES = VALUE_GROUPS.filter((name): name is FilterName => name !== "lossStage");
export type Filter = { name: FilterName; value: string };

export type View = {
  /** a named window, or null for the days `from` to `to` */
  window: WindowName | null;
  from: string;
  to: string;
  /** empty: the topic's own */
  by: Group | "";
  filter: Filter | null;
  /** which metric is drawn; empty: the topic's own */
  metric: string;
  /** the stage or truck that is looked at in particular */
  focus: string;
  /** tables instead of charts */
  isTable: boolean;
};

type Query = Record<string, unknown>;
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const GROUP_NAMES: ReadonlySet<string> = new Set([...TIME_GROUPS, ...VALUE_GROUPS, "none", "heat"]);

export const isTime = (by: string): by is TimeGroup =>
  (TIME_GROUPS as readonly string[]).includes(by);

export const isFilter = (name: string): name is FilterName =>
  (FILTER_NAMES as readonly string[]).includes(name);

function filterOf(query: Query): Filter | null {
  const name = FILTER_NAMES.find((one) => textOf(query[one]) !== "");
  return name === undefined ? null : { name, value: textOf(query[name]) };
}

/** What is not understood counts as not said. */
export function viewOf(query: Query): View {
  const [from, to] = [textOf(query["from"]), textOf(query["to"])];
  const isCustom = DAY.test(from) && DAY.test(to) && from <= to;
  const named = textOf(query["window"]);
  const by = textOf(query["by"]);
  return {
    window: isCustom ? null : Object.hasOwn(WINDOWS, named) ? (named as WindowName) : "7d",
    from: isCustom ? from : "",
    to: isCustom ? to : "",
    by: GROUP_NAMES.has(by) ? (by as Group) : "",
    filter: filterOf(query),
    metric: textOf(query["metric"]),
    focus: textOf(query["focus"]),
    isTable: query["show"] === "tables",
  };
}

/** The same as it stands in the address: what is usual is left out. */
export function queryOf(view: View): Record<string, string> {
  const { window, from, to, by, filter, metric, focus, isTable } = view;
  return {
    ...(window === null ? { from, to } : window !== "7d" && { window }),
    ...(by !== "" && { by }),
    ...(filter !== null && { [filter.name]: filter.value }),
    ...(metric !== "" && { metric }),
    ...(focus !== "" && { focus }),
    ...(isTable && { show: "tables" }),
  };
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();
/** `2026-11-30`, as a calendar at the site says it. */
export function siteDay(timeZone: string, at: number): string {
  const format = dayFormats.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone });
  dayFormats.set(timeZone, format);
  return format.format(at);
}

const DAY_MS = 86_400_000;
export const shiftDay = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** First and last day of the window, both included. */
export function daysOf(
  { window, from, to }: Pick<View, "window" | "from" | "to">,
  timeZone: string,
  now: number,
): { from: string; to: string } {
  if (window === null) return { from, to };
  const today = siteDay(timeZone, now);
  const last = window === "yesterday" ? shiftDay(today, -1) : today;
  return { from: shiftDay(last, 1 - WINDOWS[window].days), to: last };
}
