/** What can only be said at the end of the fold: time spent between milestones, the order's worth, when it closed. */
import type { Milestone, Order } from "../order.ts";
import { isEnded, STAGE_PLACE, type Stage } from "../stages.ts";
import { type Building, replaceMilestone } from "./state.ts";

const isProcess = (stage: Stage): boolean => stage === "picking" || stage === "packing";

const covers = (milestone: Milestone, inferred: readonly Stage[]): boolean =>
  milestone.covers.length === inferred.length + 1 &&
  inferred.every((stage, place) => milestone.covers[place] === stage);

/**
 * Dwell counts from the last recorded milestone. Where those between were inferred, the time belongs to all of them together. A start scan splits the wait
 * off and does not end it; the start of another attempt does.
 */
function measureDwell(building: Building): void {
  const { timeline } = building.order;
  let since: number | null = null;
  let attempt = 1;
  let inferred: Stage[] = [];
  for (const [slot, milestone] of timeline.entries()) {
    if (milestone.at === null) {
      inferred.push(milestone.stage);
      continue;
    }
    const dwellMs: number | null =
      since === null || milestone.at < since ? null : milestone.at - since;
    // Only what changed: a milestone may belong to an earlier state as well.
    if (milestone.dwellMs !== dwellMs || !covers(milestone, inferred)) {
      const measured = { ...milestone, dwellMs, covers: [...inferred, milestone.stage] };
      replaceMilestone(building, slot, measured);
    }
    if (isProcess(milestone.stage) && milestone.attempt === attempt) continue;
    since = milestone.at;
    attempt = milestone.attempt;
    if (inferred.length > 0) inferred = [];
  }
}

function valueOf({ lines }: Order): number | undefined {
  let sum: number | undefined;
  for (const { quantity, unitPrice } of lines)
    if (unitPrice !== undefined) sum = (sum ?? 0) + quantity * unitPrice;
  return sum;
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
