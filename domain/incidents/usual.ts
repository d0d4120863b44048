/**
 * What is usual: how many orders a cause has at each hour of the week, over the last four weeks. A cause that has no more than twice that is listed and calls nobody: the report says
 * that it comes every Monday, and that is where it belongs. Plain JSON, changed in place by its owner.
 */
import { HOUR_MS, localDay, wallHour, weekdayOf } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";

const HOURS = 168;
/** Weeks that count: an hour without the cause counts as none. */
const WEEKS = 4;
const MOST_HABITS = 2_000;

/** By cause (`Detection.habit`) and hour of the week: the most orders it had in that hour, of the last weeks, the newest last. */
export type UsualState = {
  /** hours since the epoch of the first hour that was watched, and of the one that is watched now */
  since: number;
  hour: number;
  now: Record<string, number>;
  past: Record<string, Record<number, [week: number, orders: number][]>>;
};

const hourAt = (now: number): number => Math.floor(now / HOUR_MS);
const weekOf = (hour: number): number => Math.floor(hour / HOURS);

export const emptyUsual = (now: number): UsualState => ({
  since: hourAt(now),
  hour: hourAt(now),
  now: {},
  past: {},
});

/** Hour of the local week: 16:00 on Monday stays that when the clocks change. */
function hourOfWeek(zone: string, at: number): number {
  return (weekdayOf(localDay(zone, at)) - 1) * 24 + wallHour(zone, at);
}

/** The hour has ended: what it had at most is kept. */
function closeHour(state: UsualState, zone: string): void {
  const place = hourOfWeek(zone, state.hour * HOUR_MS);
  const week = weekOf(state.hour);
  for (const [habit, orders] of Object.entries(state.now)) {
    if (state.past[habit] === undefined && Object.keys(state.past).length >= MOST_HABITS) continue;
    const hours = (state.past[habit] ??= {});
    const known = (hours[place] ?? []).filter(([of]) => of > week - WEEKS && of !== week);
    hours[place] = [...known, [week, orders]];
  }
  state.now = {};
}

/** Takes what was found at a look. */
export function noteUsual(
  state: UsualState,
  zone: string,
  detections: readonly Detection[],
  now: number,
): void {
  if (hourAt(now) > state.hour) {
    closeHour(state, zone);
    state.hour = hourAt(now);
  }
  for (const { habit, counts } of detections)
    if (habit !== null) state.now[habit] = Math.max(state.now[habit] ?? 0, counts.orders);
}

/** Average over the weeks that were watched, four at most; before the first is over, over the same hour of its days. */
export function usualAt(state: UsualState, zone: string, now: number): (habit: string) => number {
  const place = hourOfWeek(zone, now);
  const week = weekOf(hourAt(now));
  const watched = hourAt(now) - state.since;
  const weeks = Math.min(WEEKS, Math.floor(watched / HOURS));
  const days = Math.floor(watched / 24);
  const ordersAt = (habit: string, at: number): number =>
    (state.past[habit]?.[at] ?? []).reduce(
      (sum, [of, orders]) => sum + (of > week - 1 - WEEKS ? orders : 0),
      0,
    );
  return (habit) => {
    if (weeks > 0) return ordersAt(habit, place) / weeks;
    if (days === 0 || state.past[habit] === undefined) return 0;
    let sum = 0;
    for (let day = 0; day < 7; day += 1) sum += ordersAt(habit, (place % 24) + 24 * day);
    return sum / days;
  };
}
