/** M25 from the calls that were made: for everybody who answers incidents, the windows of ten minutes while the site works, and those in which somebody was called all the same. Pure. */
import { workingBetween, type Calendar } from "../calendar.ts";
import { FLOOD_ABOVE, reaches, WINDOW_MS, type Who } from "../incidents/alarm-load.ts";
import type { Call } from "../incidents/call.ts";
import { addTo, noSums, type Sums } from "./sums.ts";

type Span = { from: number; to: number };

/** Calls by window, those that were gathered for a person counted once: of a minute's group somebody else may have had the first. */
function countsOf(calls: readonly Call[], who: Who): Map<number, number> {
  const seen = new Set<string>();
  const own = calls.filter((call) => reaches(call, who));
  const single = own.filter(({ group }) => {
    if (group === undefined) return true;
    const isNew = !seen.has(group);
    seen.add(group);
    return isNew;
  });
  const counts = new Map<number, number>();
  for (const { at } of single) {
    const window = Math.floor(at / WINDOW_MS) * WINDOW_MS;
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return counts;
}

function workedWindows(calendar: Calendar, { from, to }: Span): Set<number> {
  const windows = new Set<number>();
  for (let at = Math.floor(from / WINDOW_MS) * WINDOW_MS; at < to; at += WINDOW_MS)
    if (workingBetween(calendar, at, at + WINDOW_MS) > 0) windows.add(at);
  return windows;
}

/** `load.most` does not add up over windows of time: it is the most of this one. */
export function alarmSums(
  calls: readonly Call[],
  people: readonly Who[],
  calendar: Calendar,
  span: Span,
): Sums {
  const sums = noSums();
  const inside = calls.filter(({ at }) => at >= span.from && at < span.to);
  const worked = workedWindows(calendar, span);
  let most = 0;
  for (const who of people) {
    const counts = countsOf(inside, who);
    const windows = new Set([...worked, ...counts.keys()]);
    addTo(sums, "load.windows", windows.size);
    for (const count of counts.values()) {
      addTo(sums, "load.calls", count);
      addTo(sums, "load.flooded", count > FLOOD_ABOVE ? 1 : 0);
      most = Math.max(most, count);
    }
  }
  sums.n["load.most"] = most;
  return sums;
}
