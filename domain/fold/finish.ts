/** What can only be said at the end of the fold: time spent between milestones, the order's worth, when it closed. */
import { asMoney } from "../money.ts";
import type { Milestone, Order } from "../order.ts";
import { isEnded, STAGE_PLACE, type Stage } from "../stages.ts";
import { type Building, replaceMilestone } from "./state.ts";

const isProcess = (stage: Stage): boolean => stage === "picking" || stage === "packing";

/** Whether a milestone covers the inferred ones from `first` on before it, and itself. */
function covers(timeline: readonly Milestone[], slot: number, first: number): boolean {
  const milestone = timeline[slot];
  let place = 0;
  for (let before = first; before < slot; before += 1) {
    const other = timeline[before];
    if (other?.at === null && milestone?.covers[place++] !== other.stage) return false;
  }
  return milestone?.covers.length === place + 1;
}

function coveredBy(timeline: readonly Milestone[], slot: number, first: number): Stage[] {
  const stages: Stage[] = [];
  for (let before = first; before <= slot; before += 1) {
    const other = timeline[before];
    if (other !== undefined && (before === slot || other.at === null)) stages.push(other.stage);
  }
  return stages;
}

/**
 * Dwell counts from the last recorded milestone. Where those between were inferred, the time belongs to all of them together. A start scan splits the wait
 * off and does not end it; the start of another attempt does. Only what changed is made anew: a milestone may belong to an earlier state as well.
 */
function measureDwell(building: Building): void {
  const { timeline } = building.order;
  let since: number | null = null;
  let attempt = 1;
  /** where those begin that were inferred since */
  let first = 0;
  for (let slot = 0; slot < timeline.length; slot += 1) {
    const milestone = timeline[slot];
    if (milestone === undefined || milestone.at === null) continue;
    const dwellMs: number | null =
      since === null || milestone.at < since ? null : milestone.at - since;
    if (milestone.dwellMs !== dwellMs || !covers(timeline, slot, first)) {
      const measured = { ...milestone, dwellMs, covers: coveredBy(timeline, slot, first) };
      replaceMilestone(building, slot, measured);
    }
    if (isProcess(milestone.stage) && milestone.attempt === attempt) continue;
    since = milestone.at;
    attempt = milestone.attempt;
    first = slot + 1;
  }
}

function valueOf({ lines }: Order): number | undefined {
  let sum: number | undefined;
  for (const { quantity, unitPrice } of lines)
    if (unitPrice !== undefined) sum = (sum ?? 0) + quantity * unitPrice;
  return sum === undefined ? undefined : asMoney(sum);
}

function closedAtOf({ stage, stageSince, holds }: Order): number | undefined {
  if (!isEnded(stage)) return undefined;
  let closedAt = stageSince;
  for (const { releasedAt } of holds) {
    if (releasedAt === undefined) return undefined;
    closedAt = Math.max(closedAt, releasedAt);
  }
  return closedAt;
}

const LAST_FACTS = ["station", "value", "handedOverAt", "deliveredAt", "closedAt"] as const;
type LastFacts = { [F in (typeof LAST_FACTS)[number]]: Order[F] | undefined };

/** The order with these facts and without those of them that it has no more. */
function stating(order: Order, facts: LastFacts): Order {
  const isLess = LAST_FACTS.some((name) => facts[name] === undefined && order[name] !== undefined);
  let stated = order;
  if (isLess) {
    // Left out rather than deleted: an object that lost a field is slow for ever after.
    const {
      station: _s,
      value: _v,
      handedOverAt: _h,
      deliveredAt: _d,
      closedAt: _c,
      ...rest
    } = order;
    stated = rest;
  }
  const { station, value, handedOverAt, deliveredAt, closedAt } = facts;
  if (station !== undefined) stated.station = station;
  if (value !== undefined) stated.value = value;
  if (handedOverAt !== undefined) stated.handedOverAt = handedOverAt;
  if (deliveredAt !== undefined) stated.deliveredAt = deliveredAt;
  if (closedAt !== undefined) stated.closedAt = closedAt;
  return stated;
}

/** Puts the last facts into the order and hands it out. */
export function finishOrder(building: Building): Order {
  const { order, done } = building;
  measureDwell(building);
  building.order = stating(order, {
    station: building.station,
    value: valueOf(order),
    handedOverAt: done[STAGE_PLACE.handed_over]?.at ?? undefined,
    deliveredAt: done[STAGE_PLACE.delivered]?.at ?? undefined,
    closedAt: closedAtOf(order),
  });
  return building.order;
}
