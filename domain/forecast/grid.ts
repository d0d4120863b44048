/** The times that a pass looks ahead to: every 5 minutes to 18 hours, then every half hour to 4 days. Also half hours of the local week. */
import { HOUR_MS, localDay, wallMinutes, weekdayOf } from "../wall-clock.ts";

const FINE_CELLS = 216;
const FINE_MINUTES = 5;
const COARSE_MINUTES = 30;
const COARSE_CELLS = 156;
export const CELLS = FINE_CELLS + COARSE_CELLS;
const FINE_END = FINE_CELLS * FINE_MINUTES;
export const HORIZON_MINUTES = FINE_END + COARSE_CELLS * COARSE_MINUTES;

/** Minutes from now of each grid point; cell `i` lies between points `i` and `i + 1`. */
export const POINTS: Float64Array = Float64Array.from({ length: CELLS + 1 }, (_, index) =>
  index <= FINE_CELLS ? index * FINE_MINUTES : FINE_END + (index - FINE_CELLS) * COARSE_MINUTES,
);

export const SLOT_MS = HOUR_MS / 2;
export const SLOTS_A_DAY = 48;
export const SLOTS_A_WEEK = 336;

/** Half hours since the epoch. */
export const slotAt = (at: number): number => Math.floor(at / SLOT_MS);

/** Half hour of the local week, 0 = Monday midnight; its remainder by 48 is the half hour of the day. */
export function slotOfWeek(zone: string, slot: number): number {
  const at = slot * SLOT_MS;
  const day = localDay(zone, at);
  return (weekdayOf(day) - 1) * SLOTS_A_DAY + Math.floor(wallMinutes(zone, at) / 30);
}

/** Cell that holds a moment `minutes` from now; the last one beyond the horizon. */
export function cellAt(minutes: number): number {
  if (minutes <= 0) return 0;
  if (minutes < FINE_END) return Math.floor(minutes / FINE_MINUTES);
  return Math.min(CELLS - 1, FINE_CELLS + Math.floor((minutes - FINE_END) / COARSE_MINUTES));
}

/** Value of a curve given at the grid points, linear between them; beyond the horizon it goes on as over its last day. */
export function valueAt(curve: Float64Array, minutes: number): number {
  const last = curve[CELLS] ?? 0;
  if (minutes >= HORIZON_MINUTES) {
    const dayBefore = curve[CELLS - SLOTS_A_DAY] ?? 0;
    return last + ((last - dayBefore) / 1440) * (minutes - HORIZON_MINUTES);
  }
  const cell = cellAt(minutes);
  const from = curve[cell] ?? 0;
  const start = POINTS[cell] ?? 0;
  const width = (POINTS[cell + 1] ?? start + 1) - start;
  return from + (((curve[cell + 1] ?? from) - from) * Math.max(0, minutes - start)) / width;
}

/** Minutes from now at which a rising curve reaches `value`; beyond the horizon by its last day's pace, at most 30 days. */
export function inverse(curve: Float64Array, value: number): number {
  if (value <= 0) return 0;
  const point = placeOf(curve, value);
  if (point > CELLS) return HORIZON_MINUTES + daysBeyond(curve, value) * 1440;
  const before = curve[point - 1] ?? 0;
  const from = POINTS[point - 1] ?? 0;
  const rise = (curve[point] ?? before) - before;
  return rise <= 0 ? from : from + (((POINTS[point] ?? from) - from) * (value - before)) / rise;
}

const MOST_DAYS_BEYOND = 30;

function daysBeyond(curve: Float64Array, value: number): number {
  const last = curve[CELLS] ?? 0;
  const aDay = last - (curve[CELLS - SLOTS_A_DAY] ?? 0);
  return aDay <= 0 ? MOST_DAYS_BEYOND : Math.min(MOST_DAYS_BEYOND, (value - last) / aDay);
}

/** The first place of ascending numbers that is not smaller; their count when all are. */
export function placeOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
