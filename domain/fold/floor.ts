/** Scans of the warehouse floor up to packing, and the decisions that send an order back. */
import type { EventData } from "../event.ts";
import { isEnded, STAGE_PLACE, STAGE_RANK, type Stage } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { takeAsPackedByOthers, nameParcel, packedParcel, parcelCalled } from "./parcel-names.ts";
import { addParcel, putParcel, settle, tellPacked } from "./parcels.ts";
import { count, countAll, hasAny, isComplete, progress } from "./quantities.ts";
import { advance, afterTheEnd, unexpected } from "./scans.ts";
import {
  clear,
  clearReached,
  HAND_OVER_RANK,
  inferBelow,
  moveOn,
  PACKED_RANK,
  raise,
  SAME_STORY_MS,
  type Building,
  type Verdict,
} from "./state.ts";

type Lines = EventData["pick.completed"]["lines"];
type PackedParcels = EventData["pack.completed"]["parcels"];
type Packed = NonNullable<PackedParcels>;

/** A start scan: enters the process, or tells when it really began. */
export function startScan(
  building: Building,
  process: "picking" | "packing",
  ends: "picked" | "packed",
  step: Step,
): Verdict {
  const { order, starts } = building;
  if (order.stage === process && starts[STAGE_PLACE[ends]] === undefined) {
    starts[STAGE_PLACE[ends]] = step.at;
    return { effect: "applied", words: `${process} began` };
  }
  if (STAGE_RANK[order.stage] < STAGE_RANK[process]) starts[STAGE_PLACE[ends]] = step.at;
  return advance(building, process, step);
}

/** Some of it is done: the order is in the process, and stays there. */
function partly(
  building: Building,
  process: "picking" | "packing",
  what: "picked" | "packed",
  step: Step,
): Verdict {
  const words = `${what} ${progress(building, what)}`;
  if (building.order.stage === process) return { effect: "applied", words };
  const verdict = moveOn(building, process, step);
  return { effect: verdict.effect, words: `${verdict.words}; ${words}` };
}

/** Units found after all are short no longer. */
function reduceShort(building: Building, at: number): void {
  for (const line of building.order.lines) {
    if (line.short === 0 || line.picked + line.short <= line.quantity) continue;
    line.short = line.quantity - line.picked;
    if (line.short === 0) clear(building, "SHORT_PICK", at, `line ${line.line}`);
  }
}

/** Part of the order is being packed while the rest is still picked: a split order, not a scan out of its place. */
const picksOn = (building: Building): boolean =>
  building.order.stage === "packing" &&
  hasAny(building, "picked") &&
  !isComplete(building, "picked");

/** The order went on without what was short, and it comes now: no repetition of the scan before, which is told again within two minutes at most. */
function findsShort(building: Building, lines: NonNullable<Lines>, step: Step): boolean {
  const { order, done } = building;
  const rank = STAGE_RANK[order.stage];
  const pickedAt = done[STAGE_PLACE.picked]?.at ?? null;
  if (rank < STAGE_RANK.picked || rank >= HAND_OVER_RANK) return false;
  if (pickedAt !== null && step.at <= pickedAt + SAME_STORY_MS) return false;
  return lines.some(({ line: number, quantity }) =>
    order.lines.some(({ line, short }) => line === number && short > 0 && quantity > 0),
  );
}

export function pickCompleted(building: Building, lines: Lines, step: Step): Verdict {
  const { order } = building;
  if (lines !== undefined && (picksOn(building) || findsShort(building, lines, step))) {
    count(building, "picked", lines);
    reduceShort(building, step.at);
    const words = `picked ${progress(building, "picked")}; the order stays ${order.stage}`;
    return { effect: "applied", words };
  }
  if (isEnded(order.stage) || STAGE_RANK[order.stage] >= STAGE_RANK.picked) {
    return advance(building, "picked", step);
  }
  if (lines === undefined) countAll(building, "picked");
  else {
    count(building, "picked", lines);
    reduceShort(building, step.at);
  }
  return lines === undefined || isComplete(building, "picked")
    ? advance(building, "picked", step)
    : partly(building, "picking", "picked", step);
}

/** When something else than a scan made the quantities complete (a shortage, a smaller order), the process is over. */
export function finishByCount(building: Building, step: Step): Verdict | null {
  const { order } = building;
  if (order.stage === "picking" && hasAny(building, "picked") && isComplete(building, "picked")) {
    return moveOn(building, "picked", step);
  }
  if (order.stage === "packing" && building.packingByCount && isComplete(building, "packed")) {
    return finishPacking(building, step);
  }
  return null;
}

