/**
 * When a site works and when trucks come. All walks are over local dates, never over 24-hour steps; working time is elapsed time inside shifts, so the
 * night of a clock change has an hour less or more. A site's calendar is compiled once (by identity of its `Site`) and remembers the dates it was asked for.
 *
 * Holidays by country are turned into `closures` before a site comes here.
 */
import type { Carrier, Pickup, Site } from "./site.ts";
import {
  durationMs,
  formatDay,
  formatWallTime,
  localDay,
  parseDay,
  parseWallTime,
  startOfDay,
  wallInstant,
  weekdayOf,
  type Day,
} from "./wall-clock.ts";

/** Half-open, epoch ms. */
export type Interval = { from: number; to: number };
/** A truck: `id` is `<carrier>-<YYYYMMDD>-<HHMM>` in site time. */
export type Departure = { id: string; at: number; day: Day };

type WallShift = { from: number; to: number };
type CutOffs = NonNullable<Site["cutOff"]>;

export type Calendar = {
  readonly site: Site;
  readonly zone: string;
  /** somebody works a shift that begins on that date */
  worksOn(day: Day): boolean;
  /** working time that falls on that date, disjoint and ascending; a night shift is split at midnight */
  workOf(day: Day): readonly Interval[];
  /** the same with the breaks in it: when somebody is there */
  openOf(day: Day): readonly Interval[];
  /** departures of a carrier on a date, ascending; for one service level, or for all */
  pickupsOf(carrier: Carrier, day: Day, service?: string): readonly Departure[];
  /** those of them that the site can load: all of a date on which it works, else what leaves before the night shift of the date before ends */
  trucksOf(carrier: Carrier, day: Day, service?: string): readonly Departure[];
};

/** No gap between two working days or two trucks is longer; a search that finds nothing by then gives up. */
const HORIZON_DAYS = 400;
const KEPT_DATES = 4_000;
const DAY_MINUTES = 1440;

function keep<K, V>(kept: Map<K, V>, key: K, make: () => V): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_DATES) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}

type Span = { from: string; to: string };

function wallShift(shift: Span): WallShift {
  const from = parseWallTime(shift.from);
  const to = parseWallTime(shift.to);
  return { from, to: to > from ? to : to + DAY_MINUTES };
}

/** In a night shift, a break before the shift's own time of day is one on the day after. */
function wallBreak(rest: Span, shift: WallShift): WallShift {
  const wall = wallShift(rest);
  if (wall.from >= shift.from || shift.to <= DAY_MINUTES) return wall;
  return { from: wall.from + DAY_MINUTES, to: wall.to + DAY_MINUTES };
}

/** A shift without its breaks. */
function workIn(shift: Span & { breaks?: Span[] | undefined }): WallShift[] {
  const whole = wallShift(shift);
  const rests = (shift.breaks ?? []).map((rest) => wallBreak(rest, whole));
  const parts: WallShift[] = [];
  let { from } = whole;
  for (const rest of rests.sort((a, b) => a.from - b.from)) {
    if (rest.from > from) parts.push({ from, to: Math.min(rest.from, whole.to) });
    from = Math.max(from, rest.to);
  }
  return from < whole.to ? [...parts, { from, to: whole.to }] : parts;
}

/** Overlapping and touching intervals become one. */
function merged(intervals: Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const next of intervals.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else result.push({ ...next });
  }
  return result;
}

/** Shifts by the date they begin on. A site that lists no shifts at all works round the clock. */
function shiftsByDate(
  site: Site,
  partsOf: (shift: Span & { breaks?: Span[] | undefined }) => WallShift[],
): (day: Day) => readonly WallShift[] {
  const closed = new Set((site.closures ?? []).map((closure) => parseDay(closure.date)));
  const special = new Map(
    Object.entries(site.special ?? {}).map(([date, shifts]) => [
      parseDay(date),
      shifts.flatMap(partsOf),
    ]),
  );
  const weekly = Array.from({ length: 8 }, (_, weekday) =>
    site.shifts.filter((shift) => shift.days.includes(weekday)).flatMap(partsOf),
  );
  const always = site.shifts.length === 0 ? [{ from: 0, to: DAY_MINUTES }] : undefined;
  return (day) => {
    const named = special.get(day);
    if (named !== undefined) return named;
    if (closed.has(day)) return [];
    return always ?? weekly[weekdayOf(day)] ?? [];
  };
}

