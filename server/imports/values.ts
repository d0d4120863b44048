/** What stands in a cell, as our events have it. A time without a zone is the site's wall time; a day without a time is that whole day. */
import { MINUTE_MS, parseDay, wallInstant } from "../../domain/wall-clock.ts";
import { instantOf } from "../instants.ts";

/** A value, or what a cell should hold instead. */
export type Value<T> = { value: T } | { wrong: string };
const wrong = (what: string) => ({ wrong: what });

export const wholeNumber = (cell: string): Value<number> =>
  /^\d{1,9}$/.test(cell) ? { value: Number(cell) } : wrong("must be a whole number");

/** With a point, or with a comma where that is not the separator of the file. */
export function amount(cell: string, separator: string): Value<number> {
  const text = separator === "," ? cell : cell.replace(",", ".");
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(text)
    ? { value: Number(text) }
    : wrong("must be a number without thousands separators");
}

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const DOTTED = /^(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const ZONED = /(?:Z|[+-]\d{2}:\d{2})$/i;
const INSTANT =
  "must be a time, as 2026-11-22T09:14:03+01:00, or 2026-11-22 09:14 in the site's own time";

type Parts = { day: string; hours: string; minutes: string; seconds: string } | null;

function partsOf(cell: string): Parts {
  const iso = LOCAL.exec(cell);
  if (iso !== null) {
    const [, year, month, day, hours = "", minutes = "", seconds = "00"] = iso;
    return { day: `${year}-${month}-${day}`, hours, minutes, seconds };
  }
  const dotted = DOTTED.exec(cell);
  if (dotted === null) return null;
  const [, day, month, year, hours = "", minutes = "", seconds = "00"] = dotted;
  return { day: `${year}-${month}-${day}`, hours, minutes, seconds };
}

/** Before the day after begins: where clocks go back at midnight the last minute of a day is there twice. */
const LAST_SECOND = -1_000;

function wallTime(parts: NonNullable<Parts>, zone: string, isEnd: boolean): number | null {
  if (!new Date(Date.parse(`${parts.day}T00:00:00Z`) || 0).toISOString().startsWith(parts.day))
    return null;
  const day = parseDay(parts.day);
  if (parts.hours === "")
    return isEnd ? wallInstant(zone, day + 1, 0) + LAST_SECOND : wallInstant(zone, day, 0);
  const [hours, minutes, seconds] = [
    Number(parts.hours),
    Number(parts.minutes),
    Number(parts.seconds),
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  return wallInstant(zone, day, hours * 60 + minutes) + seconds * (MINUTE_MS / 60);
}

/** RFC 3339. `isEnd`: a day alone is its last second, as of something promised. */
export function instant(cell: string, zone: string, isEnd: boolean): Value<string> {
  const parts = partsOf(cell);
  if (parts === null) {
    const ms = ZONED.test(cell) ? instantOf(cell) : Number.NaN;
    return Number.isNaN(ms) ? wrong(INSTANT) : { value: new Date(ms).toISOString() };
  }
  const ms = wallTime(parts, zone, isEnd);
  return ms === null ? wrong("is not a time that exists") : { value: new Date(ms).toISOString() };
}
