/**
 * Parcels. A scan that names no parcel speaks for all of the order. After packing the order stands where its least advanced parcel stands; it is delivered
 * when all are.
 */
import type { Parcel } from "../order.ts";
import { isEnded, STAGE_PLACE, STAGE_RANK, type Stage } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { scannedParcels, takeCode } from "./parcel-names.ts";
import { isComplete, progress } from "./quantities.ts";
import { advance, afterTheEnd, behind, canMove, repeated, unexpected } from "./scans.ts";
import {
  enter,
  forgetMarks,
  HAND_OVER_RANK,
  moveOn,
  PACKED_RANK,
  raise,
  replaceMilestone,
  SAME_STORY_MS,
  type Building,
  type Verdict,
} from "./state.ts";

/** What a pack scan and a parcel scan may say about a parcel. Events may hold any other field; only these are taken. */
const PACK_FACTS = ["trackingCode", "carrier", "service", "weightG", "lines"] as const;
const SCAN_FACTS = ["trackingCode", "carrier", "carrierStatus", "location", "eta"] as const;
type Fact = (typeof PACK_FACTS)[number] | (typeof SCAN_FACTS)[number];
export type ParcelNews = { [F in "parcelId" | Fact]?: Parcel[F] | undefined };

const isNamed = (news: ParcelNews): boolean =>
  news.parcelId !== undefined || news.trackingCode !== undefined;

function tell(parcel: Parcel, news: ParcelNews, facts: readonly Fact[]): boolean {
  const told: Record<string, unknown> = parcel;
  let isNews = false;
  for (const fact of facts) {
    if (news[fact] === undefined || news[fact] === parcel[fact]) continue;
    told[fact] = news[fact];
    isNews = true;
  }
  return isNews;
}

export const tellPacked = (parcel: Parcel, news: ParcelNews): boolean =>
  tell(parcel, news, PACK_FACTS);
const tellScanned = (parcel: Parcel, news: ParcelNews): boolean => tell(parcel, news, SCAN_FACTS);

export function addParcel(building: Building, parcelId: string, stage: Stage, at: number): Parcel {
  const parcel: Parcel = { parcelId, stage, stageSince: at };
  building.order.parcels.push(parcel);
  return parcel;
}

export function putParcel(parcel: Parcel, stage: Stage, at: number): void {
  parcel.stage = stage;
  parcel.stageSince = at;
}

export const anyHandedOver = (building: Building): boolean =>
  STAGE_RANK[building.order.stage] >= HAND_OVER_RANK ||
  building.order.parcels.some((parcel) => STAGE_RANK[parcel.stage] >= HAND_OVER_RANK);

/** Where the order stands by its parcels: the least advanced that is still under way, else the worst end. */
function stageOfParcels(parcels: readonly Parcel[]): Stage {
  let least: Stage | undefined;
  let worst: Stage = "delivered";
  for (const { stage } of parcels) {
    if (isEnded(stage)) {
      if (STAGE_RANK[stage] > STAGE_RANK[worst]) worst = stage;
    } else if (least === undefined || STAGE_RANK[stage] < STAGE_RANK[least]) least = stage;
  }
  return least ?? worst;
}

/** All of the order came there only now, with a parcel that nobody had told of: it is there since then, not since the others are. */
function reachedByAll(building: Building, stage: Stage, step: Step): void {
  const { order, done } = building;
  const known = done[STAGE_PLACE[stage]];
  order.stageSince = step.at;
  if (known === undefined || known.at === null || known.at >= step.at) return;
  replaceMilestone(building, order.timeline.lastIndexOf(known), { ...known, at: step.at });
}

/** A further parcel turned up behind the others: what was reached was not reached by all of the order. */
function fallBack(building: Building, stage: Stage, step: Step): Verdict {
  const { order, done } = building;
  const rank = STAGE_RANK[stage];
  // What is of an earlier attempt and lies this far on was forgotten when that attempt ended; it stays as history.
  order.timeline = order.timeline.filter(
    (milestone) => STAGE_RANK[milestone.stage] <= rank || milestone.attempt !== order.attempt,
  );
  forgetMarks(done, rank + 1);
  if (done[STAGE_PLACE[stage]] !== undefined) {
    order.stage = stage;
    reachedByAll(building, stage, step);
  } else enter(building, stage, step);
  return { effect: "applied", words: `a further parcel is ${stage}: so is the order` };
}

/**
 * A parcel whose packing nobody scanned went further: its scan implies that it was packed, with whatever is in no other parcel. A tracking code alone is such a
 * parcel only when it can be none of the others.
 */
function holdsTheRest(parcel: Parcel, _: number, parcels: readonly Parcel[]): boolean {
  if (parcel.lines !== undefined || STAGE_RANK[parcel.stage] <= PACKED_RANK) return false;
  const isOnlyCode = parcel.parcelId === parcel.trackingCode;
  return !isOnlyCode || parcels.every(({ trackingCode }) => trackingCode !== undefined);
}

/** Units of the order are in no parcel yet: what became of the others, even their delivery, is not yet true of the order. */
function leavesSomething(building: Building, stage: Stage): boolean {
  if (!building.packingByCount || isComplete(building, "packed")) return false;
  if (building.order.parcels.some(holdsTheRest)) return false;
  return (
    !isEnded(stage) || (stage === "delivered" && STAGE_RANK[building.order.stage] < PACKED_RANK)
  );
}

