/** Spans of time: what of a stay was hold, what was night, what was work. Half-open `[from, to)`, epoch ms. */
import { workingBetween, type Calendar } from "../calendar.ts";

/** `to` is null while it goes on. */
export type Span = readonly [from: number, to: number | null];
type Closed = readonly [from: number, to: number];

/** Spans as a union: sorted, none touching another. */
export function unionOf(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted(([a], [b]) => a - b);
  const union: [number, number | null][] = [];
  for (const [from, to] of sorted) {
    const last = union.at(-1);
    if (last === undefined || (last[1] !== null && from > last[1])) union.push([from, to]);
    else if (last[1] !== null) last[1] = to === null ? null : Math.max(last[1], to);
  }
  return union;
}

/** The parts of a union within `[from, to)`. */
export function within(union: readonly Span[], from: number, to: number): Closed[] {
  const parts: Closed[] = [];
  for (const [start, end] of union) {
    const part = [Math.max(start, from), Math.min(end ?? to, to)] as const;
    if (part[0] < part[1]) parts.push(part);
  }
  return parts;
}

/** How a stay was spent: `work` and `hold` and `night` make up the whole. */
export type Split = { work: number; hold: number; night: number };

/** Held time is held, whatever the hour; of the rest, what lies in shifts is work. */
export function splitOf(
  calendar: Calendar,
  holds: readonly Span[],
  from: number,
  to: number,
): Split {
  let hold = 0;
  let work = workingBetween(calendar, from, to);
  for (const [start, end] of within(holds, from, to)) {
    hold += end - start;
    work -= workingBetween(calendar, start, end);
  }
  return { work, hold, night: to - from - work - hold };
}
