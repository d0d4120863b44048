/**
 * Is an order in trouble, until when can somebody act, and why: the first version, by deadlines and planned stage times alone (no forecast: `risk` is null).
 *
 * - due is the ship-by before hand-over and the deliver-by after it; actBy is due less the planned work that remains, in working time (after hand-over: due).
 * - on_time before actBy, at_risk from actBy to due, late after due, lost_cause once deliverBy has passed. A deadline is met at its very instant.
 * - Too old to alarm is `unknown`: an open order whose last deadline passed more than 30 days ago, or has passed while the goods have not moved for 30 days.
 *   An order with a deadline still ahead is never too old, however long nothing was heard of it. A closed order is judged by its own events and raises no alarm.
 * - A hold changes nothing of this (the customer's promise never pauses); it is named first among the reasons.
 */
import { inPlainWords } from "./codes.ts";
import { calendarOf, lastPickup, subWorking, type Calendar, type Departure } from "./calendar.ts";
import type { Hold, Order, OrderException } from "./order.ts";
import { reachablePickup, type Promises } from "./promise.ts";
import { remainingOf, type Remaining } from "./remaining.ts";
import { termsOf, type Terms } from "./service-level.ts";
import type { SitePolicy } from "./site.ts";
import { isEnded, type Severity } from "./stages.ts";
import { DAY_MS, inWords } from "./wall-clock.ts";

export type Delay = {
  sev: Severity;
  /** epoch ms: last moment at which acting still meets the deadline; null when there is none */
  actBy: number | null;
  due: number | null;
  dueKind: "ship" | "deliver";
  risk: null;
  /** sentences, the most telling first; no value in them goes stale */
  reasons: string[];
  blockers: string[];
  /** the truck it aims at; null after hand-over */
  pickup: { id: string; at: number } | null;
  /** who takes it: the carrier the order names, known here or not, else the one its service level gives */
  carrier: string;
  /** the next moment at which anything here changes if nothing happens; null = never */
  nextLookAt: number | null;
};

/** After that long, silence is no news. */
export const TOO_OLD_MS = 30 * DAY_MS;

type Case = {
  order: Order;
  promises: Promises;
  calendar: Calendar;
  terms: Terms;
  remaining: Remaining;
  now: number;
};

const BLOCKING: ReadonlySet<string> = new Set([
  "SHORT_PICK",
  "STOCK_OUT",
  "QC_REJECT",
  "ADDRESS_INVALID",
  "DAMAGED_INTERNAL",
  "TPL_REJECTED",
]);

const openHolds = (order: Order): Hold[] =>
  order.holds.filter((hold) => hold.releasedAt === undefined);
const openExceptions = (order: Order): OrderException[] =>
  order.exceptions.filter((exception) => exception.clearedAt === undefined);

const suffix = (text: string | undefined): string =>
  text === undefined || text === "" ? "" : `: ${text}`;

function holdInWords(hold: Hold, zone: string): string {
  const until = hold.until === undefined ? "" : ` until ${inWords(zone, hold.until)}`;
  return `On hold for ${inPlainWords(hold.code)}${until}${suffix(hold.reason)}`;
}

const exceptionInWords = (exception: OrderException): string =>
  `${exception.code}${suffix(exception.note)}`;

function blockersOf(order: Order, zone: string): string[] {
  const blocking = openExceptions(order).filter((exception) => BLOCKING.has(exception.code));
  return [
    ...openHolds(order).map((hold) => holdInWords(hold, zone)),
    ...blocking.map(exceptionInWords),
  ];
}

/** When the goods last moved or were looked at: the newest scan, whatever arrived late. */
function lastMovedAt(order: Order): number {
  let last = Math.max(order.stageSince, order.receivedAt);
  for (const milestone of order.timeline) last = Math.max(last, milestone.at ?? 0);
  for (const parcel of order.parcels) last = Math.max(last, parcel.stageSince);
  return last;
}

/** Last moment before the order is too old to alarm; Infinity without a deadline. */
function tooOldAfter(order: Order, promises: Promises): number {
  const last = promises.deliverBy ?? promises.shipBy;
  if (last === null) return Infinity;
  return Math.min(last + TOO_OLD_MS, Math.max(last, lastMovedAt(order) + TOO_OLD_MS));
}

type Due = Pick<Delay, "due" | "dueKind" | "actBy">;

function dueOf({ promises, remaining, calendar }: Case): Due {
  const ship = remaining.isInside ? promises.shipBy : null;
  if (ship === null) {
    return { due: promises.deliverBy, dueKind: "deliver", actBy: promises.deliverBy };
  }
  return { due: ship, dueKind: "ship", actBy: subWorking(calendar, ship, remaining.totalMs) };
}

/** Severities other than on time, the first that holds counts, each with the last moment before it begins. */
type Step = { sev: Severity; after: number };

function stepsOf(order: Order, promises: Promises, { due, actBy }: Due): Step[] {
  if (due === null || actBy === null) return [];
  return [
    { sev: "unknown", after: tooOldAfter(order, promises) },
    { sev: "lost_cause", after: promises.deliverBy ?? Infinity },
    { sev: "late", after: due },
    { sev: "at_risk", after: actBy - 1 },
  ];
}

type Aim = { pickup: Departure | undefined; validUntil: number };

