/**
 * How many orders a cause usually has at this hour of the week: what is chronic is listed, not announced (design page 4.5). Learned look by look over four weeks before this one; an
 * hour in which nobody looked counts for nothing.
 */
import { DAY_MS, localDay, wallHour, weekdayOf } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";

const WEEKS = 4;
/** Seen in fewer weeks than that, a cause has no habit yet. */
const LEAST_WEEKS = 2;
const MOST_HABITS = 2_000;

/** For each hour of the week that was looked at: the week, how often was looked, and the orders of each habit summed over these looks. */
type Hour = { week: number; looks: number; sums: Record<string, number> };
export type Habits = Record<string, Hour[]>;

export const emptyHabits = (): Habits => ({});

type Moment = { hour: string; week: number };

/** Hours as the clocks of the site show them: what is usual at 16:00 stays that on the day on which they change. */
function momentOf(zone: string, at: number): Moment {
  const day = localDay(zone, at);
  const hour = wallHour(zone, at);
  const week = Math.floor((day - weekdayOf(day) + 1) / 7);
  return { hour: `${weekdayOf(day)}.${hour}`, week };
}

function hourOf(habits: Habits, { hour, week }: Moment): Hour {
  const known = (habits[hour] ?? []).filter((one) => one.week > week - WEEKS - 1);
  habits[hour] = known;
  const last = known.at(-1);
  if (last?.week === week) return last;
  const made: Hour = { week, looks: 0, sums: {} };
  known.push(made);
  return made;
}

/** Changes `habits` by one look. */
export function noteHabits(
  habits: Habits,
  zone: string,
  detections: readonly Pick<Detection, "habit" | "counts">[],
  at: number,
): void {
  const hour = hourOf(habits, momentOf(zone, at));
  hour.looks += 1;
  for (const { habit, counts } of detections) {
    if (habit === null) continue;
    if (hour.sums[habit] === undefined && Object.keys(hour.sums).length >= MOST_HABITS) continue;
    hour.sums[habit] = (hour.sums[habit] ?? 0) + counts.orders;
  }
}

/** The mean over the same hour of the weeks before; 0 while too few were seen. */
export function usualOf(habits: Habits, zone: string, habit: string, at: number): number {
  const { hour, week } = momentOf(zone, at);
  const before = (habits[hour] ?? []).filter((one) => one.week < week && one.week >= week - WEEKS);
  if (before.length < LEAST_WEEKS) return 0;
  const means = before.map(({ looks, sums }) => (looks === 0 ? 0 : (sums[habit] ?? 0) / looks));
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

export const encodeHabits = (habits: Habits): string => JSON.stringify(habits);

/** Hours of which nothing is left are dropped; what cannot be read is begun afresh. */
export function decodeHabits(text: string | null, now: number): Habits {
  if (text === null) return emptyHabits();
  try {
    const week = Math.floor(now / DAY_MS / 7);
    const entries = Object.entries(JSON.parse(text) as Habits);
    return Object.fromEntries(
      entries.filter(([, hours]) => hours.some((one) => one.week >= week - WEEKS - 2)),
    );
  } catch {
    return emptyHabits();
  }
}
