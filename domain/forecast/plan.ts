/**
 * The floor as the forecast sees it: processes in their order, lanes (a process, or one zone of picking), and the people planned for them.
 *
 * Wall-clock values are local to the site; weekdays are ISO, 1 = Monday. Without a shift plan (`shifts: null`) the rates of the lanes are learned.
 */
import { calendarOf, type Calendar } from "../calendar.ts";
import type { Site } from "../site.ts";
import { STAGE_RANK, type Stage } from "../stages.ts";
import {
  DAY_MS,
  MINUTE_MS,
  localDay,
  parseWallTime,
  startOfDay,
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

/** What a lead enters: a week that repeats. */
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

type Day = { start: number; open: Uint8Array; heads: Map<Lane, Float64Array> };

/** Answers by local time, in steps of 5 minutes. */
export type Roster = {
  calendar: Calendar;
  /** whether a lead planned people for this lane */
  isPlanned: (lane: Lane) => boolean;
  isOpen: (at: number) => boolean;
  /** planned people at a moment; 0 outside working time */
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

function openSteps(calendar: Calendar, day: number): Uint8Array {
  const start = startOfDay(calendar.zone, day);
  const open = new Uint8Array(STEPS);
  for (const { from, to } of calendar.workOf(day)) {
    const first = Math.max(0, Math.ceil((from - start) / (STEP_MINUTES * MINUTE_MS)));
    for (let step = first; step < STEPS; step += 1) {
      if (start + step * STEP_MINUTES * MINUTE_MS < to) open[step] = 1;
    }
  }
  return open;
}

const KEPT_DAYS = 40;

function compile({ site, shifts }: SitePlan): Roster {
  const calendar = calendarOf(site);
  const days = new Map<number, Day>();
  const planned = new Map<Lane, boolean>();
  let last: Day | undefined;
  const dayOf = (at: number): Day => {
    if (last !== undefined && at >= last.start && at < last.start + DAY_MS) return last;
    const date = localDay(calendar.zone, at);
    const known = days.get(date);
    if (known === undefined && days.size >= KEPT_DAYS) days.clear();
    last = known ?? {
      start: startOfDay(calendar.zone, date),
      open: openSteps(calendar, date),
      heads: new Map(),
    };
    days.set(date, last);
    return last;
  };
  const stepOf = (day: Day, at: number): number =>
    Math.floor((at - day.start) / (STEP_MINUTES * MINUTE_MS));
  const isPlanned = (lane: Lane): boolean => {
    const known = planned.get(lane) ?? (shifts?.heads ?? []).some((entry) => concerns(entry, lane));
    planned.set(lane, known);
    return known;
  };
  return {
    calendar,
    isPlanned,
    isOpen: (at) => {
      const day = dayOf(at);
      return day.open[stepOf(day, at)] === 1;
    },
    headsAt: (lane, at) => {
      const day = dayOf(at);
      const heads =
        day.heads.get(lane) ??
        headsOfDay(shifts ?? { heads: [] }, lane, weekdayOf(localDay(calendar.zone, at)), day.open);
      day.heads.set(lane, heads);
      return heads[stepOf(day, at)] ?? 0;
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
