/** Shifts of a site as instants: what people call "the early shift", breaks included, by the rules of `calendar.ts` (closures, special days, over midnight, changes of the clock). */
import type { Site } from "./site.ts";
import {
  formatDay,
  localDay,
  parseDay,
  parseWallTime,
  wallInstant,
  weekdayOf,
  type Day,
} from "./wall-clock.ts";

/** `[from, to)`, epoch ms. */
export type ShiftSpan = { name: string; day: Day; from: number; to: number };

const DAYS_AHEAD = 21;

type Written = { name?: string | undefined; from: string; to: string };

/** A day with shifts of its own has no others; a closed one has none. */
function writtenOn(site: Site, day: Day): readonly Written[] {
  const special = site.special?.[formatDay(day)];
  if (special !== undefined) return special;
  if (site.closures?.some(({ date }) => parseDay(date) === day) === true) return [];
  return site.shifts.filter(({ days }) => days.includes(weekdayOf(day)));
}

/** The shifts that begin on that date, by their beginning. */
export function shiftsOn(site: Site, day: Day): ShiftSpan[] {
  const { timeZone } = site;
  const spans = writtenOn(site, day).map(({ name, from, to }) => {
    const [start, end] = [parseWallTime(from), parseWallTime(to)];
    return {
      name: name ?? `${from}–${to}`,
      day,
      from: wallInstant(timeZone, day, start),
      to: wallInstant(timeZone, end > start ? day : day + 1, end),
    };
  });
  return spans.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The shift that runs at `at`, else the next one; null when none begins within three weeks. Of two that overlap, the one that ends first. */
export function shiftAt(site: Site, at: number): ShiftSpan | null {
  const today = localDay(site.timeZone, at);
  for (let day = today - 1; day <= today + DAYS_AHEAD; day += 1) {
    const left = shiftsOn(site, day).filter(({ to }) => to > at);
    const running = left.filter(({ from }) => from <= at).sort((a, b) => a.to - b.to);
    const found = running[0] ?? (day >= today ? left[0] : undefined);
    if (found !== undefined) return found;
  }
  return null;
}
