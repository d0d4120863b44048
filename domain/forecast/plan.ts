/**
 * The floor as the forecast sees it: processes in their order, lanes (a process, or one zone of picking), and the people planned for them.
 *
 * Wall-clock values are local to the site; weekdays are ISO, 1 = Monday. Without a shift plan (`shifts: null`) the rates of the lanes are learned.
 */
import { calendarOf, workingBetween, type Calendar } from "../calendar.ts";
import type { Site } from "../site.ts";
import { STAGE_RANK, type Stage } from "../stages.ts";
import {
  MINUTE_MS,
  localDay,
  parseDay,
  parseWallTime,
  startOfDay,
  wallInstant,
  wallMinutes,
  weekdayOf,
} from "../wall-clock.ts";

/** Work between two milestones before the dock; the end of each is a stage. */
export const PROCESSES = ["allocate", "pick", "pack", "check", "stage"] as const;
export type Process = (typeof PROCESSES)[number];

const ENDS: Readonly<Record<Process, Stage>> = {
  allocate: "allocated",
  pick: "picked",
  pack: "packed",
  check: "checked",
  stage: "staged",
};

/** `pick`, `pack`, or one zone of a process: `pick:A`. */
export type Lane = string;

/** People planned for a process (all its zones, or one) in a part of a day; spans that overlap add up. `to` at or before `from` ends on the next day. */
export type PlannedHeads = {
  process: Process;
  zone?: string;
  days: readonly number[];
  from: string;
  to: string;
  heads: number;
};

/** In a break so many of the people go on working, 0 to 1. */
export type PlannedBreak = { days: readonly number[]; from: string; to: string; share: number };

/** What a lead enters: a week that repeats. Who is planned outside the shifts of the site works there, except on its closures and special days. */
export type ShiftPlan = { heads: readonly PlannedHeads[]; breaks?: readonly PlannedBreak[] };

/** Identity matters: what is computed from a plan is remembered by the object. */
export type SitePlan = { site: Site; shifts: ShiftPlan | null };

export const sitePlanOf = (site: Site, shifts: ShiftPlan | null = null): SitePlan => ({
  site,
  shifts,
});

/** The processes that a site scans the end of, in their order. */
export const processesOf = (site: Site): Process[] =>
  PROCESSES.filter((process) => site.stages.includes(ENDS[process]));

/** Index in `processes` of the first one that an order in `stage` has not ended; its length when it stands on the dock. */
export function processIndex(processes: readonly Process[], stage: Stage): number {
  const next = processes.findIndex((process) => STAGE_RANK[ENDS[process]] > STAGE_RANK[stage]);
  return next === -1 ? processes.length : next;
}

/** Stages in which somebody works at the order; in the others it waits. */
export const isInService = (stage: Stage): boolean => stage === "picking" || stage === "packing";

/** Picking is bound to its zone; everything after it is one lane. */
export const laneOf = (process: Process, zone: string | undefined): Lane =>
  process === "pick" && zone !== undefined && zone !== "" ? `pick:${zone}` : process;

export const processOf = (lane: Lane): Process =>
  PROCESSES.find((process) => lane === process || lane.startsWith(`${process}:`)) ?? "pick";

const zoneOf = (lane: Lane): string | undefined => lane.split(":")[1];

const STEP_MINUTES = 5;
const STEPS = 1440 / STEP_MINUTES;

/** By step of the wall clock: 1 where somebody works, by the shifts or by the plan; `extra`: where only the plan says so. */
type Day = {
  date: number;
  from: number;
  to: number;
  open: Uint8Array;
  extra: readonly number[];
  heads: Map<Lane, Float64Array>;
};

/** Answers by local time, in steps of 5 minutes. */
export type Roster = {
  calendar: Calendar;
  /** whether a lead planned people for this lane */
  isPlanned: (lane: Lane) => boolean;
  isOpen: (at: number) => boolean;
  /** ms of working time between two moments, by the shifts or by the plan */
  openMs: (from: number, to: number) => number;
  /** planned people at a moment; 0 where nobody works */
  headsAt: (lane: Lane, at: number) => number;
};

const spans = ({ from, to }: { from: string; to: string }): [number, number][] => {
  const [begin, end] = [parseWallTime(from), parseWallTime(to)];
  return end > begin
    ? [[begin, end]]
    : [
        [begin, 1440],
        [0, end],
      ];
};

/** The part of a span that lies after midnight belongs to the day after. */
const daysOfSpan = (days: readonly number[], isAfterMidnight: boolean): readonly number[] =>
  isAfterMidnight ? days.map((day) => (day % 7) + 1) : days;

/** Calls with every step of the weekday that the span covers. */
function eachStep(
  entry: { days: readonly number[]; from: string; to: string },
  weekday: number,
  visit: (step: number) => void,
): void {
  spans(entry).forEach(([from, to], part) => {
    if (!daysOfSpan(entry.days, part === 1).includes(weekday)) return;
    for (let step = Math.ceil(from / STEP_MINUTES); step * STEP_MINUTES < to; step += 1)
      visit(step);
  });
}

const concerns = (entry: PlannedHeads, lane: Lane): boolean =>
  entry.process === processOf(lane) &&
  (entry.zone === undefined ? zoneOf(lane) === undefined : entry.zone === zoneOf(lane));

