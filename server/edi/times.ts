/** Dates and times of X12: they name no zone, so they are the site's wall time unless a time code says otherwise. */
import { parseDay, wallInstant } from "../../domain/wall-clock.ts";
import { at, type Segment } from "./segments.ts";
import type { TransactionSet } from "./envelope.ts";

const padded = (value: number): string => String(value).padStart(2, "0");

/** Hours ahead of UTC as zones: `+05:30`. */
function offsets(codes: Readonly<Record<string, number>>): Record<string, string> {
  const zoneOf = (hours: number): string => {
    const minutes = Math.abs(hours) * 60;
    const sign = hours < 0 ? "-" : "+";
    return `${sign}${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`;
  };
  return Object.fromEntries(
    Object.entries(codes).map(([code, hours]) => [code, zoneOf(hours)] as const),
  );
}

const NOON = 720;
const MIDNIGHT_AFTER = 1_440;
const SECOND_MS = 1_000;

/** Time codes (element 623): zones that change their clocks, and those that say which they mean. `LT` and what is not here is the site's. */
const ZONES: Readonly<Record<string, string>> = {
  AT: "America/Anchorage",
  CT: "America/Chicago",
  ET: "America/New_York",
  HT: "America/Adak",
  MT: "America/Denver",
  NT: "America/St_Johns",
  PT: "America/Los_Angeles",
  TT: "America/Halifax",
  ...offsets({ AS: -9, CS: -6, ES: -5, HS: -10, MS: -7, NS: -3.5, PS: -8, TS: -4 }),
  ...offsets({ AD: -8, CD: -5, ED: -4, HD: -9, MD: -6, ND: -2.5, PD: -7, TD: -3, GM: 0, UT: 0 }),
  // ahead of UTC 01 to 12, behind it 13 (12 hours) to 24 (one)
  ...offsets(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [padded(at + 1), at + 1]))),
  ...offsets(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`${at + 13}`, at - 12]))),
  ...offsets({ "25": -2.5, "26": -3.5, "27": 5.5, "28": 9.5, "29": 10.5 }),
};

const isDigits = (text: string): boolean => /^\d+$/.test(text);

/** `YYYYMMDD` or `YYMMDD` to a day; null for what is no date. */
function dayOf(date: string): number | null {
  if (!isDigits(date) || (date.length !== 8 && date.length !== 6)) return null;
  const full = date.length === 6 ? `20${date}` : date;
  const text = `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6)}`;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // what does not exist (30 February) comes back as another day
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text) ? null : parseDay(text);
}

/** `HHMM`, `HHMMSS` or with hundredths to seconds after midnight; null for what is no time. */
function secondsOf(time: string): number | null {
  if (!isDigits(time) || time.length < 4) return null;
  // the end of a day, as some write it
  if (/^240*$/.test(time)) return 86_400;
  const [hours, minutes, seconds] = [time.slice(0, 2), time.slice(2, 4), time.slice(4, 6)].map(
    Number,
  );
  if (hours === undefined || minutes === undefined || hours > 23 || minutes > 59) return null;
  return hours * 3600 + minutes * 60 + Math.min(59, seconds ?? 0);
}

export type Clock = {
  zone: string;
  /** ms at which the document was written, as its envelope says */
  written: number | null;
};

/** An instant (ms), null when it is none. Without a time of day: `day` says which to take. */
export function instantOf(
  clock: Clock,
  date: string,
  time = "",
  { code = "", without = NOON }: { code?: string; without?: number } = {},
): number | null {
  const day = dayOf(date);
  if (day === null) return null;
  const zone = (Object.hasOwn(ZONES, code) ? ZONES[code] : undefined) ?? clock.zone;
  const seconds = time === "" ? without * 60 : secondsOf(time);
  if (seconds === null) return null;
  return wallInstant(zone, day, Math.floor(seconds / 60)) + (seconds % 60) * 1000;
}

/** The last second of a day, also of one whose last hour comes twice: what is promised for a day is late when that has ended. */
export function endOfDay(clock: Clock, date: string): number | null {
  const next = instantOf(clock, date, "", { without: MIDNIGHT_AFTER });
  return next === null ? null : next - SECOND_MS;
}

/** When something happened of which only the day is known: when the document was written, if on that day; else at noon. */
export function onDay(clock: Clock, date: string): number | null {
  const noon = instantOf(clock, date);
  const end = endOfDay(clock, date);
  const start = instantOf(clock, date, "0000");
  if (noon === null || start === null || end === null || clock.written === null) return noon;
  return clock.written >= start && clock.written <= end ? clock.written : noon;
}

/** What the envelope of a set says of when it was written: its group, else its interchange. */
export function clockOf(zone: string, { group, interchange }: TransactionSet): Clock {
  const bare = { zone, written: null };
  const of = (segment: Segment | undefined, date: number, time: number): number | null =>
    segment === undefined ? null : instantOf(bare, at(segment, date), at(segment, time));
  return { zone, written: of(group, 4, 5) ?? of(interchange, 9, 10) };
}

/** RFC 3339. */
export const wire = (ms: number): string => new Date(ms).toISOString();

/** `2026-11-22 09:14` of an X12 date and time, for people. */
export const inWords = (date: string, time: string): string => {
  const day = date.length === 8 ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : date;
  const seconds = secondsOf(time);
  const clock =
    seconds === null
      ? time
      : `${padded(Math.floor(seconds / 3600))}:${padded(Math.floor(seconds / 60) % 60)}`;
  return `${day} ${clock}`.trim();
};
