/**
 * Moments of the past in the site's own time: what a field for date and time says, where a day begins and ends, how far back it is. Pure; instants are epoch ms.
 * Where clocks are put forward a time that none shows is moved on by the gap; where they are put back the earlier of two is meant.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const FIELDS = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...FIELDS, ...CLOCK });
  formats.set(zone, made);
  return made;
}

/** What the clocks there show, as if it were UTC. */
function shownAt(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const [year, month, day] = [part("year"), part("month") - 1, part("day")];
  return Date.UTC(year, month, day, part("hour"), part("minute"), part("second"));
}

/** When the clocks there showed that. */
function instantOf(zone: string, shown: number): number {
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((at) => shownAt(zone, at) - at);
  const [before = 0, after = 0] = offsets;
  const earlier = shown - Math.max(before, after);
  return shownAt(zone, earlier) === shown ? earlier : shown - Math.min(before, after);
}

/** `2026-11-30T13:40`, as a field for date and time has it. */
export const fieldOf = (zone: string, at: number): string =>
  new Date(shownAt(zone, at)).toISOString().slice(0, 16);

/** Null for what is no date and time. */
export function fieldToInstant(zone: string, text: string): number | null {
  const shown = Date.parse(`${text}Z`);
  return Number.isNaN(shown) ? null : instantOf(zone, shown);
}

export type Span = { from: number; to: number };

/** The site's own day around a moment; 23 or 25 hours long where clocks change. */
export function dayAround(zone: string, at: number): Span {
  const shown = shownAt(zone, at);
  const midnight = shown - (shown % DAY_MS);
  return { from: instantOf(zone, midnight), to: instantOf(zone, midnight + DAY_MS) };
}

/** Where the labels under the slider stand, every so many hours. */
export function ticksOf(zone: string, { from, to }: Span, hours: number): number[] {
  const midnight = shownAt(zone, from);
  const ticks: number[] = [];
  for (let hour = 0; hour <= 24; hour += hours)
    ticks.push(instantOf(zone, midnight + hour * 60 * MINUTE_MS));
  return ticks.filter((at) => at >= from && at <= to);
}

/** Null when the address names none. */
export function momentIn(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

export const clamp = (at: number, { from, to }: Span): number => Math.min(to, Math.max(from, at));

/** A site at work changes its board every few seconds. */
const STILL_MS = 10 * MINUTE_MS;

/** Since when nothing had changed at that moment; null where that is not long. Either nothing happened, or the tower was not there to see it. */
export const stillSince = (at: number, changedAt: number): number | null =>
  changedAt > 0 && at - changedAt >= STILL_MS ? changedAt : null;

const BACK_MS = 60 * MINUTE_MS;

/** What is shown when nobody names a moment: what just happened. Where less than that is kept, its end: at the beginning nothing stood there yet. */
export const openingMoment = ({ from, to }: Span): number =>
  to - BACK_MS >= from ? to - BACK_MS : to;
