/**
 * Is an order in trouble, until when can somebody act, and why.
 *
 * - due is the ship-by before hand-over and the deliver-by after it; actBy is due less the planned work that remains, in working time (after hand-over: due).
 * - lost_cause: no truck that still keeps deliverBy can be reached any more, not even if hands worked on it without a wait; after hand-over once deliverBy has
 *   passed. late: due has passed or cannot be met in that way, but a later truck still keeps deliverBy. at_risk: the forecast's alarm is raised (`outlook`);
 *   without a fresh forecast, from actBy on. Else on_time. A deadline is met at its very instant.
 * - Too old to alarm is `unknown`: an open order whose last deadline passed more than 30 days ago, or has passed while the goods have not moved for 30 days.
 *   An order with a deadline still ahead is never too old, however long nothing was heard of it. A closed order is judged by its own events and raises no alarm.
 * - Blind comes before all of this: the source that would tell the next step is silent (`silence/evidence.ts`), so nobody knows, and nothing says it is on time.
 * - A hold changes nothing of this (the customer's promise never pauses); it is named first among the reasons. So do findings: they are named, with a code.
 */
import { calendarOf, lastPickup, subWorking, type Departure } from "./calendar.ts";
import {
  hasNoTruckInTime,
  leavesAfterDue,
  openHolds,
  isBlind,
  type Aim,
  type Case,
  type Due,
  type Outlook,
} from "./delay/case.ts";
import { blockersOf, endedInWords, isBlocked, reasonOf, reasonsOf } from "./delay/words.ts";
import type { Order } from "./order.ts";
import { reachablePickup, type Promises } from "./promise.ts";
import { remainingOf } from "./remaining.ts";
import { seenAt } from "./silence/evidence.ts";
import { bringerOf, termsOf, type Terms } from "./service-level.ts";
import type { Site, SitePolicy } from "./site.ts";
import { isEnded, type Severity } from "./stages.ts";
import { DAY_MS } from "./wall-clock.ts";

export type { Outlook } from "./delay/case.ts";

export type Delay = Due & {
  sev: Severity;
  /** probability of missing it, in steps of 0.05; null without a fresh forecast */
  risk: number | null;
  /** the most telling of the reasons; absent where nothing is wrong and nothing stands in its way */
  why: string | undefined;
  /** exceptions that were found and not told: they clear by themselves */
  codes: string[];
  /** the truck it aims at; null after hand-over */
  pickup: { id: string; at: number } | null;
  /** who brings it: the carrier that has it, else the one the order names, known here or not, else the one its service level gives */
  carrier: string;
  /** the next moment at which anything here changes if nothing happens; null = never */
  nextLookAt: number | null;
};

/** Sentences, the most telling first; no value in them goes stale. */
export type Explained = Delay & { reasons: string[]; blockers: string[] };

/** After that long, silence is no news. */
export const TOO_OLD_MS = 30 * DAY_MS;

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

function dueOf({ promises, remaining, calendar }: Case): Due {
  const { shipBy, deliverBy } = promises;
  const startBy = (end: number | null): number | null =>
    end === null ? null : subWorking(calendar, end, remaining.totalMs);
  if (!remaining.isInside) return { due: deliverBy, dueKind: "deliver", actBy: deliverBy };
  // without a truck there is no ship-by of its own: the work has to be done before the delivery all the same
  if (shipBy === null) return { due: deliverBy, dueKind: "deliver", actBy: startBy(deliverBy) };
  return { due: shipBy, dueKind: "ship", actBy: startBy(shipBy) };
}

/** The last moment from which hands alone, without a wait, still reach it. Elapsed time: whoever is needed can be called in outside the shifts. */
const lastStart = ({ remaining }: Case, at: number): number => at - remaining.shortestMs;

