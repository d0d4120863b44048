/** Hours and days of a site: buckets begin at whole hours and midnights of its own clocks, also where those are half an hour off. */
import { HOUR_MS, localDay, startOfDay, type Day } from "../wall-clock.ts";

export type Grain = "hour" | "day";

export const hourOf = (zone: string, at: number): number => {
  const midnight = startOfDay(zone, localDay(zone, at));
  return midnight + Math.floor((at - midnight) / HOUR_MS) * HOUR_MS;
};

export const dayStartOf = (zone: string, at: number): number =>
  startOfDay(zone, localDay(zone, at));

/** Where the bucket that begins at `start` ends: a day may have 23 or 25 hours, and so may its last one be short. */
export function endOf(zone: string, grain: Grain, start: number): number {
  const day: Day = localDay(zone, start);
  const next = startOfDay(zone, day + 1);
  return grain === "day" ? next : Math.min(next, start + HOUR_MS);
}
