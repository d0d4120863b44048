/**
 * The work that still lies ahead of an order before it is on the truck, as the site's stage budgets plan it: one step for each stage the site scans, from
 * the one the order is in, and the dock buffer. A stage's budget is the time from entering it to leaving it.
 */
import type { Site } from "./site.ts";
import { FORWARD_STAGES, STAGE_RANK, isBeforeHandOver, type Stage } from "./stages.ts";
import { HOUR_MS, MINUTE_MS, durationMs } from "./wall-clock.ts";
import { dockBufferMs } from "./calendar.ts";

/** `ms` is planned from entering `stage` to reaching `next`. */
export type Step = { stage: Stage; next: Stage; ms: number };

export type Remaining = {
  /** before hand-over; else there is no step */
  isInside: boolean;
  steps: readonly Step[];
  /** goods must stand on the dock so long before the truck leaves; 0 once they do, or when the site budgets its stage `staged` */
  dockMs: number;
  totalMs: number;
  /** the least that hands and dock need when nothing waits, as elapsed time: people may come in; with less than that left nothing helps. At most `totalMs` */
  shortestMs: number;
  /** `105 min of work remain` or `Ready to leave` */
  words: string;
  /** ` (to picked 60, to packed 30, dock 15)`; empty without work */
  details: string;
};

const OUTSIDE: Remaining = {
  isInside: false,
  steps: [],
  dockMs: 0,
  totalMs: 0,
  shortestMs: 0,
  words: "",
  details: "",
};

/** The forward stages that the site scans before hand-over, in their order. */
const stagesInside = (site: Site): Stage[] =>
  FORWARD_STAGES.filter((stage) => isBeforeHandOver(stage) && site.stages.includes(stage));

/** Stages from the one the order is in; one that the site does not scan counts as the last scanned stage before it. */
function stagesFrom(site: Site, stage: Stage): Stage[] {
  const inside = stagesInside(site);
  if (stage === "staged") return inside.filter((listed) => listed === "staged");
  const current = inside.findLast((listed) => STAGE_RANK[listed] <= STAGE_RANK[stage]);
  const from = current === undefined ? -1 : STAGE_RANK[current];
  return inside.filter((listed) => STAGE_RANK[listed] >= from);
}

function detailsOf(steps: readonly Step[], dockMs: number): string {
  const parts = steps
    .filter((step) => step.ms > 0)
    .map((step) => `to ${step.next.replaceAll("_", " ")} ${step.ms / MINUTE_MS}`);
  if (dockMs > 0) parts.push(`dock ${dockMs / MINUTE_MS}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Hands need half as much again as on average, and some minutes between the stations (design page, 4.1). */
const TOUCH_FACTOR = 1.5;
const BETWEEN_MS = 5 * MINUTE_MS;
/** Where no station says how long hands need, this part of the planned time is not waiting. */
const TOUCH_SHARE = 0.25;

/** Stations are named after the stage they work in, or the one they lead to. */
function worksAt(step: Step, stage: Stage): boolean {
  if (stage === "picking") return step.next === "picked";
  return stage === "packing" ? step.next === "packed" : stage === step.next;
}

/** Time in hands on one order in this step; none where work only waits for a decision or a scan. */
function touchMs(site: Site, step: Step): number {
  if (site.stations.length === 0) return step.ms * TOUCH_SHARE;
  const rates = site.stations
    .filter(({ stage }) => worksAt(step, stage))
    .map((one) => one.ratePerHour);
  if (rates.length === 0) return 0;
  return HOUR_MS / (rates.reduce((sum, rate) => sum + rate, 0) / rates.length);
}

function shortestOf(site: Site, steps: readonly Step[], dockMs: number, totalMs: number): number {
  if (totalMs === 0) return 0;
  const touch = steps.reduce((sum, step) => sum + touchMs(site, step), 0);
  return Math.min(totalMs, Math.round(TOUCH_FACTOR * touch) + BETWEEN_MS + dockMs);
}

function compute(site: Site, stage: Stage): Remaining {
  const budget = (of: Stage): number => durationMs(site.stageBudgets[of] ?? "P0D");
  const ahead = stagesFrom(site, stage);
  const steps = ahead.map((of, index) => ({
    stage: of,
    next: ahead[index + 1] ?? ("handed_over" as const),
    ms: budget(of),
  }));
  const isOnDock =
    stage === "staged" || steps.some((step) => step.stage === "staged" && step.ms > 0);
  const dockMs = isOnDock ? 0 : dockBufferMs(site);
  const totalMs = steps.reduce((sum, step) => sum + step.ms, dockMs);
  const words = totalMs === 0 ? "Ready to leave" : `${totalMs / MINUTE_MS} min of work remain`;
  const shortestMs = shortestOf(site, steps, dockMs, totalMs);
  const details = detailsOf(steps, dockMs);
  return { isInside: true, steps, dockMs, totalMs, shortestMs, words, details };
}

const known = new WeakMap<Site, Map<Stage, Remaining>>();

/** What remains for an order in `stage` at a site; remembered per `Site` object. */
export function remainingOf(site: Site, stage: Stage): Remaining {
  if (!isBeforeHandOver(stage)) return OUTSIDE;
  const bySite = known.get(site) ?? new Map<Stage, Remaining>();
  known.set(site, bySite);
  const remembered = bySite.get(stage);
  if (remembered !== undefined) return remembered;
  const made = compute(site, stage);
  bySite.set(stage, made);
  return made;
}