function lostAfter(of: Case): number {
  const { deliverBy, lastTruck } = of.promises;
  if (lastTruck !== null) return lastStart(of, lastTruck.at);
  return hasNoTruckInTime(of) ? -Infinity : (deliverBy ?? Infinity);
}

/** The forecast's alarm holds as long as the forecast does; without one the plan alarms by itself. */
function atRiskAfter({ outlook }: Case, actBy: number): number {
  if (outlook === undefined || outlook.isRaised === null) return actBy - 1;
  return outlook.isRaised ? -Infinity : Infinity;
}

/** Severities other than on time, the first that holds counts; what is before it in the list can still take its place. */
const SEVERITIES = ["unknown", "lost_cause", "late", "at_risk"] as const;

/** The last moment before it begins. */
function beginsAfter(sev: (typeof SEVERITIES)[number], of: Case, due: number, actBy: number) {
  if (sev === "unknown") return tooOldAfter(of.order, of.promises);
  if (sev === "lost_cause") return lostAfter(of);
  return sev === "late" ? lastStart(of, due) : atRiskAfter(of, actBy);
}

/** `next`: the last moment before another severity takes its place, Infinity = never. */
type Standing = { sev: Severity; next: number };

function standingOf(of: Case, { due, actBy }: Due): Standing {
  if (isBlind(of) || due === null || actBy === null) return { sev: "unknown", next: Infinity };
  let next = Infinity;
  for (const sev of SEVERITIES) {
    const after = beginsAfter(sev, of, due, actBy);
    if (of.now > after) return { sev, next };
    next = Math.min(next, after);
  }
  return { sev: "on_time", next };
}

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

/** The earlier of two last moments before something changes; those that are over do not count. */
function sooner(next: number, moment: number | null | undefined, now: number): number {
  return moment != null && moment >= now && moment < next ? moment : next;
}

/** The moment after the last one at which all of this holds. */
const momentAfter = (last: number): number | null => (Number.isFinite(last) ? last + 1 : null);

const soonestHold = (next: number, order: Order, now: number): number =>
  openHolds(order).reduce((soonest, { until }) => sooner(soonest, until, now), next);

const carrierOf = (order: Order, terms: Terms, site: Site): string =>
  bringerOf(order, site) ?? terms.carrier.id;

const isEndedLate = ({ deliveredAt }: Order, { deliverBy }: Promises): boolean =>
  deliveredAt !== undefined && deliverBy !== null && deliveredAt > deliverBy;

/** An ended order raises no alarm; of what is left, only the words of an open hold change with time. */
function assessEnded(order: Order, promises: Promises, site: Site, now: number) {
  const isLate = isEndedLate(order, promises);
  const sev = order.stage === "lost" ? "lost_cause" : isLate ? "late" : "on_time";
  const isPlain = sev === "on_time" && !isBlocked(order);
  const why = isPlain ? undefined : endedInWords(order, isLate, calendarOf(site).zone, now)[0];
  return {
    sev,
    actBy: null,
    due: promises.deliverBy,
    dueKind: "deliver",
    risk: null,
    why,
    codes: [],
    pickup: null,
    carrier: carrierOf(order, termsOf(order, site), site),
    nextLookAt: momentAfter(soonestHold(Infinity, order, now)),
  } satisfies Delay;
}

const NO_AIM: Aim = { pickup: undefined, validUntil: Infinity };

type Judgement = { sev: Severity; next: number; due: Due; aim: Aim };

function judgementOf(of: Case): Judgement {
  const due = dueOf(of);
  const { sev, next } = standingOf(of, due);
  const isTooOld = due.due !== null && sev === "unknown" && !isBlind(of);
  return { sev, next, due, aim: isTooOld ? NO_AIM : aimOf(of) };
}