const takes = (pickup: Pickup, service: string | undefined): boolean =>
  service === undefined || pickup.services === undefined || pickup.services.includes(service);

/** Wall times of a carrier's trucks on a date: an exception of that date, else none when it is closed, else those of the weekday. */
function pickupTimes(carrier: Carrier, day: Day, service: string | undefined): string[] {
  const date = formatDay(day);
  const instead = carrier.exceptions?.[date];
  if (instead !== undefined) return [...instead];
  if (closedDaysOf(carrier).has(day)) return [];
  const weekday = weekdayOf(day);
  return carrier.pickups
    .filter((pickup) => pickup.days.includes(weekday) && takes(pickup, service))
    .map((pickup) => pickup.at);
}

const closedDays = new WeakMap<Carrier, ReadonlySet<Day>>();

/** Dates on which a carrier neither collects nor delivers. */
export function closedDaysOf(carrier: Carrier): ReadonlySet<Day> {
  const known = closedDays.get(carrier);
  if (known !== undefined) return known;
  const made = new Set((carrier.closed ?? []).map(parseDay));
  closedDays.set(carrier, made);
  return made;
}

/** `minutes`: since midnight. */
export const pickupIdOf = (carrier: string, day: Day, minutes: number): string =>
  `${carrier}-${formatDay(day).replaceAll("-", "")}-${formatWallTime(minutes).replace(":", "")}`;

function departuresOf(zone: string, carrier: Carrier, day: Day, service?: string): Departure[] {
  const times = [...new Set(pickupTimes(carrier, day, service))].sort();
  return times.map(parseWallTime).map((minutes) => ({
    id: pickupIdOf(carrier.id, day, minutes),
    at: wallInstant(zone, day, minutes),
    day,
  }));
}

function compile(site: Site): Calendar {
  const zone = site.timeZone;
  const shiftsOn = shiftsByDate(site, workIn);
  const presentOn = shiftsByDate(site, (shift) => [wallShift(shift)]);
  const work = new Map<Day, readonly Interval[]>();
  const open = new Map<Day, readonly Interval[]>();
  const pickups = new Map<Carrier, Map<string, Map<Day, readonly Departure[]>>>();
  const spansOf = (on: typeof shiftsOn, day: Day): Interval[] =>
    on(day).map(({ from, to }) => ({
      from: wallInstant(zone, day, from),
      to: wallInstant(zone, day, to),
    }));
  const slice = (on: typeof shiftsOn, day: Day): Interval[] => {
    const from = startOfDay(zone, day);
    const to = startOfDay(zone, day + 1);
    const clipped = [...spansOf(on, day - 1), ...spansOf(on, day)].map((span) => ({
      from: Math.max(span.from, from),
      to: Math.min(span.to, to),
    }));
    return merged(clipped.filter((span) => span.from < span.to));
  };
  const isThereAt = ({ at, day }: Departure): boolean =>
    calendar.openOf(day).some(({ from, to }) => from <= at && at <= to);
  const calendar: Calendar = {
    site,
    zone,
    worksOn: (day) => shiftsOn(day).length > 0,
    workOf: (day) => keep(work, day, () => slice(shiftsOn, day)),
    openOf: (day) => keep(open, day, () => slice(presentOn, day)),
    pickupsOf: (carrier, day, service = "") => {
      const services = keep(
        pickups,
        carrier,
        () => new Map<string, Map<Day, readonly Departure[]>>(),
      );
      const days = keep(services, service, () => new Map<Day, readonly Departure[]>());
      return keep(days, day, () => departuresOf(zone, carrier, day, service || undefined));
    },
    trucksOf: (carrier, day, service) => {
      const all = calendar.pickupsOf(carrier, day, service);
      return all.length === 0 || calendar.worksOn(day) ? all : all.filter(isThereAt);
    },
  };
  return calendar;
}