/** Brings the order to where its parcels are, after some of them moved. */
export function settle(building: Building, step: Step, named: boolean): Verdict {
  const { order } = building;
  const stage = stageOfParcels(order.parcels);
  const rank = STAGE_RANK[stage];
  const stays: Verdict = {
    effect: "applied",
    words: `a parcel moved; the order stays ${order.stage}`,
  };
  if (named && leavesSomething(building, stage)) {
    return { ...stays, words: `${stays.words}, ${progress(building, "packed")} are packed` };
  }
  if (stage === order.stage) return stays;
  if (canMove(order.stage, stage)) return moveOn(building, stage, step);
  if (isEnded(order.stage) || rank < PACKED_RANK || rank > STAGE_RANK[order.stage]) return stays;
  return fallBack(building, stage, step);
}

const CARRIER_NEWS: Verdict = {
  effect: "applied",
  words: "the carrier's newer word; nothing moved",
};

/** Further scans on the same leg, or on the way back, tell where it is and move nothing. */
function carrierNews(
  stage: Stage,
  targets: readonly Parcel[],
  news: ParcelNews,
): Verdict | undefined {
  const isSame = targets.every((parcel) => parcel.stage === stage);
  const isOnTheWayBack =
    stage === "in_transit" && targets.every((parcel) => parcel.stage === "returning");
  const speaksOfIt = STAGE_RANK[stage] > HAND_OVER_RANK && !isEnded(stage);
  if (!speaksOfIt || !(isSame || isOnTheWayBack)) return undefined;
  const told = targets.filter((parcel) => tellScanned(parcel, news));
  return told.length > 0 || isOnTheWayBack ? CARRIER_NEWS : undefined;
}

/** None of the scanned parcels can move there. */
function standing(
  building: Building,
  stage: Stage,
  step: Step,
  targets: readonly Parcel[],
): Verdict {
  if (targets.every((parcel) => parcel.stage === stage)) return repeated(building, stage, step);
  const ended = targets.find((parcel) => isEnded(parcel.stage));
  if (ended) {
    const words = `after parcel ${ended.parcelId} was ${ended.stage}: kept as evidence`;
    return { effect: "impossible", words };
  }
  const since = Math.max(...targets.map((parcel) => parcel.stageSince));
  if (step.at > since + SAME_STORY_MS || STAGE_RANK[building.order.stage] > STAGE_RANK[stage]) {
    return behind(building, stage, step, since);
  }
  return { effect: "duplicate", words: "the parcel had gone further already: nothing to change" };
}

/** What it means by itself that a parcel came there. */
const RAISES: Partial<Record<Stage, string>> = {
  delivery_failed: "ATTEMPT_FAILED",
  returning: "RETURN_TO_SENDER",
  lost: "LOST_OR_STOLEN",
};

function raiseFor(building: Building, stage: Stage, step: Step, about: string | undefined): void {
  const code = RAISES[stage];
  if (code !== undefined) raise(building, code, step.at, { about });
}

function newParcel(building: Building, stage: Stage, step: Step, news: ParcelNews): Verdict {
  const isOut = STAGE_RANK[building.order.stage] >= HAND_OVER_RANK;
  if (isOut && STAGE_RANK[stage] < HAND_OVER_RANK) return unexpected(building, stage, step);
  const parcelId = news.parcelId ?? news.trackingCode ?? "";
  const parcel = addParcel(building, parcelId, stage, step.at);
  tellScanned(parcel, news);
  const isBeside = building.order.stage === stage && !isEnded(stage);
  const verdict = settle(building, step, true);
  if (isBeside && building.order.stage === stage) reachedByAll(building, stage, step);
  raiseFor(building, stage, step, parcelId);
  return verdict;
}

function knownParcels(
  building: Building,
  stage: Stage,
  step: Step,
  news: ParcelNews,
  targets: readonly Parcel[],
): Verdict {
  const moving = targets.filter((parcel) => canMove(parcel.stage, stage));
  if (moving.length === 0) {
    return carrierNews(stage, targets, news) ?? standing(building, stage, step, targets);
  }
  for (const parcel of moving) {
    tellScanned(parcel, news);
    putParcel(parcel, stage, step.at);
  }
  const verdict = settle(building, step, isNamed(news));
  if (!isNamed(news)) raiseFor(building, stage, step, undefined);
  else for (const { parcelId } of moving) raiseFor(building, stage, step, parcelId);
  return verdict;
}

/** The order is scanned as a whole and no parcel of it is known. */
function wholeOrder(building: Building, stage: Stage, step: Step): Verdict {
  const from = building.order.stage;
  if (from === "returning" && stage === "in_transit") return CARRIER_NEWS;
  const moves = canMove(from, stage);
  const verdict = advance(building, stage, step);
  if (moves) raiseFor(building, stage, step, undefined);
  return verdict;
}

/** A name nobody knows is a further parcel, unless the order as a whole has been there already. */
function isFurther(building: Building, stage: Stage): boolean {
  const { order } = building;
  if (isEnded(order.stage) && order.stage === stage) return false;
  return order.parcels.length > 0 || canMove(order.stage, stage);
}

/** A scan of one parcel, or of all of them. */
export function parcelScan(
  building: Building,
  stage: Stage,
  step: Step,
  news: ParcelNews,
): Verdict {
  const { order } = building;
  if (isEnded(order.stage) && !canMove(order.stage, stage) && order.stage !== stage) {
    return afterTheEnd(building, step);
  }
  const targets = scannedParcels(building, news, step);
  takeCode(building, news, targets);
  if (targets.length > 0) return knownParcels(building, stage, step, news, targets);
  if (isNamed(news)) {
    return isFurther(building, stage)
      ? newParcel(building, stage, step, news)
      : wholeOrder(building, stage, step);
  }
  return order.parcels.length > 0
    ? knownParcels(building, stage, step, news, order.parcels)
    : wholeOrder(building, stage, step);
}
