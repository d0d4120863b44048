/** Who is on duty at a moment: by the days and hours of a schedule, local to the site, until somebody else is put in for a while. A turn over midnight belongs to the day it begins on. */
import type { Role } from "../permissions.ts";
import { shiftsOn } from "../shifts.ts";
import type { Site } from "../site.ts";
import {
  formatDay,
  instantOf,
  localDay,
  parseDay,
  parseWallTime,
  wallInstant,
  weekdayOf,
  type Day,
} from "../wall-clock.ts";
import type { DutySchedule } from "./policies.ts";

/** `role`: nobody by name is on duty, whoever has that role is. `nobody`: not even that. */
export type OnDuty =
  | { by: "override" | "turn"; people: string[] }
  | { by: "role"; role: Role }
  | { by: "nobody" };

type Turn = DutySchedule["turns"][number];
const DAYS_A_WEEK = 7;

function covers(zone: string, day: Day, from: string, to: string, at: number): boolean {
  const [start, end] = [parseWallTime(from), parseWallTime(to)];
  const last = end > start ? wallInstant(zone, day, end) : wallInstant(zone, day + 1, end);
  return wallInstant(zone, day, start) <= at && at < last;
}

/** Local wall-clock hours on days of the week, over midnight where `to` is not after `from`: the day it began on when they hold at `at`, else null. */
export function dayWithin(
  zone: string,
  { days, from = "00:00", to = "00:00" }: { days?: readonly number[]; from?: string; to?: string },
  at: number,
): Day | null {
  const today = localDay(zone, at);
  for (const day of [today, today - 1]) {
    if (days !== undefined && !days.includes(weekdayOf(day))) continue;
    if (covers(zone, day, from, to, at)) return day;
  }
  return null;
}

/** Weeks begin on Monday. */
const weekOf = (day: Day): number => Math.floor((day - weekdayOf(day) + 1) / DAYS_A_WEEK);

function personOf({ people, rotateFrom }: Turn, day: Day): string | null {
  const weeks = weekOf(day) - (rotateFrom === undefined ? 0 : weekOf(parseDay(rotateFrom)));
  return people[((weeks % people.length) + people.length) % people.length] ?? null;
}

/** On a date whose own hours do not name the shift, whoever has it then has it at its usual hours. */
function usualHours(site: Site, day: Day, shift: string): { from: string; to: string } | undefined {
  const special = site.special?.[formatDay(day)] ?? [];
  const isUnnamed = special.length > 0 && special.every(({ name }) => name !== shift);
  return isUnnamed ? site.shifts.find(({ name }) => name === shift) : undefined;
}

/** Shifts of one name may have other hours on other days, and none on some. */
function runs(site: Site, day: Day, shift: string, at: number): boolean {
  const usual = usualHours(site, day, shift);
  if (usual !== undefined) return covers(site.timeZone, day, usual.from, usual.to, at);
  return shiftsOn(site, day).some(({ name, from, to }) => name === shift && from <= at && at < to);
}

/** The day that a turn began on when it holds at `at`, else null. */
function dayOfTurn(turn: Turn, site: Site, at: number): Day | null {
  const { shift, days } = turn;
  if (shift === undefined) return dayWithin(site.timeZone, turn, at);
  const today = localDay(site.timeZone, at);
  const found = [today, today - 1].find(
    (day) => days.includes(weekdayOf(day)) && runs(site, day, shift, at),
  );
  return found ?? null;
}

function turnPeople({ turns }: DutySchedule, site: Site, at: number): string[] {
  const people = turns.flatMap((turn) => {
    const day = dayOfTurn(turn, site, at);
    return day === null ? [] : (personOf(turn, day) ?? []);
  });
  return [...new Set(people)];
}

/** Of overrides that overlap the last one written counts. */
export function onDuty(schedule: DutySchedule, site: Site, at: number): OnDuty {
  const instead = (schedule.overrides ?? []).findLast(
    ({ from, to }) => instantOf(from) <= at && at < instantOf(to),
  );
  if (instead !== undefined) return { by: "override", people: [instead.person] };
  const people = turnPeople(schedule, site, at);
  if (people.length > 0) return { by: "turn", people };
  return schedule.role === undefined ? { by: "nobody" } : { by: "role", role: schedule.role };
}
