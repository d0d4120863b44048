/** What a part of a window is called: an hour, a day, a carrier, a reason. Pure. */
import type { Group } from "../../domain/contract/analytics-names.ts";
import type { AnalyticsItem } from "../../domain/contract/analytics.ts";
import type { IncidentKind } from "../../domain/incidents/incident.ts";
import { KIND_WORDS } from "../policies/policies-model.ts";
import type { SiteFormat } from "../ui/format.ts";
import { codeWords, isStage, STAGE_WORDS } from "../ui/words.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export const GROUP_WORDS: Readonly<Record<Group, string>> = {
  none: "the whole window",
  hour: "hour",
  day: "day",
  week: "week",
  month: "month",
  carrier: "carrier",
  service: "service",
  channel: "channel",
  client: "client",
  stage: "stage",
  station: "station",
  reason: "reason",
  owner: "owner",
  lossStage: "stage",
  heat: "hour and weekday",
  kind: "rule",
  severity: "severity",
};

const REASONS: Readonly<Record<string, string>> = {
  SLOW: "Slower than planned",
  NO_SLACK: "Came in with no time left",
  IN_TRANSIT: "On the way, no reason told",
  SHIPPED_LATE: "Shipped late by us",
};
const OWNERS: Readonly<Record<string, string>> = {
  internal: "Ours",
  carrier: "Carrier",
  customer: "Customer",
  partner: "3PL",
};

const isKind = (value: string): value is IncidentKind => Object.hasOwn(KIND_WORDS, value);

/** `Picked and packed`: a leg whose milestones between were never scanned. */
export const stageWords = (stage: string): string =>
  stage
    .split("+")
    .map((part, place) => {
      const words = isStage(part) ? STAGE_WORDS[part] : codeWords(part);
      return place === 0 ? words : words.toLowerCase();
    })
    .join(" and ");

export function valueWords(by: Group, value: string): string {
  if (by === "stage" || by === "lossStage") return stageWords(value);
  if (by === "reason") return REASONS[value] ?? codeWords(value);
  if (by === "kind") return isKind(value) ? KIND_WORDS[value] : codeWords(value);
  if (by === "owner") return OWNERS[value] ?? codeWords(value);
  return value === "" ? "not told" : value;
}

/** A day with a change of clocks has 23 or 25 hours, and says so. */
function dayWords(format: SiteFormat, from: number, to: number, isOver: boolean): string {
  const hours = Math.round((to - from) / HOUR_MS);
  return `${format.day(from)}${isOver && hours !== 24 ? ` (${hours} h)` : ""}`;
}

function monthWords({ timeZone }: SiteFormat, at: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, month: "long", year: "numeric" }).format(at);
}

/** @param isOver false for the part that is running */
export function partWords(
  by: Group,
  { key, from = key, to = key }: Pick<AnalyticsItem, "key" | "from" | "to">,
  format: SiteFormat,
  isOver: boolean,
): string {
  const at = Date.parse(from);
  if (by === "hour") return `${format.day(at)} ${format.clock(at)}`;
  if (by === "day") return dayWords(format, at, Date.parse(to), isOver);
  if (by === "week") return `from ${format.day(at)}`;
  return by === "month" ? monthWords(format, at) : valueWords(by, key);
}

/** `Mon 23 Nov to Sun 29 Nov`; `to` is where it ends, not within it. */
export function spanWords(format: SiteFormat, from: string, to: string): string {
  const [start, end] = [Date.parse(from), Date.parse(to) - 1];
  const [first, last] = [format.day(start), format.day(end)];
  if (first !== last) return `${first} to ${last}`;
  const isWhole = end - start > DAY_MS - 2 * HOUR_MS;
  return isWhole ? first : `${first} ${format.clock(start)} to ${format.clock(end + 1)}`;
}

/** Of whole days of the site: `2026-11-23` to `2026-11-29`, both included. */
export function daysWords(
  { timeZone }: SiteFormat,
  { from, to }: { from: string; to: string },
  zone = ` (${timeZone})`,
): string {
  // a bare date is midnight UTC: said in UTC it stays the same date
  const words = new Intl.DateTimeFormat("en-GB", {
    timeZone: "UTC",
    weekday: "short",
    day: "numeric",
    month: "short",
  });
  const [first, last] = [from, to].map((day) => words.format(Date.parse(day)).replace(",", ""));
  return `${first === last ? first : `${first} to ${last}`}${zone}`;
}

export const sentenceOf = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** `Mon 30 Nov 14:00`: moments on an axis over days. */
export const clockLabel = (format: SiteFormat, at: number): string =>
  `${format.day(at)} ${format.clock(at)}`;