const calendars = new WeakMap<Site, Calendar>();

/** The calendar of a site; the same `Site` object gives the same calendar. */
export function calendarOf(site: Site): Calendar {
  const known = calendars.get(site);
  if (known !== undefined) return known;
  const made = compile(site);
  calendars.set(site, made);
  return made;
}

/** The instant at which `ms` of working time have passed since `at`; elapsed time when the site never works again. */
export function addWorking(calendar: Calendar, at: number, ms: number): number {
  if (ms <= 0) return at;
  let left = ms;
  const first = localDay(calendar.zone, at);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    for (const span of calendar.workOf(day)) {
      const from = Math.max(span.from, at);
      if (span.to <= from) continue;
      if (span.to - from >= left) return from + left;
      left -= span.to - from;
    }
  }
  return at + ms;
}

/** The latest instant from which `ms` of working time still fit before `at`; elapsed time when the site never worked before. */
export function subWorking(calendar: Calendar, at: number, ms: number): number {
  if (ms <= 0) return at;
  let left = ms;
  const first = localDay(calendar.zone, at);
  for (let day = first; day >= first - HORIZON_DAYS; day -= 1) {
    for (const span of calendar.workOf(day).toReversed()) {
      const to = Math.min(span.to, at);
      if (to <= span.from) continue;
      if (to - span.from >= left) return to - left;
      left -= to - span.from;
    }
  }
  return at - ms;
}

/** Working ms between two instants; 0 when `to` is not after `from`. */
export function workingBetween(calendar: Calendar, from: number, to: number): number {
  let sum = 0;
  for (let day = localDay(calendar.zone, from); startOfDay(calendar.zone, day) < to; day += 1) {
    for (const span of calendar.workOf(day)) {
      sum += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
    }
  }
  return sum;
}

/** The first date at or after `day` that passes; undefined when none does within 400 days. */
export function firstDay(day: Day, passes: (day: Day) => boolean): Day | undefined {
  for (let next = day; next <= day + HORIZON_DAYS; next += 1) if (passes(next)) return next;
  return undefined;
}

/** Spares the search for a truck that never comes. */
const collects = (carrier: Carrier): boolean =>
  carrier.pickups.length > 0 || carrier.exceptions !== undefined;

/** The first departure at or after `at` that the site can load; undefined when none comes within 400 days. */
export function firstPickup(
  calendar: Calendar,
  carrier: Carrier,
  service: string | undefined,
  at: number,
): Departure | undefined {
  if (!collects(carrier)) return undefined;
  const first = localDay(calendar.zone, at);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1) {
    const found = calendar.trucksOf(carrier, day, service).find((pickup) => pickup.at >= at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last departure at or before `at` and not before `notBefore` that the site can load. */
export function lastPickup(
  calendar: Calendar,
  carrier: Carrier,
  service: string | undefined,
  at: number,
  notBefore: number,
): Departure | undefined {
  const last = localDay(calendar.zone, at);
  const first = Math.max(localDay(calendar.zone, notBefore), last - HORIZON_DAYS);
  for (let day = last; day >= first; day -= 1) {
    const found = calendar
      .trucksOf(carrier, day, service)
      .findLast((pickup) => pickup.at <= at && pickup.at >= notBefore);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Minutes after midnight by which an order of that date must be in; undefined when the weekday has no cut-off. */
export function cutOffOn(cutOffs: CutOffs, day: Day): number | undefined {
  const entry = cutOffs.find((cutOff) => cutOff.days.includes(weekdayOf(day)));
  return entry === undefined ? undefined : parseWallTime(entry.at);
}

/** `dockBuffer` in ms. */
export const dockBufferMs = (site: Site): number => durationMs(site.dockBuffer ?? "PT15M");
