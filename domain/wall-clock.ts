/**
 * Wall-clock time of a zone. A local date is a `Day`: whole days since 1970-01-01, so that weekdays and neighbours are arithmetic. Only the step from
 * wall time to instant asks the time-zone rules, and what they said is remembered per zone and day (bounded; a memory of a pure function).
 */
import { Temporal } from "temporal-polyfill";

/** Local calendar date as days since 1970-01-01. */
export type Day = number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
const KEPT_DAYS = 20_000;

/** A cleared cache costs time, never an answer. */
function remember<K, V>(kept: Map<K, V>, key: K, value: V): V {
  if (kept.size >= KEPT_DAYS) kept.clear();
  kept.set(key, value);
  return value;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of a date of the Gregorian calendar (months from 1). */
function daysFromCivil(year: number, month: number, day: number): Day {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

type Civil = { year: number; month: number; day: number };

function civilFromDays(day: Day): Civil {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** `YYYY-MM-DD` to a day; throws on anything else (the sites file is checked before it comes here). */
export function parseDay(text: string): Day {
  const parts = DATE.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is not a date (YYYY-MM-DD)`);
  return daysFromCivil(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

/** `YYYY-MM-DD`. */
export function formatDay(day: Day): string {
  const civil = civilFromDays(day);
  return `${padded(civil.year, 4)}-${padded(civil.month, 2)}-${padded(civil.day, 2)}`;
}

/** ISO weekday, 1 = Monday (1970-01-01 was a Thursday). */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** `hh:mm` to minutes after midnight. */
export function parseWallTime(text: string): number {
  const [hours = "", minutes = ""] = text.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** Minutes after midnight to `hh:mm`. */
export const formatWallTime = (minutes: number): string =>
  `${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}`;

/** Asks the zone's rules: in a gap the instant after shifting forward by it, in a fold the earlier one ("compatible"). */
function resolve(zone: string, day: Day, minutes: number): number {
  const { year, month, day: dayOfMonth } = civilFromDays(day);
  const wall = new Temporal.PlainDateTime(
    year,
    month,
    dayOfMonth,
    Math.floor(minutes / 60),
    minutes % 60,
  );
  return wall.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

type ZoneMemory = {
  starts: Map<Day, number>;
  odd: Map<number, number>;
  shown: Map<number, number>;
  said: Map<number, string>;
  last: { day: Day; from: number; to: number };
};
const zones = new Map<string, ZoneMemory>();

function memoryOf(zone: string): ZoneMemory {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const last = { day: 0, from: Infinity, to: -Infinity };
  return remember(zones, zone, {
    starts: new Map(),
    odd: new Map(),
    shown: new Map(),
    said: new Map(),
    last,
  });
}

/** First instant of a local date. */
export function startOfDay(zone: string, day: Day): number {
  const { starts } = memoryOf(zone);
  return starts.get(day) ?? remember(starts, day, resolve(zone, day, 0));
}

/** The instant of a wall-clock time, `minutes` after the midnight of a local date (0 to 1440; 1440 is the next midnight). */
export function wallInstant(zone: string, day: Day, minutes: number): number {
  if (minutes >= 1440) return wallInstant(zone, day + 1, minutes - 1440);
  const start = startOfDay(zone, day);
  // a day of 24 hours has no change in it
  if (startOfDay(zone, day + 1) - start === DAY_MS) return start + minutes * MINUTE_MS;
  const { odd } = memoryOf(zone);
  const key = day * 1440 + minutes;
  return odd.get(key) ?? remember(odd, key, resolve(zone, day, minutes));
}

/** The local date that an instant falls on. Those asked for lie close to one another: the last answer is remembered. */
export function localDay(zone: string, at: number): Day {
  const { last } = memoryOf(zone);
  if (at >= last.from && at < last.to) return last.day;
  const day = findLocalDay(zone, at);
  last.day = day;
  last.from = startOfDay(zone, day);
  last.to = startOfDay(zone, day + 1);
  return day;
}

function findLocalDay(zone: string, at: number): Day {
  let day = Math.floor(at / DAY_MS);
  while (at < startOfDay(zone, day)) day -= 1;
  while (at >= startOfDay(zone, day + 1)) day += 1;
  return day;
}

/** What a clock on the wall shows, in minutes after midnight; on the day of a change of clocks that is not the time since midnight. */
export function wallMinutes(zone: string, at: number): number {
  const day = localDay(zone, at);
  const start = startOfDay(zone, day);
  if (startOfDay(zone, day + 1) - start === DAY_MS) return Math.floor((at - start) / MINUTE_MS);
  const { shown } = memoryOf(zone);
  const minute = Math.floor(at / MINUTE_MS);
  return shown.get(minute) ?? remember(shown, minute, askWallMinutes(zone, at));
}

/** The hour that the clocks of the zone show, 0 to 23: on a day on which they change not the number of hours since its beginning. */
export const wallHour = (zone: string, at: number): number =>
  Math.floor(wallMinutes(zone, at) / 60);

function askWallMinutes(zone: string, at: number): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return wall.hour * 60 + wall.minute;
}

const names = new Map<string, string>();

/** `CET`, `EST`, or `GMT+9` where a zone has no letters of its own. */
function zoneName(zone: string, at: number, offsetMinutes: number): string {
  const key = `${zone} ${offsetMinutes}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const tried = ["en-GB", "en-US", "en-AU", "en-IN"].map(
    (language) =>
      new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "short" })
        .formatToParts(at)
        .find((part) => part.type === "timeZoneName")?.value ?? zone,
  );
  const lettered = tried.find((name) => !/^(GMT|UTC)[+-]/.test(name));
  return remember(names, key, lettered ?? tried[0] ?? zone);
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function say(zone: string, at: number, year = ""): string {
  const day = localDay(zone, at);
  const minutes = wallMinutes(zone, at);
  const offset = day * 1440 + minutes - Math.floor(at / MINUTE_MS);
  return `${dayInWords(day)}${year} ${formatWallTime(minutes)} ${zoneName(zone, at, offset)}`;
}

/** `Mon 23 Nov 16:00 CET`: a moment as people at the site say it. Never goes stale. Deadlines are shared by many orders: what was said is remembered. */
export function inWords(zone: string, at: number): string {
  const { said } = memoryOf(zone);
  return said.get(at) ?? remember(said, at, say(zone, at));
}

const yearAt = (zone: string, at: number): number => civilFromDays(localDay(zone, at)).year;

/** The same with its year, `Thu 17 Aug 2017 23:59 CEST`, where that is not the year of `now`: of what was imported a day alone may be of any. */
export function inWordsWithYear(zone: string, at: number, now: number): string {
  const year = yearAt(zone, at);
  return year === yearAt(zone, now) ? inWords(zone, at) : say(zone, at, ` ${year}`);
}

/** `Mon 23 Nov`. */
export function dayInWords(day: Day): string {
  const { month, day: dayOfMonth } = civilFromDays(day);
  return `${WEEKDAYS[weekdayOf(day) - 1] ?? ""} ${dayOfMonth} ${MONTHS[month - 1] ?? ""}`;
}

const instants = new Map<string, number>();

/** RFC 3339 with offset to an instant; throws on anything else (what is kept was checked when it came). */
export function instantOf(text: string): number {
  const known = instants.get(text);
  return known ?? remember(instants, text, Temporal.Instant.from(text).epochMilliseconds);
}

const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/;
const durations = new Map<string, number>();

/** ISO 8601 duration of days (of 24 h), hours and minutes to ms; throws on anything else. */
export function durationMs(text: string): number {
  const known = durations.get(text);
  if (known !== undefined) return known;
  const parts = DURATION.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is not a duration`);
  const [, days = "0", hours = "0", minutes = "0"] = parts;
  const ms = Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  return remember(durations, text, ms);
}
