/** An order as its delay is judged: with its promises, what its site plans, and what else is known at a moment. */
import type { Calendar, Departure } from "../calendar.ts";
import type { Hold, Order } from "../order.ts";
import type { Promises } from "../promise.ts";
import type { Remaining } from "../remaining.ts";
import type { Evidence, Seen } from "../silence/evidence.ts";
import type { Terms } from "../service-level.ts";

/** What the forecast says of an order, until it is too old to be believed. */
export type Outlook = {
  /** probability of missing `due`, 0 to 1 */
  p: number;
  /** the alarm rule's verdict over the last evaluations (`alarm.ts`); null = it has learned too little to alarm, the plan does */
  isRaised: boolean | null;
  /** epoch ms: from then on the budgets decide again */
  until: number;
  /** why, in sentences that do not go stale before `until` */
  words: readonly string[];
  /** what was noticed besides; holds for a time of its own */
  evidence?: Evidence;
};

export type Case = {
  order: Order;
  promises: Promises;
  calendar: Calendar;
  terms: Terms;
  remaining: Remaining;
  outlook: Outlook | undefined;
  seen: Seen;
  now: number;
};

export type Due = {
  /** epoch ms; null when there is none */
  due: number | null;
  dueKind: "ship" | "deliver";
  /** epoch ms: last moment at which acting still meets the deadline; null when there is none */
  actBy: number | null;
};

/** The truck an open order aims at. */
export type Aim = { pickup: Departure | undefined; validUntil: number };

/** No truck is left that leaves by the deadline: the one it aims at comes after it. */
export const leavesAfterDue = (pickup: Departure | undefined, { due, dueKind }: Due): boolean =>
  pickup !== undefined && dueKind === "ship" && due !== null && pickup.at > due;

/** Its carrier has trucks, and none leaves between receipt and the promised delivery: nobody's work keeps it. */
export const hasNoTruckInTime = ({ promises, remaining }: Case): boolean =>
  remaining.isInside &&
  promises.deliverBy !== null &&
  promises.lastTruck === null &&
  promises.target !== null;

export const isBlind = ({ seen }: Case): boolean => seen.blind !== undefined;

const NO_HOLDS: readonly Hold[] = [];

export const openHolds = ({ holds }: Order): readonly Hold[] =>
  holds.length === 0 ? NO_HOLDS : holds.filter((hold) => hold.releasedAt === undefined);