function nextLookAt(of: Case, { sev, next: ends, due, aim }: Judgement): number | null {
  const { now, seen, outlook } = of;
  let next = sooner(Infinity, ends, now);
  // moments at which only the words and the risk change
  if (sev === "late" || sev === "lost_cause") next = sooner(next, due.due, now);
  if (sev === "lost_cause") next = sooner(next, of.promises.deliverBy, now);
  next = soonestHold(next, of.order, now);
  for (const moment of seen.moments) next = sooner(next, moment, now);
  next = sooner(next, aim.validUntil, now);
  if (outlook !== undefined) next = sooner(next, outlook.until - 1, now);
  return momentAfter(next);
}

function assessOpen(of: Case): Delay {
  const judgement = judgementOf(of);
  const { sev, due, aim } = judgement;
  const { codes } = of.seen;
  const isPlain =
    sev === "on_time" &&
    codes.length === 0 &&
    !isBlocked(of.order) &&
    !leavesAfterDue(aim.pickup, due);
  return {
    sev,
    actBy: due.actBy,
    due: due.due,
    dueKind: due.dueKind,
    risk: riskOf(of, due),
    why: isPlain ? undefined : reasonOf(sev, due, aim.pickup, of),
    codes,
    pickup: aim.pickup === undefined ? null : { id: aim.pickup.id, at: aim.pickup.at },
    carrier: carrierOf(of.order, of.terms, of.calendar.site),
    nextLookAt: nextLookAt(of, judgement),
  };
}

const isFresh = (outlook: Outlook | undefined, now: number): boolean =>
  outlook !== undefined && now < outlook.until;

/** True from the first moment after it, while it is still to be met. */
export const hasPassed = (due: number | null, now: number): boolean => due !== null && now > due;

/**
 * Shown in steps of 0.05, so that a row changes when there is something to see. What has been missed is certain, whatever is foreseen: goods that wait on
 * the dock have nothing left to be late with there.
 */
function riskOf({ outlook, now }: Case, { due }: Due): number | null {
  if (outlook === undefined) return null;
  return hasPassed(due, now) ? 1 : Math.round(outlook.p * 20) / 20;
}

const hasEnded = (order: Order): boolean => order.closedAt !== undefined || isEnded(order.stage);

/** An open order as it is judged at `now`. */
function caseOf(
  order: Order,
  promises: Promises,
  { site }: SitePolicy,
  now: number,
  forecast: Outlook | undefined,
): Case {
  const seen = seenAt(forecast?.evidence, order, now);
  // of what is not known, nothing is forecast
  const isBelieved = isFresh(forecast, now) && seen.blind === undefined;
  return {
    order,
    promises,
    calendar: calendarOf(site),
    terms: termsOf(order, site),
    remaining: remainingOf(site, order.stage),
    outlook: isBelieved ? forecast : undefined,
    seen,
    now,
  };
}

/**
 * Assesses an order at `now` (epoch ms), with what the forecast last said of it. The answer is the same for every `now` from here up to, not including,
 * `nextLookAt`. Pure and total.
 */
export function assessDelay(
  order: Order,
  promises: Promises,
  policy: SitePolicy,
  now: number,
  forecast?: Outlook,
): Delay {
  if (!hasEnded(order)) return assessOpen(caseOf(order, promises, policy, now, forecast));
  return assessEnded(order, promises, policy.site, now);
}

/** The same with all reasons in words; they change at `nextLookAt` too. */
export function explainDelay(
  order: Order,
  promises: Promises,
  policy: SitePolicy,
  now: number,
  forecast?: Outlook,
): Explained {
  const delay = assessDelay(order, promises, policy, now, forecast);
  const { zone } = calendarOf(policy.site);
  const blockers = blockersOf(order, zone, now);
  if (hasEnded(order)) {
    const isLate = isEndedLate(order, promises);
    return { ...delay, reasons: endedInWords(order, isLate, zone, now), blockers };
  }
  const of = caseOf(order, promises, policy, now, forecast);
  const { sev, due, aim } = judgementOf(of);
  return { ...delay, reasons: reasonsOf(sev, due, aim.pickup, of), blockers };
}
