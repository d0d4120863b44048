/** The window that is asked about, and the one before it that it is compared with. */
import { type Window, wholeHours } from "../../history/queries/sums.ts";
import {
  DAY_MS,
  formatDay,
  HOUR_MS,
  localDay,
  parseDay,
  startOfDay,
  weekdayOf,
} from "../../domain/wall-clock.ts";
import type { TimeGroup } from "../../domain/contract/analytics.ts";
import { problem } from "../problem.ts";

const DEFAULT_DAYS = 7;
const MOST_DAYS = 3_700;
const MOST_DAYS_BY_HOUR = 93;

function refuse(path: string, message: string): never {
  throw problem("CT_ERR_INVALID", message, { errors: [{ index: 0, path, message }] });
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An instant, or a day of the site: from its first moment, to its last. */
function momentOf(zone: string, path: "/from" | "/to", text: string): number {
  if (!DAY.test(text)) return Date.parse(text);
  const day = parseDay(text);
  if (formatDay(day) !== text) refuse(path, `There is no ${text}.`);
  return startOfDay(zone, path === "/from" ? day : day + 1);
}

/** The last seven days when nothing is said; whole hours of the site. Refuses what is turned around, too long, or in no past. */
export function windowOf(
  zone: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  isByHour: boolean,
): Window {
  const end = to === undefined ? now : momentOf(zone, "/to", to);
  const begin =
    from === undefined
      ? startOfDay(zone, localDay(zone, Math.min(end, now)) - DEFAULT_DAYS + 1)
      : momentOf(zone, "/from", from);
  if (begin >= end) refuse("/from", "from must lie before to.");
  if (end - begin > MOST_DAYS * DAY_MS) refuse("/from", `At most ${MOST_DAYS} days at once.`);
  if (isByHour && end - begin > MOST_DAYS_BY_HOUR * DAY_MS)
    refuse("/by", `By hour at most ${MOST_DAYS_BY_HOUR} days at once.`);
  return wholeHours(zone, { from: begin, to: end }, now);
}

/** A change of clocks makes days longer, not more of them. */
const ODD_MS = 2 * HOUR_MS;

/** As long; of half a day or more, the same hours of as many days before, those begun counted as days: a week that is not over is compared with its weekdays. */
export function windowBefore(zone: string, { from, to }: Window): Window {
  if (to - from < DAY_MS / 2) return { from: from - (to - from), to: from };
  const days = daysBack({ from, to });
  const start = shifted(zone, from, days);
  return { from: start, to: Math.min(from, shifted(zone, to, days)) };
}

const daysBack = ({ from, to }: Window): number =>
  Math.max(1, Math.ceil((to - from - ODD_MS) / DAY_MS));

/** The same time of day, so many days before. */
function shifted(zone: string, at: number, days: number): number {
  const day = localDay(zone, at);
  return startOfDay(zone, day - days) + (at - startOfDay(zone, day));
}

/** What a part of the window is compared with: the part of the window before it that lies as far back. */
export function partBefore(zone: string, group: TimeGroup, at: number, window: Window): number {
  const { from, to } = window;
  const back = to - from < DAY_MS / 2 ? at - (to - from) : shifted(zone, at, daysBack(window));
  return groupStart(zone, group, back);
}

/** Where the hour, day, week or month of a bucket begins. */
export function groupStart(zone: string, group: TimeGroup, at: number): number {
  const day = localDay(zone, at);
  if (group === "hour") return at;
  if (group === "day") return startOfDay(zone, day);
  if (group === "week") return startOfDay(zone, day - weekdayOf(day) + 1);
  return startOfDay(zone, day - Number(formatDay(day).slice(8)) + 1);
}

export function groupEnd(zone: string, group: TimeGroup, start: number): number {
  const day = localDay(zone, start);
  // the last hour of a day with a change of clocks may be short
  if (group === "hour") return Math.min(start + HOUR_MS, startOfDay(zone, day + 1));
  if (group === "day") return startOfDay(zone, day + 1);
  if (group === "week") return startOfDay(zone, day + 7);
  // no month has more than 31 days
  return groupStart(zone, "month", startOfDay(zone, day + 31));
}
