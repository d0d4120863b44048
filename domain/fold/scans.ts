/** What a scan does that does not simply move the order forward: it repeats, fills in, or does not fit. */
import type { Milestone } from "../order.ts";
import { isEnded, STAGE_PLACE, STAGE_RANK, type Stage } from "../stages.ts";
import type { Step } from "./corrections.ts";
import {
  clear,
  flag,
  moveOn,
  raise,
  replaceMilestone,
  SAME_STORY_MS,
  HAND_OVER_RANK,
  type Building,
  type Verdict,
} from "./state.ts";

/** Stages in which a carrier may go round again after a failed try. */
const TRIES_AGAIN: ReadonlySet<Stage> = new Set(["delivery_failed", "available_for_pickup"]);
const AFTER_RETURNING: ReadonlySet<Stage> = new Set(["returned", "lost", "delivered"]);

/** Whether goods in `from` can come to `to` by a scan. Ways back by decision (failed check, rejection, backorder) are no scans. */
export function canMove(from: Stage, to: Stage): boolean {
  if (from === to) return false;
  if (to === "delivered") return true;
  if (isEnded(from)) return to === "returned" && from !== "cancelled";
  if (from === "returning") return AFTER_RETURNING.has(to);
  if (TRIES_AGAIN.has(from)) return STAGE_RANK[to] > HAND_OVER_RANK;
  return STAGE_RANK[to] > STAGE_RANK[from];
}

const FLOOR_SCAN = /^(pick|pack|check|parcel\.staged|parcel\.handed_over)/;

/** The same scan from another device within two minutes: the first one counts, the exception says so. */
export function noteDuplicateScan(
  building: Building,
  known: Milestone | undefined,
  step: Step,
): boolean {
  const { event } = step;
  if (known?.at == null || step.at - known.at > SAME_STORY_MS || !FLOOR_SCAN.test(event.type)) {
    return false;
  }
  if (known.source === event.source && known.station === event.station) return false;
  const about = known.stage;
  const earlier = building.order.exceptions.find(
    (exception) =>
      exception.code === "DUPLICATE_SCAN" &&
      exception.about === about &&
      exception.clearedAt === undefined,
  );
  const count = (building.repeats[STAGE_PLACE[about]] ?? 0) + 1;
  building.repeats[STAGE_PLACE[about]] = count;
  const note = `${count} more within 2 minutes from another device`;
  if (earlier) earlier.note = note;
  else raise(building, "DUPLICATE_SCAN", step.at, { about, note });
  return true;
}

/** The stage is the current one already: the earliest time stays. */
export function repeated(building: Building, stage: Stage, step: Step): Verdict {
  const twice = noteDuplicateScan(building, building.done[STAGE_PLACE[stage]], step);
  const words = twice
    ? `${stage} was scanned twice within 2 minutes from two devices; the first scan counts`
    : `the order was ${stage} already; the earliest time stays`;
  return { effect: "duplicate", words };
}

/** Dated after the end: kept as evidence. Work on what was cancelled is told somebody as well, it goes on for nobody. */
export function afterTheEnd(building: Building, step: Step): Verdict {
  const { stage } = building.order;
  if (stage !== "cancelled" || !FLOOR_SCAN.test(step.event.type))
    return { effect: "impossible", words: `after the order was ${stage}: kept as evidence` };
  const words = "the order was cancelled and is still being worked: kept as evidence";
  raise(building, "IMPOSSIBLE_EVENT", step.at, {
    note: `${step.event.type} after the cancellation`,
  });
  return { effect: "impossible", words };
}

/** A scan of an earlier stage that came too long after a later one. Going back is never inferred. */
export function unexpected(building: Building, about: string, step: Step): Verdict {
  raise(building, "UNEXPECTED_SCAN", step.at, { about, note: step.event.type });
  const words = `${about} does not fit an order that was ${building.order.stage} already: not moved, kept as evidence`;
  return { effect: "impossible", words };
}

/** Index in the timeline at which a milestone of this rank belongs, in the current attempt. */
function slotOf(building: Building, rank: number): number {
  const { timeline, attempt } = building.order;
  let slot = timeline.length;
  for (; slot > 1; slot--) {
    const before = timeline[slot - 1];
    if (!before || before.attempt !== attempt || STAGE_RANK[before.stage] < rank) break;
  }
  return slot;
}

function fill(building: Building, stage: Stage, step: Step): Verdict {
  const { timeline, attempt } = building.order;
  const known = building.done[STAGE_PLACE[stage]];
  let slot = known ? timeline.lastIndexOf(known) : -1;
  let milestone: Milestone;
  if (known) {
    milestone = { ...known };
    replaceMilestone(building, slot, milestone);
  } else {
    slot = slotOf(building, STAGE_RANK[stage]);
    milestone = {
      stage,
      at: null,
      startedAt: null,
      attempt,
      inferred: false,
      dwellMs: null,
      covers: [stage],
    };
    timeline.splice(slot, 0, milestone);
    building.done[STAGE_PLACE[stage]] = milestone;
  }
  const next = timeline.slice(slot + 1).find((later) => later.at !== null)?.at ?? step.at;
  if (step.at > next) flag(building, "CLOCK_SKEW");
  milestone.at = Math.min(step.at, next);
  milestone.inferred = false;
  milestone.startedAt = building.starts[STAGE_PLACE[stage]] ?? null;
  milestone.source = step.event.source;
  if (step.event.station !== undefined) milestone.station = step.event.station;
  if (step.event.actor !== undefined) milestone.actor = step.event.actor;
  clear(building, "MISSING_SCAN", step.at, stage);
  return {
    effect: "late",
    words: `filled in the time of ${stage}; the order had already gone further`,
  };
}

const isStart = (stage: Stage): boolean => stage === "picking" || stage === "packing";

/** A scan of a stage that lies behind: within two minutes it fills a gap or repeats, later it does not fit. */
export function behind(building: Building, stage: Stage, step: Step, since: number): Verdict {
  if (step.at > since + SAME_STORY_MS) return unexpected(building, stage, step);
  const known = building.done[STAGE_PLACE[stage]];
  const wasScanned = known !== undefined && !known.inferred;
  if (!wasScanned && !isStart(stage)) return fill(building, stage, step);
  noteDuplicateScan(building, known, step);
  return { effect: "duplicate", words: `${stage} was over already: nothing to change` };
}

/** A scan of the whole order: moves it forward, or says why not. */
export function advance(building: Building, stage: Stage, step: Step): Verdict {
  const { order } = building;
  if (canMove(order.stage, stage)) return moveOn(building, stage, step);
  if (order.stage === stage) return repeated(building, stage, step);
  if (isEnded(order.stage)) return afterTheEnd(building, step);
  return behind(building, stage, step, order.stageSince);
}
