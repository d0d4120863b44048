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
import { inPlainWords } from "./codes.ts";
import { calendarOf, lastPickup, subWorking, type Calendar, type Departure } from "./calendar.ts";
import type { Hold, Order, OrderException } from "./order.ts";
import { reachablePickup, type Promises } from "./promise.ts";
import { remainingOf, type Remaining } from "./remaining.ts";
import { blindInWords, seenAt, type Evidence, type Seen } from "./silence/evidence.ts";
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
  /** probability of missing it, in steps of 0.05; null without a fresh forecast */
  risk: number | null;
  /** sentences, the most telling first; no value in them goes stale */
  reasons: string[];
  blockers: string[];
  /** exceptions that were found and not told: they clear by themselves */
  codes: string[];
  /** the truck it aims at; null after hand-over */
  pickup: { id: string; at: number } | null;
  /** who takes it: the carrier the order names, known here or not, else the one its service level gives */
  carrier: string;
  /** the next moment at which anything here changes if nothing happens; null = never */
  nextLookAt: number | null;
};

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

/** After that long, silence is no news. */
export const TOO_OLD_MS = 30 * DAY_MS;

type Case = {
  order: Order;
  promises: Promises;
  calendar: Calendar;
  terms: Terms;
  remaining: Remaining;
  outlook: Outlook | undefined;
  seen: Seen;
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

function holdInWords({ code, until, reason }: Hold, zone: string, now: number): string {
  const held = `On hold for ${inPlainWords(code)}`;
  if (until === undefined) return `${held}${suffix(reason)}`;
  if (now <= until) return `${held} until ${inWords(zone, until)}${suffix(reason)}`;
  return `${held}, which should have ended ${inWords(zone, until)}${suffix(reason)}`;
}

const holdsInWords = (order: Order, zone: string, now: number): string[] =>
  openHolds(order).map((hold) => holdInWords(hold, zone, now));

/** Moments at which a hold should have ended. */
const holdMoments = (order: Order): number[] =>
  openHolds(order).flatMap(({ until }) => until ?? []);

const exceptionInWords = (exception: OrderException): string =>
  `${exception.code}${suffix(exception.note)}`;

function blockersOf(order: Order, zone: string, now: number): string[] {
  if (order.holds.length === 0 && order.exceptions.length === 0) return [];
  const blocking = openExceptions(order).filter((exception) => BLOCKING.has(exception.code));
  return [...holdsInWords(order, zone, now), ...blocking.map(exceptionInWords)];
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

/** The last moment from which hands alone, without a wait, still reach it. Elapsed time: whoever is needed can be called in outside the shifts. */
const lastStart = ({ remaining }: Case, at: number): number => at - remaining.shortestMs;

function lostAfter(of: Case): number {
  const { deliverBy, lastTruck } = of.promises;
  return lastTruck === null ? (deliverBy ?? Infinity) : lastStart(of, lastTruck.at);
}

/** The forecast's alarm holds as long as the forecast does; without one the plan alarms by itself. */
function atRiskAfter({ outlook }: Case, actBy: number): number {
  if (outlook === undefined || outlook.isRaised === null) return actBy - 1;
  return outlook.isRaised ? -Infinity : Infinity;
}

const isBlind = ({ seen }: Case): boolean => seen.blind !== undefined;

function stepsOf(of: Case, { due, actBy }: Due): Step[] {
  if (isBlind(of)) return [{ sev: "unknown", after: -Infinity }];
  if (due === null || actBy === null) return [];
  return [
    { sev: "unknown", after: tooOldAfter(of.order, of.promises) },
    { sev: "lost_cause", after: lostAfter(of) },
    { sev: "late", after: lastStart(of, due) },
    { sev: "at_risk", after: atRiskAfter(of, actBy) },
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
  if (due.due === null) return "Without a truck or a given promise it has no deadline";
  const at = inWords(zone, due.due);
  const last = of.promises.deliverBy ?? due.due;
  if (sev === "unknown") return `Too old to alarm: its last deadline was ${inWords(zone, last)}`;
  if (sev === "lost_cause") return lostWords(last, of);
  if (due.dueKind === "deliver") return `With the carrier, to be delivered by ${at}`;
  const { words, details } = of.remaining;
  const work = `${words}, ${truckWords(pickup, zone)}${details}`;
  if (sev !== "late") return work;
  return of.now > due.due
    ? `Should have shipped by ${at}; ${work}`
    : `Cannot ship by ${at} any more; ${work}`;
}

function lostWords(deliverBy: number, { calendar, promises, now }: Case): string {
  const { zone } = calendar;
  const { lastTruck } = promises;
  if (now > deliverBy || lastTruck === null)
    return `Should have been delivered by ${inWords(zone, deliverBy)}`;
  const last = `the last was ${lastTruck.id}, ${inWords(zone, lastTruck.at)}`;
  return `No truck that keeps the delivery by ${inWords(zone, deliverBy)} can be reached any more: ${last}`;
}

/** Moments at which only the words change. */
const wordMoments = (sev: Severity, { due }: Due, { promises }: Case): number[] => {
  if (sev === "late") return [due ?? Infinity];
  return sev === "lost_cause" ? [promises.deliverBy ?? Infinity] : [];
};

function reasonsOf(sev: Severity, due: Due, pickup: Departure | undefined, of: Case): string[] {
  const { order, seen, now } = of;
  const { zone } = of.calendar;
  return [
    ...(seen.blind === undefined ? [] : [blindInWords(seen.blind, zone)]),
    ...holdsInWords(order, zone, now),
    ...(sev === "at_risk" ? (of.outlook?.words ?? []) : []),
    ...seen.findings.map(({ words }) => words),
    // as far as it was told
    verdict(isBlind(of) ? "on_time" : sev, due, pickup, of),
    ...openExceptions(order).map(exceptionInWords),
  ];
}

const carrierOf = (order: Order, terms: Terms): string => order.carrier ?? terms.carrier.id;

/** An ended order raises no alarm; of what is left, only the words of an open hold change with time. */
function assessEnded(
  order: Order,
  promises: Promises,
  terms: Terms,
  zone: string,
  now: number,
): Delay {
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
    reasons: [...holdsInWords(order, zone, now), words],
    blockers: blockersOf(order, zone, now),
    codes: [],
    pickup: null,
    carrier: carrierOf(order, terms),
    nextLookAt: after(now, holdMoments(order)),
  };
}

type Standing = { sev: Severity; due: Due; ahead: readonly Step[] };

function standingOf(of: Case): Standing {
  const due = dueOf(of);
  const steps = stepsOf(of, due);
  const reached = steps.findIndex((step) => of.now > step.after);
  const sev = steps[reached]?.sev ?? (due.due === null ? "unknown" : "on_time");
  // what holds now holds on: only a step before it in the list can take its place
  return { sev, due, ahead: steps.slice(0, reached === -1 ? steps.length : reached) };
}

const NO_AIM: Aim = { pickup: undefined, validUntil: Infinity };

function assessOpen(of: Case): Delay {
  const { sev, due, ahead } = standingOf(of);
  const isTooOld = due.due !== null && sev === "unknown" && !isBlind(of);
  const aim = isTooOld ? NO_AIM : aimOf(of);
  const moments = [
    ...ahead.map((step) => step.after),
    ...wordMoments(sev, due, of),
    ...holdMoments(of.order),
    ...of.seen.moments,
    aim.validUntil,
    ...(of.outlook === undefined ? [] : [of.outlook.until - 1]),
  ];
  return {
    sev,
    ...due,
    risk: riskOf(of.outlook),
    reasons: reasonsOf(sev, due, aim.pickup, of),
    blockers: blockersOf(of.order, of.calendar.zone, of.now),
    codes: of.seen.codes,
    pickup: aim.pickup === undefined ? null : { id: aim.pickup.id, at: aim.pickup.at },
    carrier: carrierOf(of.order, of.terms),
    nextLookAt: after(of.now, moments),
  };
}

const isFresh = (outlook: Outlook | undefined, now: number): boolean =>
  outlook !== undefined && now < outlook.until;

/** Shown in steps of 0.05, so that a row changes when there is something to see. */
const riskOf = (outlook: Outlook | undefined): number | null =>
  outlook === undefined ? null : Math.round(outlook.p * 20) / 20;

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
  const { site } = policy;
  const calendar = calendarOf(site);
  const terms = termsOf(order, site);
  if (order.closedAt !== undefined || isEnded(order.stage)) {
    return assessEnded(order, promises, terms, calendar.zone, now);
  }
  const remaining = remainingOf(site, order.stage);
  const seen = seenAt(forecast?.evidence, order, now);
  // of what is not known, nothing is forecast
  const isBelieved = isFresh(forecast, now) && seen.blind === undefined;
  const outlook = isBelieved ? forecast : undefined;
  return assessOpen({ order, promises, calendar, terms, remaining, outlook, seen, now });
}