export function pickShorted(
  building: Building,
  lines: EventData["pick.shorted"]["lines"],
  step: Step,
): Verdict {
  const { order } = building;
  if (isEnded(order.stage)) return afterTheEnd(building, step);
  if (STAGE_RANK[order.stage] >= HAND_OVER_RANK) return unexpected(building, "picking", step);
  for (const { line: number, missing, reason } of lines) {
    const line = order.lines.find((ordered) => ordered.line === number);
    if (line) line.short = Math.min(missing, line.quantity);
    const note = reason === undefined ? `${missing} missing` : `${missing} missing: ${reason}`;
    raise(building, "SHORT_PICK", step.at, { about: `line ${number}`, note });
  }
  const isBefore = STAGE_RANK[order.stage] < STAGE_RANK.picking;
  const moved = isBefore ? moveOn(building, "picking", step) : null;
  const finished = finishByCount(building, step);
  if (moved?.effect === "inferred") return moved;
  const words = `a shortage is known; the order is ${order.stage}`;
  return finished ?? { effect: "applied", words };
}

export function packStarted(building: Building, parcels: PackedParcels, step: Step): Verdict {
  const { order } = building;
  const isFit = !isEnded(order.stage) && STAGE_RANK[order.stage] <= STAGE_RANK.packing;
  const verdict = startScan(building, "packing", "packed", step);
  if (!isFit) return verdict;
  for (const news of parcels ?? []) {
    const parcel =
      packedParcel(building, news, step) ?? addParcel(building, news.parcelId, "packing", step.at);
    nameParcel(building, news.parcelId, parcel, step);
    tellPacked(parcel, news);
  }
  return verdict;
}

/** Packing is over: parcels that were under the packer's hands are packed; those that went ahead stay ahead. */
function finishPacking(building: Building, step: Step): Verdict {
  building.packingByCount = false;
  for (const parcel of building.order.parcels) {
    if (STAGE_RANK[parcel.stage] < PACKED_RANK) putParcel(parcel, "packed", step.at);
  }
  const verdict = moveOn(building, "packed", step);
  if (building.order.parcels.length > 0) settle(building, step, false);
  return verdict;
}

/** Takes the parcels of a pack scan and counts their lines; says how many were not packed before. */
function takeParcels(building: Building, parcels: Packed, stage: Stage, step: Step): number {
  let taken = 0;
  for (const news of parcels) {
    const known = packedParcel(building, news, step);
    if (!known && takeAsPackedByOthers(building, news, step)) continue;
    const parcel = known ?? addParcel(building, news.parcelId, stage, step.at);
    nameParcel(building, news.parcelId, parcel, step);
    tellPacked(parcel, news);
    if (known && STAGE_RANK[known.stage] >= PACKED_RANK) continue;
    if (known) putParcel(known, "packed", step.at);
    if (news.lines) count(building, "packed", news.lines);
    taken++;
  }
  return taken;
}

/** The order was packed before: the scan repeats it, names its parcels, or brings a further one. */
function packedAgain(building: Building, parcels: Packed, step: Step): Verdict {
  const { order } = building;
  const isNaming = order.parcels.length === 0;
  const taken = takeParcels(building, parcels, isNaming ? order.stage : "packed", step);
  if (taken > 0 && !isNaming) return settle(building, step, true);
  return advance(building, "packed", step);
}

/** Shops make fulfillments of what has left long ago: no scan that is out of place. */
const takeAsToldByAnother = (building: Building, parcels: Packed, step: Step): boolean =>
  parcels.length > 0 &&
  parcels.every(
    (news) =>
      parcelCalled(building, news.parcelId, step.event.source) === undefined &&
      takeAsPackedByOthers(building, news, step),
  );

export function packCompleted(building: Building, packed: PackedParcels, step: Step): Verdict {
  const { order } = building;
  const rank = STAGE_RANK[order.stage];
  const parcels = packed ?? [];
  if (isEnded(order.stage)) return advance(building, "packed", step);
  if (rank >= HAND_OVER_RANK)
    return takeAsToldByAnother(building, parcels, step)
      ? { effect: "duplicate", words: "another system had told that it is packed: nothing moved" }
      : advance(building, "packed", step);
  if (rank >= PACKED_RANK) return packedAgain(building, parcels, step);
  takeParcels(building, parcels, "packed", step);
  const isCounted = parcels.length > 0 && parcels.every((parcel) => parcel.lines !== undefined);
  if (!isCounted) countAll(building, "packed");
  if (isComplete(building, "packed")) return finishPacking(building, step);
  building.packingByCount = true;
  return partly(building, "packing", "packed", step);
}

/** A decision that needs goods in the building: null when they are, else why it cannot be. */
export function refuseOutside(building: Building, about: Stage, step: Step): Verdict | null {
  if (isEnded(building.order.stage)) return afterTheEnd(building, step);
  return STAGE_RANK[building.order.stage] >= HAND_OVER_RANK
    ? unexpected(building, about, step)
    : null;
}

/** What a scan implies without moving the order there by itself. */
export function inferAndStand(building: Building, rank: number, step: Step): Stage[] {
  if (building.packingByCount) return [];
  const implied = inferBelow(building, rank, step);
  const last = implied.at(-1);
  if (last !== undefined && STAGE_RANK[last] > STAGE_RANK[building.order.stage]) {
    building.order.stage = last;
    building.order.stageSince = step.at;
    clearReached(building, last, step.at);
  }
  return implied;
}
