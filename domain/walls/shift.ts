/** Which shift of a site is on at a moment, and when the next one begins: what walls are dimmed and their slides are chosen by. Pure; instants are epoch ms. */
import { calendarOf } from "../calendar.ts";
import type { Shift, Site } from "../site.ts";
import { localDay, parseWallTime, wallInstant, weekdayOf, type Day } from "../wall-clock.ts";

export type ShiftNow = {
  /** null when the site gives it no name */
  name: string | null;
  from: number;
  until: number;
};

const DAY_MINUTES = 1_440;
const LOOK_AHEAD_DAYS = 8;

/** The shifts that begin on a day, whether or not somebody works then. */
function shiftsOn({ timeZone, shifts }: Site, day: Day): ShiftNow[] {
  return shifts.filter(isOn(day)).map(({ name = null, from, to }) => {
    const [begin, end] = [parseWallTime(from), parseWallTime(to)];
    return {
      name,
      from: wallInstant(timeZone, day, begin),
      until: wallInstant(timeZone, day, end > begin ? end : end + DAY_MINUTES),
    };
  });
}

const isOn =
  (day: Day) =>
  ({ days }: Shift): boolean =>
    days.includes(weekdayOf(day));

/** The shift at `now`; null while nobody works. A site without shifts works round the clock. */
export function shiftAt(site: Site, now: number): ShiftNow | null {
  const today = localDay(site.timeZone, now);
  const calendar = calendarOf(site);
  if (site.shifts.length === 0)
    return { name: null, from: now, until: wallInstant(site.timeZone, today + 1, 0) };
  for (const day of [today, today - 1]) {
    if (!calendar.worksOn(day)) continue;
    const on = shiftsOn(site, day).find(({ from, until }) => from <= now && now < until);
    if (on !== undefined) return on;
  }
  return null;
}

/** When somebody works next; null when not within eight days. */
export function nextShiftAt(site: Site, now: number): number | null {
  const calendar = calendarOf(site);
  const today = localDay(site.timeZone, now);
  for (let day = today; day < today + LOOK_AHEAD_DAYS; day += 1) {
    const next = calendar.workOf(day).find(({ from }) => from > now);
    if (next !== undefined) return next.from;
  }
  return null;
}
