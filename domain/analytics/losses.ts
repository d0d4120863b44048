/**
 * Where the minutes of a late order went: its lateness shared out over what took longer than planned, by reason, stage and owner. What was lost before hand-over is shared
 * among stages over their budget and holds, in proportion; what the carrier adds on its way is the carrier's. The sum is the lateness, to the millisecond.
 */
import { leftAt, type Hold, type Order, type OrderException } from "../order.ts";
import { remainingOf } from "../remaining.ts";
import type { Site } from "../site.ts";
import { STAGE_RANK, type Stage } from "../stages.ts";
import type { Leg } from "./legs.ts";

export type Owner = "internal" | "carrier" | "customer" | "partner";
export type Loss = {
  about: "ship" | "deliver";
  reason: string;
  stage: string;
  owner: Owner;
  ms: number;
};

/** Whose doing a code is, where that is not the place it happened at. */
const OWNERS: Readonly<Record<string, Owner>> = {
  HOLD_PAYMENT: "customer",
  HOLD_ADDRESS: "customer",
  HOLD_CUSTOMER_REQUEST: "customer",
  HOLD_EXCHANGE_RETURN: "customer",
  HOLD_FUTURE_DATE: "customer",
  ADDRESS_INVALID: "customer",
  ATTEMPT_FAILED: "customer",
  REFUSED: "customer",
  MOVED_OR_UNKNOWN: "customer",
  AWAITING_COLLECTION: "customer",
  PICKUP_MISSED: "carrier",
  TPL_SILENT: "partner",
  TPL_REJECTED: "partner",
};

/** Exceptions about data, not about goods: no reason for a delay. */
const ABOUT_DATA: ReadonlySet<string> = new Set([
  "MISSING_SCAN",
  "UNEXPECTED_SCAN",
  "DUPLICATE_SCAN",
  "CLOCK_SKEW",
  "IMPOSSIBLE_EVENT",
]);
export const isAboutData = (code: string): boolean => ABOUT_DATA.has(code);

const raisedWithin = (order: Order, from: number, to: number): OrderException | undefined =>
  order.exceptions.find(
    ({ code, raisedAt }) => raisedAt >= from && raisedAt <= to && !isAboutData(code),
  );

/** Planned working time from leaving one milestone to reaching another. */
function budgetOf(site: Site, from: Stage, to: Stage): number {
  let sum = 0;
  for (const step of remainingOf(site, from).steps) {
    sum += step.ms;
    if (STAGE_RANK[step.next] >= STAGE_RANK[to]) return sum;
  }
  return sum;
}

type Cause = Omit<Loss, "about">;

const isOutside = ({ node }: Order): boolean => node !== undefined && node !== "floor";

function stageCause(order: Order, leg: Leg, site: Site): Cause | null {
  const over = leg.work - budgetOf(site, leg.from, leg.to);
  if (over <= 0) return null;
  const raised = raisedWithin(order, leg.at - leg.ms, leg.at);
  const reason = raised?.code ?? "SLOW";
  const here: Owner = isOutside(order) ? "partner" : "internal";
  return { reason, stage: leg.stage, owner: OWNERS[reason] ?? here, ms: over };
}

function holdCause(order: Order, hold: Hold, until: number): Cause | null {
  const ms = Math.min(hold.releasedAt ?? until, until) - hold.placedAt;
  if (ms <= 0) return null;
  const stage = order.timeline.findLast(({ at }) => at !== null && at <= hold.placedAt)?.stage;
  const owner = OWNERS[hold.code] ?? (hold.clock === "pause" ? "customer" : "internal");
  return { reason: hold.code, stage: stage ?? "received", owner, ms };
}

/** In proportion to what each took too long; the last gets what rounding leaves. */
function share(ms: number, causes: readonly Cause[], about: Loss["about"]): Loss[] {
  const whole = causes.reduce((sum, cause) => sum + cause.ms, 0);
  let left = ms;
  return causes.map((cause, place) => {
    const part =
      place === causes.length - 1 ? left : Math.round((ms * cause.ms) / Math.max(1, whole));
    left -= part;
    return { ...cause, about, ms: part };
  });
}

const NO_SLACK: Cause = { reason: "NO_SLACK", stage: "received", owner: "internal", ms: 1 };

function shipLosses(order: Order, legs: readonly Leg[], late: number, site: Site): Loss[] {
  const until = leftAt(order) ?? 0;
  const causes = [
    ...legs
      .filter(({ to }) => STAGE_RANK[to] <= STAGE_RANK.handed_over)
      .map((leg) => stageCause(order, leg, site)),
    ...order.holds
      .filter(({ placedAt }) => placedAt < until)
      .map((hold) => holdCause(order, hold, until)),
  ].filter((cause) => cause !== null);
  return share(late, causes.length === 0 ? [NO_SLACK] : causes, "ship");
}

function deliveryLosses(order: Order, late: number, lateOut: number, outAt: number): Loss[] {
  const ours = Math.min(late, Math.max(0, lateOut));
  const raised = raisedWithin(order, outAt, order.deliveredAt ?? outAt);
  const reason = raised?.code ?? "IN_TRANSIT";
  const losses: Loss[] = [];
  if (ours > 0)
    losses.push({
      about: "deliver",
      reason: "SHIPPED_LATE",
      stage: "handed_over",
      owner: "internal",
      ms: ours,
    });
  if (late > ours)
    losses.push({
      about: "deliver",
      reason,
      stage: "in_transit",
      owner: OWNERS[reason] ?? "carrier",
      ms: late - ours,
    });
  return losses;
}

/** What a late order lost, once it is known how late it was: when it left and when it arrived. */
export function lossesOf(
  order: Order,
  legs: readonly Leg[],
  { shipBy, deliverBy }: { shipBy: number | null; deliverBy: number | null },
  site: Site,
): Loss[] {
  const { deliveredAt } = order;
  const departedAt = leftAt(order);
  const losses: Loss[] = [];
  const lateOut = departedAt === undefined || shipBy === null ? 0 : departedAt - shipBy;
  if (lateOut > 0) losses.push(...shipLosses(order, legs, lateOut, site));
  if (deliveredAt === undefined || deliverBy === null || deliveredAt <= deliverBy) return losses;
  const outAt = departedAt ?? deliveredAt;
  return [...losses, ...deliveryLosses(order, deliveredAt - deliverBy, lateOut, outAt)];
}
