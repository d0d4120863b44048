/**
 * Every time, duration and number on a screen is written here and nowhere else (screens, rule 8): instants in the site's time with its zone,
 * durations in words, minus as U+2212. Instants and durations are milliseconds.
 */
import { countOf } from "../../domain/counted.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MINUS = "−";

const pad = (n: number) => String(n).padStart(2, "0");

function positiveDuration(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  const minutes = Math.floor(ms / MINUTE) % 60;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h${minutes === 0 ? "" : ` ${pad(minutes)}`}`;
  const hours = Math.floor(ms / HOUR) % 24;
  return `${Math.floor(ms / DAY)} d${hours === 0 ? "" : ` ${hours} h`}`;
}

/** `45 s`, `14 min`, `−18 min`, `1 h 24`, `2 d 3 h`. */
export function duration(ms: number): string {
  const words = positiveDuration(Math.abs(ms));
  return ms <= -SECOND ? MINUS + words : words;
}

/** The same two units as `positiveDuration`, each with its name. */
function spokenDuration(ms: number): string {
  const units = [
    ["day", Math.floor(ms / DAY)],
    ["hour", Math.floor(ms / HOUR) % 24],
    ["minute", Math.floor(ms / MINUTE) % 60],
    ["second", Math.floor(ms / SECOND) % 60],
  ] as const;
  const first = units.findIndex(([, n]) => n > 0);
  if (first < 0) return countOf(0, "second");
  const said = units.slice(first, first < 2 ? first + 2 : first + 1).filter(([, n]) => n > 0);
  return said.map(([unit, n]) => countOf(n, unit)).join(" ");
}

/** The same, spoken: `18 minutes late`, `1 hour 24 minutes left`. */
export function spokenSlack(ms: number): string {
  return `${spokenDuration(Math.abs(ms))} ${ms < 0 ? "late" : "left"}`;
}

/** Seconds with one decimal, for ages under a minute: `0.4 s`. */
export const age = (ms: number): string =>
  ms < 10 * SECOND ? `${(Math.max(0, ms) / SECOND).toFixed(1)} s` : duration(ms);

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
/** `1,284`; a number that is not known yet is `–`. */
export const count = (n: number | null | undefined): string =>
  n === null || n === undefined ? "–" : counts.format(n).replace("-", MINUS);

// No one locale knows every zone's letters: "CET" is British, "EST" American, "IST" Indian.
const ZONE_LOCALES = ["en-GB", "en-US", "en-IN", "en-AU", "en-CA"];

const zoneFormats = new Map<string, Intl.DateTimeFormat[]>();
const zoneFormatsOf = (timeZone: string) => {
  const known = zoneFormats.get(timeZone);
  if (known !== undefined) return known;
  const made = ZONE_LOCALES.map(
    (locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" }),
  );
  zoneFormats.set(timeZone, made);
  return made;
};

function zoneName(timeZone: string, at: number): string {
  let name = "UTC";
  for (const format of zoneFormatsOf(timeZone)) {
    name = format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? name;
    if (!/^(GMT|UTC)[+-]/.test(name)) return name;
  }
  return name.replace("-", MINUS);
}

const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const day = { weekday: "short", day: "numeric", month: "short" } as const;
/** half a year: from there on a day and a month are not taken for this year's */
const FAR = 183 * 24 * HOUR;

export type SiteFormat = {
  timeZone: string;
  /** `13:48` */
  clock(at: number): string;
  /** `13:48 CET` */
  time(at: number): string;
  /** `13:48:07 CET` */
  seconds(at: number): string;
  /** `Tue 24 Nov 18:00 CET` */
  dayTime(at: number): string;
  /** the day as `Tue 24 Nov` */
  day(at: number): string;
  /** time alone on the site's own day of `now`, else with its day, and with its year where the day alone could be of another one; `near(at, now)` */
  near(at: number, now: number): string;
  /** for tooltips: the site's time, the reader's own and UTC */
  everywhere(at: number): string;
  /** `CET` */
  zone(at: number): string;
};

/** One formatter a zone; unknown zones fall back to UTC rather than break the page. */
export function createSiteFormat(zone: string): SiteFormat {
  const timeZone = isZone(zone) ? zone : "UTC";
  const hourMinute = new Intl.DateTimeFormat("en-GB", { timeZone, ...clock });
  const withSeconds = new Intl.DateTimeFormat("en-GB", { timeZone, ...clock, second: "2-digit" });
  const dayOnly = new Intl.DateTimeFormat("en-GB", { timeZone, ...day });
  const yearOnly = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric" });
  const own = new Intl.DateTimeFormat("en-GB", { ...day, ...clock, timeZoneName: "short" });
  const utc = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...day, ...clock });
  // The zone's letters change at most on the hour: one look-up an hour of the data, not one a cell.
  const letters = new Map<number, string>();
  const zoneAt = (at: number) => {
    const hour = Math.floor(at / HOUR);
    const known = letters.get(hour);
    if (known !== undefined) return known;
    const name = zoneName(timeZone, at);
    letters.set(hour, name);
    return name;
  };
  const dayOf = (at: number) => dayOnly.format(at).replace(",", "");
  const time = (at: number) => `${hourMinute.format(at)} ${zoneAt(at)}`;
  const dayTime = (at: number) => `${dayOf(at)} ${time(at)}`;
  return {
    timeZone,
    clock: (at) => hourMinute.format(at),
    time,
    seconds: (at) => `${withSeconds.format(at)} ${zoneAt(at)}`,
    dayTime,
    day: dayOf,
    near: (at, now) => {
      if (Math.abs(at - now) > FAR) return `${dayOf(at)} ${yearOnly.format(at)} ${time(at)}`;
      return dayOf(at) === dayOf(now) ? time(at) : dayTime(at);
    },
    everywhere: (at) =>
      `${dayTime(at)} at the site · yours ${own.format(at).replace(",", "")} · UTC ${utc.format(at).replace(",", "")}`,
    zone: zoneAt,
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
