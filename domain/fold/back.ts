/** The ways back: a failed check, a rejection, a backorder. None of them is ever inferred. */
import type { EventData } from "../event.ts";
import type { Milestone } from "../order.ts";
import { STAGE_PLACE, STAGE_RANK } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { inferAndStand, refuseOutside } from "./floor.ts";
import { parcelCalled } from "./parcel-names.ts";
import { parcelScan, putParcel, type ParcelNews } from "./parcels.ts";
import { countBack, countNone } from "./quantities.ts";
import { behind, noteDuplicateScan, repeated, unexpected } from "./scans.ts";
import {
  enter,
  flag,
  forgetFrom,
  HAND_OVER_RANK,
  MAX_ATTEMPTS,
  raise,
  SAME_STORY_MS,
  type Building,
  type Verdict,
} from "./state.ts";

export function checkStarted(building: Building, step: Step): Verdict {
  const { order, starts } = building;
  if (STAGE_RANK[order.stage] >= STAGE_RANK.checked) {
    const refused = refuseOutside(building, "checked", step);
    return refused ?? behind(building, "checked", step, order.stageSince);
  }
  if (starts[STAGE_PLACE.checked] !== undefined)
    return { effect: "duplicate", words: "the check had begun already" };
  building.sampled = true;
  const implied = inferAndStand(building, STAGE_RANK.checked, step);
  starts[STAGE_PLACE.checked] = step.at;
  return implied.length > 0
    ? {
        effect: "inferred",
        words: `the check began and implies ${implied.join(", ")}, never scanned`,
      }
    : { effect: "applied", words: "the check began" };
}

export function checkPassed(building: Building, news: ParcelNews, step: Step): Verdict {
  const verdict = parcelScan(building, "checked", step, news);
  // Of several parcels perhaps only some are sampled: one pass is enough not to miss the others'.
  if (verdict.effect === "applied" || verdict.effect === "inferred") building.sampled = false;
  return verdict;
}

/** Starts the next attempt; a loop of them is worth a look. */
function nextAttempt(building: Building, step: Step): void {
  const { order } = building;
  order.attempt++;
  flag(building, "REWORK");
  if (order.attempt > MAX_ATTEMPTS) {
    raise(building, "REWORK_LOOP", step.at, { note: `attempt ${order.attempt}` });
  }
}

/** Takes the failed parcels apart again; without a parcel's own lines nobody knows which, so all lines are open. */
function unpack(
  building: Building,
  to: "picking" | "packing",
  parcelId: string | undefined,
  step: Step,
): void {
  const failed = parcelCalled(building, parcelId, step.event.source);
  const affected = failed ? [failed] : building.order.parcels;
  for (const parcel of affected) {
    if (STAGE_RANK[parcel.stage] < HAND_OVER_RANK) putParcel(parcel, to, step.at);
  }
  const counted = failed?.lines;
  if (counted) countBack(building, "packed", counted);
  else countNone(building, "packed");
  if (to === "packing") return;
  if (counted) countBack(building, "picked", counted);
  else countNone(building, "picked");
}

/** The order stands where a failed check sent it, and nothing has been done since. */
function standsBack({ order: { timeline, attempt } }: Building): Milestone | undefined {
  const [before, last] = timeline.slice(-2);
  const isFirst = last?.attempt === attempt && before?.attempt !== attempt;
  return isFirst && (last.stage === "picking" || last.stage === "packing") ? last : undefined;
}

/** The same failure within two minutes, under another id or from another device: the goods went back once. */
function isToldAgain(building: Building, parcelId: string | undefined, step: Step): boolean {
  const back = standsBack(building);
  const isOpen = building.order.exceptions.some(
    ({ code, about, clearedAt }) =>
      code === "QC_REJECT" && about === parcelId && clearedAt === undefined,
  );
  if (back?.at == null || step.at - back.at > SAME_STORY_MS || !isOpen) return false;
  noteDuplicateScan(building, { ...back, stage: "checked" }, step);
  return true;
}

export function checkFailed(
  building: Building,
  data: EventData["check.failed"],
  step: Step,
): Verdict {
  const { order } = building;
  const { parcelId, defect, to = "packing" } = data;
  const refused = refuseOutside(building, "checked", step);
  if (refused) return refused;
  const parcel = parcelCalled(building, parcelId, step.event.source);
  if (parcel && STAGE_RANK[parcel.stage] >= HAND_OVER_RANK) {
    return unexpected(building, "checked", step);
  }
  if (isToldAgain(building, parcelId, step))
    return { effect: "duplicate", words: "the check had failed already: the goods go back once" };
  building.sampled = true;
  inferAndStand(building, STAGE_RANK.checked, step);
  nextAttempt(building, step);
  const note = defect?.note ?? defect?.code;
  raise(building, "QC_REJECT", step.at, { about: parcelId, note });
  forgetFrom(building, STAGE_RANK[to]);
  unpack(building, to, parcelId, step);
  enter(building, to, step);
  return { effect: "applied", words: `the check failed: back to ${to}, attempt ${order.attempt}` };
}

export function rejected(
  building: Building,
  data: EventData["order.rejected"],
  step: Step,
): Verdict {
  const { order } = building;
  const refused = refuseOutside(building, "allocated", step);
  if (refused) return refused;
  nextAttempt(building, step);
  forgetFrom(building, STAGE_RANK.allocated);
  order.parcels = order.parcels.filter((parcel) => STAGE_RANK[parcel.stage] >= HAND_OVER_RANK);
  countNone(building, "picked");
  countNone(building, "packed");
  enter(building, "allocated", step);
  raise(building, "TPL_REJECTED", step.at, { about: data.by, note: data.reason });
  return { effect: "applied", words: "refused by who was to fulfil it: back to allocated" };
}

export function backordered(building: Building, step: Step): Verdict {
  const { order } = building;
  if (order.stage === "backordered") return repeated(building, "backordered", step);
  const refused = refuseOutside(building, "backordered", step);
  if (refused) return refused;
  if (STAGE_RANK[order.stage] >= STAGE_RANK.picked)
    return unexpected(building, "backordered", step);
  forgetFrom(building, STAGE_RANK.backordered);
  countNone(building, "picked");
  enter(building, "backordered", step);
  raise(building, "STOCK_OUT", step.at);
  return { effect: "applied", words: "stock is missing: the order waits for it" };
}
