/** What differs between two versions of a site's rules, part by part, in sentences for their history. Pure. */
import type { Shift, Site } from "./site.ts";

export type SitePart = Exclude<keyof Site, "id">;
export type SiteChange = { parts: SitePart[]; words: string[] };

const inOrder = (_name: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const textOf = (value: unknown): string => JSON.stringify(value, inOrder) ?? "";

/** Names in any order; a list or table that is left out is an empty one. */
function isSame(a: unknown, b: unknown): boolean {
  const [before, after] = [textOf(a), textOf(b)];
  const isNothing = (text: string): boolean => ["", "[]", "{}"].includes(text);
  return before === after || (isNothing(before) && isNothing(after));
}

const DAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const daysOf = (days: readonly number[]): string => days.map((day) => DAYS[day]).join(" ");

function shiftWords({ name, days, from, to, breaks = [] }: Shift): string {
  const rests = breaks.map((rest) => `${rest.from}–${rest.to}`).join(", ");
  const hours = `${daysOf(days)} ${from}–${to}${rests === "" ? "" : `, breaks ${rests}`}`;
  return name === undefined ? hours : `${name} ${hours}`;
}

const shiftsWords = ({ shifts }: Site): string[] => [
  shifts.length === 0
    ? "no shifts: it works round the clock"
    : `shifts: ${shifts.map(shiftWords).join("; ")}`,
];

const none = (value: unknown): string => (value === undefined ? "none" : String(value));

type Table<T> = Readonly<Record<string, T>>;

/** What each entry of a table says now, where it says something else. */
function tableWords<T>(
  before: Table<T>,
  after: Table<T>,
  words: (key: string, was: T | undefined, is: T | undefined) => string,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isSame(before[key], after[key]) || key in before !== key in after)
    .sort()
    .map((key) => words(key, before[key], after[key]));
}

type Named = { readonly id: string } | { readonly source: string };
const nameOf = (one: Named): string => ("id" in one ? one.id : one.source);

const listWords =
  (what: string) =>
  (before: readonly Named[] = [], after: readonly Named[] = []): string[] => {
    const table = (all: readonly Named[]) =>
      Object.fromEntries(all.map((one) => [nameOf(one), one]));
    const words = tableWords(table(before), table(after), (name, was, is) => {
      if (was === undefined) return `${what} ${name} is new`;
      return `${what} ${name} ${is === undefined ? "is gone" : "was changed"}`;
    });
    return words.length > 0 ? words : [`the order is ${after.map(nameOf).join(", ")} (${what}s)`];
  };

const closureTable = ({ closures = [] }: Site) =>
  Object.fromEntries(closures.map(({ date, name }) => [date, name ?? ""]));

const closureWords = (date: string, _was: string | undefined, is: string | undefined): string => {
  if (is === undefined) return `not closed on ${date} any more`;
  return is === "" ? `closed on ${date}` : `closed on ${date} (${is})`;
};

type Special = NonNullable<Site["special"]>[string];
function specialWords(date: string, _was: Special | undefined, is: Special | undefined): string {
  if (is === undefined) return `${date} has the shifts of its weekday again`;
  const spans = is.map(({ from, to }) => `${from}–${to}`).join(", ");
  return is.length === 0 ? `nobody works on ${date}` : `shifts of ${date}: ${spans}`;
}

function holidayWords({ holidays }: Site): string[] {
  if (holidays === undefined) return ["no public holidays any more"];
  const { country, region } = holidays;
  return [`public holidays of ${country}${region === undefined ? "" : `, ${region}`}`];
}

const valueWords = (what: string) => (was: unknown, is: unknown) => [
  `${what} is ${none(is)} instead of ${none(was)}`,
];
const entryWords = (what: string) => (key: string, was: unknown, is: unknown) =>
  `${what} ${key} is ${none(is)} instead of ${none(was)}`;

/** By what is limited: `amazon, lateShipment in 7 days`. */
const limitsOf = ({ budgets = [] }: Site): Table<string> =>
  Object.fromEntries(
    budgets.map(({ channel, measure, days, most, isStrict = true }) => [
      `${channel}, ${measure} in ${days} days`,
      `${isStrict ? "under" : "at most"} ${most}`,
    ]),
  );
const limitsWords = (before: Site, after: Site): string[] => {
  const words = tableWords(limitsOf(before), limitsOf(after), entryWords("limit of"));
  return words.length > 0 ? words : ["limits are listed in another order"];
};

const WORDS: { [Part in SitePart]: (before: Site, after: Site) => string[] } = {
  name: (before, after) => valueWords("name")(before.name, after.name),
  timeZone: (before, after) => valueWords("time zone")(before.timeZone, after.timeZone),
  stages: (_before, { stages }) => [`stages are ${stages.join(", ")}`],
  shifts: (_before, after) => shiftsWords(after),
  closures: (before, after) => {
    const words = tableWords(closureTable(before), closureTable(after), closureWords);
    return words.length > 0 ? words : ["closures are listed in another order"];
  },
  holidays: (_before, after) => holidayWords(after),
  special: (before, after) => tableWords(before.special ?? {}, after.special ?? {}, specialWords),
  stations: (before, after) => listWords("station")(before.stations, after.stations),
  carriers: (before, after) => listWords("carrier")(before.carriers, after.carriers),
  serviceLevels: (before, after) =>
    listWords("service level")(before.serviceLevels, after.serviceLevels),
  cutOff: () => ["the cut-off was changed"],
  stageBudgets: (before, after) =>
    tableWords(before.stageBudgets, after.stageBudgets, entryWords("budget of")),
  dockBuffer: (before, after) => valueWords("dock buffer")(before.dockBuffer, after.dockBuffer),
  nodes: (before, after) => listWords("node")(before.nodes, after.nodes),
  sources: (before, after) => listWords("source")(before.sources, after.sources),
  thresholds: (before, after) =>
    tableWords(before.thresholds ?? {}, after.thresholds ?? {}, entryWords("threshold")),
  escalation: (before, after) => listWords("ladder")(before.escalation, after.escalation),
  budgets: limitsWords,
  personalDays: (before, after) =>
    valueWords("days that names are kept")(before.personalDays, after.personalDays),
};

const isPart = (name: string): name is SitePart => Object.hasOwn(WORDS, name);
const PARTS = Object.keys(WORDS).filter(isPart);

/** null when nothing differs. */
export function siteChange(before: Site, after: Site): SiteChange | null {
  const parts = PARTS.filter((part) => !isSame(before[part], after[part]));
  if (parts.length === 0) return null;
  return { parts, words: parts.flatMap((part) => WORDS[part](before, after)) };
}

/** The same rules, however they are written. */
export const isSameSite = (a: Site, b: Site): boolean => a.id === b.id && siteChange(a, b) === null;
