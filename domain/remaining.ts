/**
 * The work that still lies ahead of an order before it is on the truck, as the site's stage budgets plan it: one step for each stage the site scans, from
 * the one the order is in, and the dock buffer. A stage's budget is the time from entering it to leaving it.
 */
import type { Site } from "./site.ts";
import { FORWARD_STAGES, STAGE_RANK, isBeforeHandOver, type Stage } from "./stages.ts";
import { MINUTE_MS, durationMs } from "./wall-clock.ts";
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
  return { isInside: true, steps, dockMs, totalMs, words, details: detailsOf(steps, dockMs) };
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
