/** The window that is asked about, and the one before it that it is compared with. */
import type { Window } from "../../history/queries/sums.ts";
import { wholeHours } from "../../history/queries/sums.ts";
import { DAY_MS, localDay, startOfDay, weekdayOf, formatDay } from "../../domain/wall-clock.ts";
import type { TimeGroup } from "../../domain/contract/analytics.ts";
import { problem } from "../problem.ts";

const DEFAULT_DAYS = 7;
const MOST_DAYS = 3_700;
const MOST_DAYS_BY_HOUR = 93;

function refuse(path: string, message: string): never {
  throw problem("CT_ERR_INVALID", message, { errors: [{ index: 0, path, message }] });
}

/** The last seven days when nothing is said; whole hours of the site. Refuses what is turned around, too long, or in no past. */
export function windowOf(
  zone: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  isByHour: boolean,
): Window {
  const end = to === undefined ? now : Date.parse(to);
  const begin =
    from === undefined
      ? startOfDay(zone, localDay(zone, Math.min(end, now)) - DEFAULT_DAYS + 1)
      : Date.parse(from);
  if (begin >= end) refuse("/from", "from must lie before to.");
  if (end - begin > MOST_DAYS * DAY_MS) refuse("/from", `At most ${MOST_DAYS} days at once.`);
  if (isByHour && end - begin > MOST_DAYS_BY_HOUR * DAY_MS)
    refuse("/by", `By hour at most ${MOST_DAYS_BY_HOUR} days at once.`);
  return wholeHours(zone, { from: begin, to: end }, now);
}

/** As long, and where it is days, the same hours of the days before. */
export function windowBefore(zone: string, { from, to }: Window): Window {
  const days = Math.max(1, Math.round((to - from) / DAY_MS));
  if (Math.abs(to - from - days * DAY_MS) > DAY_MS / 2 || to - from < DAY_MS / 2)
    return { from: from - (to - from), to: from };
  const shifted = (at: number): number => {
    const day = localDay(zone, at);
    return startOfDay(zone, day - days) + (at - startOfDay(zone, day));
  };
  return { from: shifted(from), to: Math.min(from, shifted(to)) };
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
  if (group === "hour") return start + 3_600_000;
  if (group === "day") return startOfDay(zone, day + 1);
  if (group === "week") return startOfDay(zone, day + 7);
  // no month has more than 31 days
  return groupStart(zone, "month", startOfDay(zone, day + 31));
}
