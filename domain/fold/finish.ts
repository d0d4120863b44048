/** What can only be said at the end of the fold: time spent between milestones, the order's worth, when it closed. */
import type { Milestone, Order } from "../order.ts";
import { isEnded, type Stage } from "../stages.ts";
import type { Building } from "./state.ts";

const isProcess = (stage: Stage): boolean => stage === "picking" || stage === "packing";

/**
 * Dwell counts from the last recorded milestone. Where those between were inferred, the time belongs to all of them together. A start scan splits the wait
 * off and does not end it; the start of another attempt does.
 */
function measureDwell(timeline: readonly Milestone[]): void {
  let since: number | null = null;
  let attempt = 1;
  let inferred: Stage[] = [];
  for (const milestone of timeline) {
    if (milestone.at === null) {
      inferred.push(milestone.stage);
      continue;
    }
    milestone.covers = [...inferred, milestone.stage];
    milestone.dwellMs = since === null || milestone.at < since ? null : milestone.at - since;
    if (isProcess(milestone.stage) && milestone.attempt === attempt) continue;
    since = milestone.at;
    attempt = milestone.attempt;
    inferred = [];
  }
}

function valueOf(order: Order): number | undefined {
  const priced = order.lines.filter((line) => line.unitPrice !== undefined);
  if (priced.length === 0) return undefined;
  return priced.reduce((sum, line) => sum + line.quantity * (line.unitPrice ?? 0), 0);
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

/** Puts the last facts into the order and hands it out. */
export function finishOrder({ order, done }: Building): Order {
  measureDwell(order.timeline);
  const value = valueOf(order);
  const handedOverAt = done.get("handed_over")?.at;
  const deliveredAt = done.get("delivered")?.at;
  const closedAt = closedAtOf(order);
  if (value !== undefined) order.value = value;
  if (handedOverAt != null) order.handedOverAt = handedOverAt;
  if (deliveredAt != null) order.deliveredAt = deliveredAt;
  if (closedAt !== undefined) order.closedAt = closedAt;
  return order;
}
