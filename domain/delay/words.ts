/** Why an order stands as it does, in sentences: the most telling first; no value in them goes stale. Made for those who read them, not for every judgement. */
import type { Departure } from "../calendar.ts";
import { inPlainWords } from "../codes.ts";
import type { Hold, Order, OrderException } from "../order.ts";
import { blindInWords } from "../silence/evidence.ts";
import { carrierOf } from "../pickup-id.ts";
import type { Severity } from "../stages.ts";
import { inWords, inWordsWithYear } from "../wall-clock.ts";
import {
  hasNoTruckInTime,
  isBlind,
  leavesAfterDue,
  openHolds,
  type Case,
  type Due,
} from "./case.ts";

const BLOCKING: ReadonlySet<string> = new Set([
  "SHORT_PICK",
  "STOCK_OUT",
  "QC_REJECT",
  "ADDRESS_INVALID",
  "DAMAGED_INTERNAL",
  "TPL_REJECTED",
]);

const isOpen = (exception: OrderException): boolean => exception.clearedAt === undefined;
const isBlocking = (exception: OrderException): boolean =>
  isOpen(exception) && BLOCKING.has(exception.code);

/** Whether a hold or a fault stands in its way. */
export const isBlocked = ({ holds, exceptions }: Order): boolean =>
  holds.some((hold) => hold.releasedAt === undefined) || exceptions.some(isBlocking);

const suffix = (text: string | undefined): string =>
  text === undefined || text === "" ? "" : `: ${text}`;

/** How every sentence about a hold begins; whatever somebody typed beside the hold comes behind it. */
const HELD = "On hold for";

/** A sentence that may quote a hold, for those who are shown no free text: it ends where the quoting could begin. */
export function withoutTyped(words: string): string {
  const at = words.indexOf(HELD);
  return at < 0 ? words : `${words.slice(0, at)}On hold`;
}

function holdInWords({ code, until, reason }: Hold, zone: string, now: number): string {
  const held = `${HELD} ${inPlainWords(code)}`;
  if (until === undefined) return `${held}${suffix(reason)}`;
  if (now <= until) return `${held} until ${inWords(zone, until)}${suffix(reason)}`;
  return `${held}, which should have ended ${inWords(zone, until)}${suffix(reason)}`;
}

const holdsInWords = (order: Order, zone: string, now: number): string[] =>
  openHolds(order).map((hold) => holdInWords(hold, zone, now));

const exceptionInWords = (exception: OrderException): string =>
  `${exception.code}${suffix(exception.note)}`;

export const blockersOf = (order: Order, zone: string, now: number): string[] => [
  ...holdsInWords(order, zone, now),
  ...order.exceptions.filter(isBlocking).map(exceptionInWords),
];

const truckWords = (pickup: Departure | undefined, zone: string): string =>
  pickup === undefined
    ? "no truck is planned"
    : `truck ${carrierOf(pickup.id)} leaves ${inWords(zone, pickup.at)}`;

function lostWords(deliverBy: number, of: Case): string {
  const { calendar, promises, now } = of;
  const { zone } = calendar;
  const { lastTruck } = promises;
  if (now <= deliverBy && hasNoTruckInTime(of))
    return `No truck leaves before the delivery by ${inWords(zone, deliverBy)}`;
  if (now > deliverBy || lastTruck === null)
    return `Should have been delivered by ${inWords(zone, deliverBy)}`;
  const last = `the last was ${carrierOf(lastTruck.id)}, ${inWords(zone, lastTruck.at)}`;
  return `No truck that keeps the delivery by ${inWords(zone, deliverBy)} can be reached any more: ${last}`;
}

/** What remains to be done in the house, and what by when. */
function workInWords(sev: Severity, at: string, due: Due, pickup: Departure | undefined, of: Case) {
  const { words, details } = of.remaining;
  const work = `${words}, ${truckWords(pickup, of.calendar.zone)}${details}`;
  if (due.dueKind === "deliver")
    return sev === "late"
      ? `Cannot be delivered by ${at} any more; ${work}`
      : `To be delivered by ${at}; ${work}`;
  if (sev !== "late")
    return leavesAfterDue(pickup, due)
      ? `No truck leaves by ${at}, so it must go another way; ${work}`
      : work;
  return due.due !== null && of.now > due.due
    ? `Should have shipped by ${at}; ${work}`
    : `Cannot ship by ${at} any more; ${work}`;
}

/** The sentence that says what the severity rests on. */
function verdict(sev: Severity, due: Due, pickup: Departure | undefined, of: Case): string {
  const { zone } = of.calendar;
  if (due.due === null) return "Without a truck or a given promise it has no deadline";
  const at = inWords(zone, due.due);
  const last = of.promises.deliverBy ?? due.due;
  if (sev === "unknown")
    return `Too old to alarm: its last deadline was ${inWordsWithYear(zone, last, of.now)}`;
  if (sev === "lost_cause") return lostWords(last, of);
  if (!of.remaining.isInside) return `With the carrier, to be delivered by ${at}`;
  return workInWords(sev, at, due, pickup, of);
}

/** All that may come before the verdict: of the silent source, the holds, the forecast, what was found. */
function firstWords(sev: Severity, { order, seen, outlook, now, calendar }: Case): string[] {
  const { zone } = calendar;
  return [
    ...(seen.blind === undefined ? [] : [blindInWords(seen.blind, zone)]),
    ...holdsInWords(order, zone, now),
    ...(sev === "at_risk" ? (outlook?.words ?? []) : []),
    ...seen.findings.map(({ words }) => words),
  ];
}

/** The most telling of the reasons. */
export function reasonOf(
  sev: Severity,
  due: Due,
  pickup: Departure | undefined,
  of: Case,
): string | undefined {
  const [first] = firstWords(sev, of);
  return first ?? verdict(isBlind(of) ? "on_time" : sev, due, pickup, of);
}

export function reasonsOf(
  sev: Severity,
  due: Due,
  pickup: Departure | undefined,
  of: Case,
): string[] {
  return [
    ...firstWords(sev, of),
    // as far as it was told
    verdict(isBlind(of) ? "on_time" : sev, due, pickup, of),
    ...of.order.exceptions.filter(isOpen).map(exceptionInWords),
  ];
}

/** Of an order that has ended; `isLate`: after its promise. */
export const endedInWords = (
  order: Order,
  isLate: boolean,
  zone: string,
  now: number,
): string[] => [
  ...holdsInWords(order, zone, now),
  `Ended as ${order.stage} ${inWordsWithYear(zone, order.stageSince, now)}${isLate ? ", after its promise" : ""}`,
];
