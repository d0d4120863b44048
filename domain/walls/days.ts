/**
 * What a site shipped on time today, and its best day. The board's totals never end, so what they were when a day was first seen is kept, day by day: today is the
 * difference to that, a day that is over the difference to the day after it. Pure; days are local dates.
 */
import { formatDay, type Day } from "../wall-clock.ts";

export type DayStart = { onTime: number; late: number; at: number };
/** local date -> totals when it was first seen */
export type DayStarts = ReadonlyMap<Day, DayStart>;

export type Today = {
  onTime: number;
  late: number;
  /** when counting began, if that was not the beginning of the day */
  since: number | null;
  record: { shipped: number; day: string } | null;
};

/** Somebody looked soon after midnight: then nothing of the day is missing. */
const SOON_MS = 5 * 60_000;

const shipped = ({ onTime, late }: DayStart): number => onTime + late;

/** The day on which most was shipped, of those that were seen from their beginning to their end. */
function recordOf(starts: DayStarts, today: Day): Today["record"] {
  let best: Today["record"] = null;
  for (const [day, start] of starts) {
    const next = starts.get(day + 1);
    if (day >= today || next === undefined) continue;
    const count = shipped(next) - shipped(start);
    if (count > 0 && (best === null || count > best.shipped))
      best = { shipped: count, day: formatDay(day) };
  }
  return best;
}

export function todayOf(
  starts: DayStarts,
  totals: { onTime: number; late: number },
  today: Day,
  midnight: number,
): Today {
  const start = starts.get(today);
  if (start === undefined)
    return { onTime: 0, late: 0, since: null, record: recordOf(starts, today) };
  return {
    onTime: Math.max(0, totals.onTime - start.onTime),
    late: Math.max(0, totals.late - start.late),
    since: start.at - midnight > SOON_MS ? start.at : null,
    record: recordOf(starts, today),
  };
}
