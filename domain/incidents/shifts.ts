/** The shifts of a site as they fall on the calendar: which one runs, which one ended last, which one a name or a date means. Pure. */
import { calendarOf } from "../calendar.ts";
import type { Site } from "../site.ts";
import {
  formatDay,
  localDay,
  parseWallTime,
  wallInstant,
  weekdayOf,
  type Day,
} from "../wall-clock.ts";

export type ShiftOf = { id: string; name: string; date: string; startsAt: number; endsAt: number };

type Hours = { name: string; from: string; to: string };
/** so far back a name is looked for, and a date may lie */
const SHIFT_DAYS = 90;
const ALL_DAY: Hours = { name: "day", from: "00:00", to: "00:00" };

const named = ({
  name,
  from,
  to,
}: {
  name?: string | undefined;
  from: string;
  to: string;
}): Hours => ({
  name: name ?? `${from}-${to}`,
  from,
  to,
});

function hoursOn(site: Site, day: Day): Hours[] {
  const special = site.special?.[formatDay(day)];
  if (special !== undefined) return special.map(named);
  if (site.shifts.length === 0) return [ALL_DAY];
  if (!calendarOf(site).worksOn(day)) return [];
  return site.shifts.filter(({ days }) => days.includes(weekdayOf(day))).map(named);
}

function shiftsOn(site: Site, day: Day): ShiftOf[] {
  const date = formatDay(day);
  return hoursOn(site, day).map(({ name, from, to }) => {
    const [start, end] = [parseWallTime(from), parseWallTime(to)];
    const startsAt = wallInstant(site.timeZone, day, start);
    const endsAt = wallInstant(site.timeZone, end > start ? day : day + 1, end);
    return { id: `${date}.${name}`, name, date, startsAt, endsAt };
  });
}

/** Those that have begun, the newest first. */
function* begun(site: Site, now: number): Generator<ShiftOf> {
  const today = localDay(site.timeZone, now);
  for (let day = today; day >= today - SHIFT_DAYS; day -= 1)
    yield* shiftsOn(site, day)
      .filter(({ startsAt }) => startsAt <= now)
      .sort((a, b) => b.startsAt - a.startsAt);
}

function firstWhere(site: Site, now: number, fits: (shift: ShiftOf) => boolean): ShiftOf | null {
  for (const shift of begun(site, now)) if (fits(shift)) return shift;
  return null;
}

/** `2026-11-29/early` and the id `2026-11-29.early`. */
const DATED = /^(\d{4}-\d{2}-\d{2})[./](.+)$/;

/** `current`: the one that runs, else the one that ended last. `last`: the one before that. A name: its newest. Null: there is no such, or it did not begin yet. */
export function shiftFor(site: Site, asked: string, now: number): ShiftOf | null {
  const current = firstWhere(site, now, () => true);
  if (asked === "current") return current;
  if (asked === "last") return firstWhere(site, now, ({ id }) => id !== current?.id);
  const [, date, name] = DATED.exec(asked) ?? [];
  if (date === undefined) return firstWhere(site, now, (shift) => shift.name === asked);
  return firstWhere(site, now, (shift) => shift.date === date && shift.name === name);
}
