/**
 * Parcels. A scan that names no parcel speaks for all of the order. After packing the order stands where its least advanced parcel stands; it is delivered
 * when all are.
 */
import type { Parcel } from "../order.ts";
import { isEnded, STAGE_RANK, type Stage } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { isComplete, progress } from "./quantities.ts";
import { advance, afterTheEnd, behind, canMove, repeated, unexpected } from "./scans.ts";
import {
  enter,
  HAND_OVER_RANK,
  moveOn,
  PACKED_RANK,
  SAME_STORY_MS,
  type Building,
  type Verdict,
} from "./state.ts";

/** The fields by which events speak about a parcel. */
export type ParcelNews = {
  parcelId?: string;
  trackingCode?: string;
  carrier?: string;
  service?: string;
  weightG?: number;
  lines?: Parcel["lines"];
  carrierStatus?: string;
  location?: string;
  eta?: number;
};
const NEWS_FIELDS = [
  "trackingCode",
  "carrier",
  "service",
  "weightG",
  "lines",
  "carrierStatus",
  "location",
  "eta",
] as const;

const isNamed = (news: ParcelNews): boolean =>
  news.parcelId !== undefined || news.trackingCode !== undefined;

/** The parcel that an event names. A tracking code nobody knows yet belongs to the only parcel that has none. */
export function findParcel(building: Building, news: ParcelNews): Parcel | undefined {
  const { parcels } = building.order;
  const { parcelId, trackingCode } = news;
  const byId = parcels.find((parcel) => parcel.parcelId === parcelId);
  if (byId || trackingCode === undefined) return byId;
  const byCode = parcels.find(
    (parcel) => parcel.trackingCode === trackingCode || parcel.parcelId === trackingCode,
  );
  if (byCode || parcelId !== undefined) return byCode;
  const uncoded = parcels.filter((parcel) => parcel.trackingCode === undefined);
  return uncoded.length === 1 ? uncoded[0] : undefined;
}

/** Takes over what is news; says whether anything changed. */
export function tell(parcel: Parcel, news: ParcelNews): boolean {
  let changed = false;
  for (const field of NEWS_FIELDS) {
    if (news[field] === undefined || news[field] === parcel[field]) continue;
    Object.assign(parcel, { [field]: news[field] });
    changed = true;
  }
  return changed;
}

export function addParcel(building: Building, news: ParcelNews, stage: Stage, at: number): Parcel {
  const parcelId = news.parcelId ?? news.trackingCode ?? "";
  const parcel: Parcel = { parcelId, stage, stageSince: at };
  tell(parcel, news);
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

/** A further parcel turned up behind the others: what was reached was not reached by all of the order. */
function fallBack(building: Building, stage: Stage, step: Step): Verdict {
  const { order, done } = building;
  const rank = STAGE_RANK[stage];
  order.timeline = order.timeline.filter(
    (milestone) => STAGE_RANK[milestone.stage] <= rank || done.get(milestone.stage) !== milestone,
  );
  for (const reached of done.keys()) if (STAGE_RANK[reached] > rank) done.delete(reached);
  if (done.has(stage)) {
    order.stage = stage;
    order.stageSince = step.at;
  } else enter(building, stage, step);
  return { effect: "applied", words: `a further parcel is ${stage}: so is the order` };
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
  if (named && !isEnded(stage) && building.packingByCount && !isComplete(building, "packed")) {
    return { ...stays, words: `${stays.words}, ${progress(building, "packed")} are packed` };
  }
  if (stage === order.stage) return stays;
  if (canMove(order.stage, stage)) return moveOn(building, stage, step);
  if (isEnded(order.stage) || rank < PACKED_RANK || rank > STAGE_RANK[order.stage]) return stays;
  return fallBack(building, stage, step);
}

function standing(
  building: Building,
  stage: Stage,
  step: Step,
  targets: readonly Parcel[],
  isNews: boolean,
): Verdict {
  const news: Verdict = { effect: "applied", words: "the carrier's newer word; nothing moved" };
  if (targets.every((parcel) => parcel.stage === stage)) {
    return isNews && STAGE_RANK[stage] > HAND_OVER_RANK ? news : repeated(building, stage, step);
  }
  if (stage === "in_transit" && targets.every((parcel) => parcel.stage === "returning"))
    return news;
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

function newParcel(building: Building, stage: Stage, step: Step, news: ParcelNews): Verdict {
  const { order } = building;
  const isOut = STAGE_RANK[order.stage] >= HAND_OVER_RANK;
  if (isOut && STAGE_RANK[stage] < HAND_OVER_RANK) return unexpected(building, stage, step);
  addParcel(building, news, stage, step.at);
  return settle(building, step, true);
}

/** A scan of one parcel, or of all of them. */
export function parcelScan(
  building: Building,
  stage: Stage,
  step: Step,
  news: ParcelNews,
): Verdict {
  const { order } = building;
  const named = isNamed(news);
  const found = named ? findParcel(building, news) : undefined;
  if (isEnded(order.stage) && !canMove(order.stage, stage) && order.stage !== stage) {
    return afterTheEnd(building, step);
  }
  if (named && !found) {
    return isEnded(order.stage) && order.stage !== "cancelled"
      ? afterTheEnd(building, step)
      : newParcel(building, stage, step, news);
  }
  const targets = found ? [found] : order.parcels;
  if (targets.length === 0) return advance(building, stage, step);
  const moving = targets.filter((parcel) => canMove(parcel.stage, stage));
  const behindAll = targets.every(
    (parcel) => parcel.stage !== stage && !canMove(parcel.stage, stage),
  );
  const isNews =
    !(behindAll && targets.some((parcel) => parcel.stage !== "returning")) &&
    targets.filter((parcel) => tell(parcel, news)).length > 0;
  if (moving.length === 0) return standing(building, stage, step, targets, isNews);
  for (const parcel of moving) putParcel(parcel, stage, step.at);
  return settle(building, step, named);
}
