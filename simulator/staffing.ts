/** How many people work in a process, and how fast: rosters with shifts, breaks and attendance, or a floor that moves people to where the work waits. */
import { HOUR, localTimeOf, MINUTE } from "./local-time.ts";
import type { Plan, Simulation } from "./model.ts";
import type { Heads, Preset, Process, Profile } from "./presets.ts";
import { diceOf, normal } from "./random.ts";
import { openMinutes } from "./timetable.ts";

export type Capacity = { servers: number; speed: number };

/** Mean seconds of work an order, by process; the factor is the share of orders that pass it. */
const MEAN_SECONDS: Heads = {
  "pick-A": 141,
  "pick-B": 141,
  "pick-C": 141,
  pack: 136,
  check: 80,
  dock: 18,
};
const ZONE_SHARE: Partial<Heads> = { "pick-A": 0.5, "pick-B": 0.3, "pick-C": 0.2 };

/** People by weekday from Monday: the weekend's orders wait on Monday. */
export const WEEKDAY_STAFF = [1.55, 1.15, 0.82, 0.8, 0.78, 1.3, 1];
export const BREAKS = [
  [600, 630],
  [1080, 1110],
] as const;
export const BREAK_STAFF = 0.35;
const LATE_SHIFT_FROM = 14 * 60;
const SLOT = HOUR / 2;

const rosters = new WeakMap<Plan, Map<string, number>>();

/** People of the roster in the half hour that holds this moment. */
function rosterHeads(plan: Plan, process: Process, at: number): number {
  const known = rosters.get(plan) ?? new Map<string, number>();
  rosters.set(plan, known);
  const key = `${Math.floor(at / SLOT)}${process}`;
  const heads = known.get(key) ?? headsOf(plan, process, at);
  known.set(key, heads);
  return heads;
}

function headsOf(plan: Plan, process: Process, at: number): number {
  const { day, weekday, minute } = localTimeOf(plan.zone, at);
  if (!openMinutes(plan, day).some(([from, to]) => from <= minute && minute < to)) return 0;
  const isLate = minute >= LATE_SHIFT_FROM;
  const planned = plan.profile[isLate ? "late" : "early"][process] * (weekday === 6 ? 0.5 : 1);
  const isBreak = BREAKS.some(([from, to]) => from <= minute && minute < to);
  const dice = diceOf(
    plan.seed,
    "attendance",
    plan.site.id,
    day,
    isLate ? "late" : "early",
    process,
  );
  const came = Math.min(1, Math.max(0.6, normal(dice, plan.profile.attendance, 0.06)));
  return planned * (WEEKDAY_STAFF[weekday - 1] ?? 1) * came * (isBreak ? BREAK_STAFF : 1);
}

/** Minutes of the day between which fewer work. */
export const NIGHT = { from: 1320, to: 360 } as const;
export const NIGHT_STAFF = 0.75;

/** People that the mean load of a site needs in a process, by day. */
export function meanHeads(preset: Preset, profile: Profile, process: Process): number {
  const share = process === "check" ? preset.checked : (ZONE_SHARE[process] ?? 1);
  const own = profile.volume * (1 - preset.shop.provider);
  return (own / 24) * share * ((MEAN_SECONDS[process] * preset.serviceScale) / 3600);
}

/** People who can be found beside the usual ones, as a multiple of these. */
const MOST_MOVED = 1.6;

/** Around the clock: as many as the mean load needs, more when more waits than planned, fewer at night. */
function movedHeads({ plan, state }: Simulation, process: Process, targets: Heads): number {
  const needed = meanHeads(plan.preset, plan.profile, process);
  const pressure = state.queues[process].length / targets[process];
  const { minute } = localTimeOf(plan.zone, state.now);
  const night = minute < NIGHT.to || minute >= NIGHT.from ? NIGHT_STAFF : 1;
  return needed * night * Math.min(MOST_MOVED, Math.max(0.3, pressure));
}

const disrupted = ({ state }: Simulation, process: Process): number =>
  state.incidents
    .filter((i) => i.process === process && i.start <= state.now && state.now < i.end)
    .reduce((product, incident) => product * (incident.factor ?? 1), 1);

/** Capacity of a process now; nobody starts anything where the speed is 0. */
export function capacityOf(simulation: Simulation, process: Process): Capacity {
  const { plan, state } = simulation;
  const targets = plan.preset.queueTargets;
  const people =
    targets === null
      ? rosterHeads(plan, process, state.now) * state.overdueFactor
      : movedHeads(simulation, process, targets);
  if (people === 0) return { servers: 0, speed: 0 };
  const servers = targets === null ? Math.max(1, Math.round(people)) : Math.ceil(people);
  return { servers, speed: (people / servers) * disrupted(simulation, process) };
}

export const isOpen = (plan: Plan, at: number): boolean => rosterOrAlways(plan, at) > 0;
const rosterOrAlways = (plan: Plan, at: number): number =>
  plan.preset.queueTargets === null ? rosterHeads(plan, "pack", at) : 1;

/** At six the planners see what is overdue and call people in for the day. */
export function reviewStaff({ plan, state }: Simulation): void {
  const { minute } = localTimeOf(plan.zone, state.now);
  if (Math.round(minute) !== 360) return;
  let overdue = 0;
  for (const flow of state.flows.values())
    if (flow.stage !== "gone" && flow.shipBy < state.now) overdue += 1;
  state.overdueFactor = 1 + Math.min(0.35, (1.2 * overdue) / plan.profile.volume);
}

export const STAFF_REVIEW_MS = 30 * MINUTE;