function headsOfDay(
  shifts: ShiftPlan,
  lane: Lane,
  weekday: number,
  open: Uint8Array,
): Float64Array {
  const heads = new Float64Array(STEPS);
  for (const entry of shifts.heads) {
    if (concerns(entry, lane)) {
      eachStep(entry, weekday, (step) => {
        heads[step] = (heads[step] ?? 0) + entry.heads;
      });
    }
  }
  for (const entry of shifts.breaks ?? []) {
    eachStep(entry, weekday, (step) => {
      heads[step] = (heads[step] ?? 0) * entry.share;
    });
  }
  return heads.map((count, step) => count * (open[step] ?? 0));
}

const instantOf = (zone: string, date: number, step: number): number =>
  wallInstant(zone, date, step * STEP_MINUTES);

function openSteps(calendar: Calendar, date: number): Uint8Array {
  const open = new Uint8Array(STEPS);
  const work = calendar.workOf(date);
  for (let step = 0; step < STEPS; step += 1) {
    const at = instantOf(calendar.zone, date, step);
    if (work.some(({ from, to }) => at >= from && at < to)) open[step] = 1;
  }
  return open;
}

/** Steps of a date in which a lead planned anybody. */
function plannedSteps(shifts: ShiftPlan, weekday: number): Uint8Array {
  const planned = new Uint8Array(STEPS);
  for (const entry of shifts.heads)
    if (entry.heads > 0) eachStep(entry, weekday, (step) => (planned[step] = 1));
  return planned;
}

/** Dates of which the site says itself when it works: a week that repeats says nothing of them. */
function statedDates({ closures = [], special = {} }: Site): ReadonlySet<number> {
  const dates = [...closures.map(({ date }) => date), ...Object.keys(special)];
  return new Set(dates.map(parseDay));
}

function createDays({ site, shifts }: SitePlan, calendar: Calendar) {
  const { zone } = calendar;
  const stated = statedDates(site);
  const days = new Map<number, Day>();
  let last: Day | undefined;

  function make(date: number): Day {
    const open = openSteps(calendar, date);
    const extra: number[] = [];
    const planned =
      shifts === null || stated.has(date) ? [] : plannedSteps(shifts, weekdayOf(date));
    planned.forEach((isPlanned, step) => {
      if (isPlanned === 0 || open[step] === 1) return;
      open[step] = 1;
      extra.push(step);
    });
    const [from, to] = [startOfDay(zone, date), startOfDay(zone, date + 1)];
    return { date, from, to, open, extra, heads: new Map() };
  }

  function ofDate(date: number): Day {
    const known = days.get(date);
    if (known !== undefined) return known;
    if (days.size >= KEPT_DAYS) days.clear();
    const made = make(date);
    days.set(date, made);
    return made;
  }

  return {
    ofDate,
    at(at: number): Day {
      if (last === undefined || at < last.from || at >= last.to) last = ofDate(localDay(zone, at));
      return last;
    },
  };
}

const KEPT_DAYS = 40;

/** What of the half-open `[from, to)` lies in a step. */
const overlap = (begin: number, from: number, to: number): number =>
  Math.max(0, Math.min(to, begin + STEP_MINUTES * MINUTE_MS) - Math.max(from, begin));

function compile(plan: SitePlan): Roster {
  const calendar = calendarOf(plan.site);
  const { zone } = calendar;
  const shifts = plan.shifts ?? { heads: [] };
  const days = createDays(plan, calendar);
  const planned = new Map<Lane, boolean>();
  const stepOf = (at: number): number => Math.floor(wallMinutes(zone, at) / STEP_MINUTES);
  const isPlanned = (lane: Lane): boolean => {
    const known = planned.get(lane) ?? shifts.heads.some((entry) => concerns(entry, lane));
    planned.set(lane, known);
    return known;
  };
  return {
    calendar,
    isPlanned,
    isOpen: (at) => days.at(at).open[stepOf(at)] === 1,
    openMs: (from, to) => {
      let sum = workingBetween(calendar, from, to);
      for (let date = localDay(zone, from); startOfDay(zone, date) < to; date += 1)
        for (const step of days.ofDate(date).extra)
          sum += overlap(instantOf(zone, date, step), from, to);
      return sum;
    },
    headsAt: (lane, at) => {
      const { date, open, heads: known } = days.at(at);
      const heads = known.get(lane) ?? headsOfDay(shifts, lane, weekdayOf(date), open);
      known.set(lane, heads);
      return heads[stepOf(at)] ?? 0;
    },
  };
}

const rosters = new WeakMap<SitePlan, Roster>();

/** Compiled once for a plan object. */
export function rosterOf(plan: SitePlan): Roster {
  const known = rosters.get(plan) ?? compile(plan);
  rosters.set(plan, known);
  return known;
}

const atProcess =
  (process: Process) =>
  (station: Site["stations"][number]): boolean =>
    station.stage === ENDS[process] ||
    (process === "pick" && station.stage === "picking") ||
    (process === "pack" && station.stage === "packing");

/** What the site file says of a process: units an hour of one head, and of all its stations; null when it names no station. */
export function statedRate(
  site: Site,
  process: Process,
): { perHead: number; total: number; stations: number } | null {
  const rates = site.stations.filter(atProcess(process)).map((station) => station.ratePerHour);
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return rates.length === 0
    ? null
    : { perHead: total / rates.length, total, stations: rates.length };
}

/** Stage that an order is in while it waits for a process or is in it: the site's budget for it is the time the process may take. */
export const budgetStagesOf = (process: Process): readonly Stage[] =>
  ({
    allocate: ["received"],
    pick: ["allocated", "released", "picking"],
    pack: ["picked", "packing"],
    check: [],
    stage: ["packed", "checked"],
  })[process] as readonly Stage[];