/** The last truck that keeps the promise and has not left. */
function lastKeeping({ promises, calendar, terms, now }: Case): Departure | undefined {
  const { shipBy } = promises;
  if (shipBy === null || now > shipBy) return undefined;
  return lastPickup(calendar, terms.carrier, terms.level.id, shipBy, now);
}

/** The truck to aim at: the first reached as planned if it keeps the promise; else the last that keeps it and has not left; else the first reached. */
function aimOf(of: Case): Aim {
  const { order, calendar, terms, remaining, now } = of;
  if (!remaining.isInside) return { pickup: undefined, validUntil: Infinity };
  const from = Math.max(now, order.stageSince);
  const reached = reachablePickup(calendar, terms, from, remaining.totalMs);
  const keeping = lastKeeping(of);
  if (keeping !== undefined && (reached === undefined || reached.at >= keeping.at)) {
    return { pickup: keeping, validUntil: keeping.at };
  }
  if (reached === undefined) return { pickup: undefined, validUntil: Infinity };
  return { pickup: reached, validUntil: subWorking(calendar, reached.at, remaining.totalMs) };
}

const after = (now: number, moments: readonly number[]): number | null => {
  const next = Math.min(...moments.filter((moment) => moment >= now));
  return Number.isFinite(next) ? next + 1 : null;
};

const truckWords = (pickup: Departure | undefined, zone: string): string =>
  pickup === undefined
    ? "no truck is planned"
    : `truck ${pickup.id} leaves ${inWords(zone, pickup.at)}`;

/** The sentence that says what the severity rests on. */
function verdict(sev: Severity, due: Due, pickup: Departure | undefined, of: Case): string {
  const { zone } = of.calendar;
  const at = due.due === null ? "" : inWords(zone, due.due);
  if (due.due === null) return "Without a truck or a given promise it has no deadline";
  const last = inWords(zone, of.promises.deliverBy ?? due.due);
  if (sev === "unknown") return `Too old to alarm: its last deadline was ${last}`;
  if (sev === "lost_cause") return `Should have been delivered by ${last}`;
  if (due.dueKind === "deliver") return `With the carrier, to be delivered by ${at}`;
  const { words, details } = of.remaining;
  const work = `${words}, ${truckWords(pickup, zone)}${details}`;
  return sev === "late" ? `Should have shipped by ${at}; ${work}` : work;
}

function reasonsOf(sev: Severity, due: Due, pickup: Departure | undefined, of: Case): string[] {
  const { order, calendar } = of;
  return [
    ...openHolds(order).map((hold) => holdInWords(hold, calendar.zone)),
    verdict(sev, due, pickup, of),
    ...openExceptions(order).map(exceptionInWords),
  ];
}

const carrierOf = (order: Order, terms: Terms): string => order.carrier ?? terms.carrier.id;

/** An ended order raises no alarm and nothing about it changes with time. */
function assessEnded(order: Order, promises: Promises, terms: Terms, zone: string): Delay {
  const { deliverBy } = promises;
  const isLate =
    order.deliveredAt !== undefined && deliverBy !== null && order.deliveredAt > deliverBy;
  const outcome = isLate ? "late" : "on_time";
  const words = `Ended as ${order.stage} ${inWords(zone, order.stageSince)}${isLate ? ", after its promise" : ""}`;
  return {
    sev: order.stage === "lost" ? "lost_cause" : outcome,
    actBy: null,
    due: deliverBy,
    dueKind: "deliver",
    risk: null,
    reasons: [...openHolds(order).map((hold) => holdInWords(hold, zone)), words],
    blockers: blockersOf(order, zone),
    pickup: null,
    carrier: carrierOf(order, terms),
    nextLookAt: null,
  };
}

/**
 * Assesses an order at `now` (epoch ms). The answer is the same for every `now` from here up to, not including, `nextLookAt`. Pure and total.
 */
export function assessDelay(
  order: Order,
  promises: Promises,
  policy: SitePolicy,
  now: number,
): Delay {
  const { site } = policy;
  const calendar = calendarOf(site);
  const terms = termsOf(order, site);
  if (order.closedAt !== undefined || isEnded(order.stage)) {
    return assessEnded(order, promises, terms, calendar.zone);
  }
  const remaining = remainingOf(site, order.stage);
  const of: Case = { order, promises, calendar, terms, remaining, now };
  const due = dueOf(of);
  const steps = stepsOf(order, promises, due);
  const reached = steps.findIndex((step) => now > step.after);
  const sev = steps[reached]?.sev ?? (due.due === null ? "unknown" : "on_time");
  const isTooOld = due.due !== null && sev === "unknown";
  const aim: Aim = isTooOld ? { pickup: undefined, validUntil: Infinity } : aimOf(of);
  // what holds now holds on: only a step before it in the list can take its place
  const ahead = steps.slice(0, reached === -1 ? steps.length : reached);
  const moments = [...ahead.map((step) => step.after), aim.validUntil];
  return {
    sev,
    ...due,
    risk: null,
    reasons: reasonsOf(sev, due, aim.pickup, of),
    blockers: blockersOf(order, calendar.zone),
    pickup: aim.pickup === undefined ? null : { id: aim.pickup.id, at: aim.pickup.at },
    carrier: carrierOf(order, terms),
    nextLookAt: after(now, moments),
  };
}
