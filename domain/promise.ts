/**
 * What was promised for an order, and what follows from it: ship-by and deliver-by (as the shop gave them, else from the service level), the truck to aim
 * at, and the limits counted back from that truck. No clock: everything follows from the order and the site's rules.
 */
import {
  addWorking,
  calendarOf,
  cutOffOn,
  dockBufferMs,
  firstDay,
  firstPickup,
  subWorking,
  type Calendar,
  type Departure,
} from "./calendar.ts";
import type { Order } from "./order.ts";
import { remainingOf } from "./remaining.ts";
import type { Carrier, ServiceLevel, Site, SitePolicy } from "./site.ts";
import {
  DAY_MS,
  MINUTE_MS,
  dayInWords,
  durationMs,
  formatDay,
  inWords,
  localDay,
  parseWallTime,
  wallInstant,
  weekdayOf,
  type Day,
} from "./wall-clock.ts";

export type DeadlineFact = {
  name: string;
  kind: "ship" | "deliver" | "milestone";
  /** epoch ms */
  at: number;
  /** who set it: the shop, or our rules */
  basis: "given" | "computed";
  /** how it was computed, in sentences */
  how: string[];
};

export type Promises = {
  /** epoch ms; null when the carrier has no pickup within 400 days */
  shipBy: number | null;
  deliverBy: number | null;
  /** the earliest truck that the remaining stage budgets still reach from the order's last milestone; null after hand-over */
  target: { id: string; at: number } | null;
  deadlines: DeadlineFact[];
};

/** The rules that hold for one order; `how` says where they are not the ones it named. */
export type Terms = { carrier: Carrier; level: ServiceLevel; how: string[] };

const DEFAULT_TRANSIT_DAYS = 2;
const DEFAULT_DELIVERY_DAYS = [1, 2, 3, 4, 5, 6];
const DEFAULT_DELIVER_END = "20:00";

const byId = <T extends { id: string }>(
  list: readonly T[],
  id: string | undefined,
): T | undefined => (id === undefined ? undefined : list.find((item) => item.id === id));

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  // the sites file asks for at least one of each
  if (first === undefined) throw new RangeError("A site has a carrier and a service level");
  return first;
}

/** Service level and carrier of an order; an unknown one falls back to the site's first. */
export function termsOf(order: Order, site: Site): Terms {
  const how: string[] = [];
  const named = byId(site.serviceLevels, order.service);
  const level = named ?? firstOf(site.serviceLevels);
  if (named === undefined) {
    how.push(`Service level ${order.service} is not known here; ${level.id} is used.`);
  }
  const wanted = order.carrier ?? level.carrier;
  const carrier =
    byId(site.carriers, wanted) ?? byId(site.carriers, level.carrier) ?? firstOf(site.carriers);
  if (wanted !== undefined && wanted !== carrier.id) {
    how.push(`Carrier ${wanted} is not known here; ${carrier.id} is used.`);
  }
  return { carrier, level, how };
}

/** Whole days of a duration, a started day counting whole. */
const daysOf = (duration: string): number => Math.ceil(durationMs(duration) / DAY_MS);

type ShipBy = { at: number; day: Day; how: string[] };

/** The minute by which an order must be in to count for that date: the level's cut-off, else the site's, else the last truck. */
function cutOffMinute(calendar: Calendar, terms: Terms, day: Day): number | undefined {
  const cutOffs = terms.level.cutOff ?? calendar.site.cutOff;
  if (cutOffs !== undefined) return cutOffOn(cutOffs, day);
  const last = calendar.pickupsOf(terms.carrier, day, terms.level.id).at(-1);
  return last === undefined
    ? undefined
    : (last.at - wallInstant(calendar.zone, day, 0)) / MINUTE_MS;
}

function firstShipDay(calendar: Calendar, terms: Terms, received: number): Day | undefined {
  const today = localDay(calendar.zone, received);
  const counts = (day: Day): boolean =>
    calendar.worksOn(day) && cutOffMinute(calendar, terms, day) !== undefined;
  const minute = cutOffMinute(calendar, terms, today);
  const inTime =
    minute !== undefined &&
    calendar.worksOn(today) &&
    received <= wallInstant(calendar.zone, today, minute);
  return inTime ? today : firstDay(today + 1, counts);
}

function afterHandling(calendar: Calendar, from: Day, days: number): Day | undefined {
  let day: Day | undefined = from;
  for (let passed = 0; passed < days && day !== undefined; passed += 1) {
    day = firstDay(day + 1, calendar.worksOn);
  }
  return day;
}

/** Day mode (promise "ordered by 13:00 ships today"): the last truck of the day that the cut-off and the handling days give. */
function shipByDay(calendar: Calendar, terms: Terms, received: number): ShipBy | undefined {
  const start = firstShipDay(calendar, terms, received);
  const handling = daysOf(terms.level.shipWithin);
  const ready = start === undefined ? undefined : afterHandling(calendar, start, handling);
  if (start === undefined || ready === undefined) return undefined;
  const lastOn = (day: Day): Departure | undefined =>
    calendar.pickupsOf(terms.carrier, day, terms.level.id).at(-1);
  const leaves = (day: Day): boolean =>
    calendar.worksOn(day) && (lastOn(day)?.at ?? -Infinity) >= received;
  const day = firstDay(ready, leaves);
  const last = day === undefined ? undefined : lastOn(day);
  if (day === undefined || last === undefined) return undefined;
  const how = [
    `Received ${inWords(calendar.zone, received)}, counts for ${dayInWords(start)} by the cut-off.`,
  ];
  if (handling > 0) how.push(`${handling} working day(s) of handling: ${dayInWords(ready)}.`);
  if (day !== ready) {
    how.push(`No ${terms.carrier.id} truck on ${dayInWords(ready)}: rolled to ${dayInWords(day)}.`);
  }
  how.push(`The last ${terms.carrier.id} truck leaves ${inWords(calendar.zone, last.at)}.`);
  return { at: last.at, day, how };
}

/** Minutes mode ("ships within 120 working minutes"): the first truck after that time and the dock buffer. */
function shipByMinutes(calendar: Calendar, terms: Terms, received: number): ShipBy | undefined {
  const within = durationMs(terms.level.shipWithin);
  const ready = addWorking(calendar, received, within);
  const buffer = dockBufferMs(calendar.site);
  const truck = firstPickup(calendar, terms.carrier, terms.level.id, ready + buffer);
  if (truck === undefined) return undefined;
  const how = [
    `Received ${inWords(calendar.zone, received)}; ${within / MINUTE_MS} working minutes end ${inWords(calendar.zone, ready)}.`,
    `The first ${terms.carrier.id} truck ${buffer / MINUTE_MS} min after that leaves ${inWords(calendar.zone, truck.at)}.`,
  ];
  return { at: truck.at, day: truck.day, how };
}

/** When an order received at `received` should ship by the service level; undefined when no truck comes. */
export function computedShipBy(
  calendar: Calendar,
  terms: Terms,
  received: number,
): ShipBy | undefined {
  return terms.level.mode === "day"
    ? shipByDay(calendar, terms, received)
    : shipByMinutes(calendar, terms, received);
}

/** Deliver-by from the local date of hand-over (day 0), in the carrier's delivery days; in site time. */
export function computedDeliverBy(
  zone: string,
  terms: Pick<Terms, "carrier" | "level">,
  shipDay: Day,
): { at: number; how: string[] } {
  const { carrier, level } = terms;
  const days =
    level.deliverWithin === undefined
      ? (carrier.transitDays ?? DEFAULT_TRANSIT_DAYS)
      : daysOf(level.deliverWithin);
  const weekdays = carrier.deliveryDays ?? DEFAULT_DELIVERY_DAYS;
  const closed = new Set(carrier.closed);
  const delivers = (day: Day): boolean =>
    weekdays.includes(weekdayOf(day)) && !closed.has(formatDay(day));
  let day = shipDay;
  for (let passed = 0; passed < days; passed += 1) day = firstDay(day + 1, delivers) ?? day + 1;
  const end = carrier.deliverEnd ?? DEFAULT_DELIVER_END;
  const at = wallInstant(zone, day, parseWallTime(end));
  const how = [
    `Shipped ${dayInWords(shipDay)}, ${days} delivery day(s) of ${carrier.id} later is ${dayInWords(day)}.`,
    `Deliveries end at ${end}, site time.`,
  ];
  return { at, how };
}

function shipDeadline(order: Order, calendar: Calendar, terms: Terms): DeadlineFact | undefined {
  const fact = { name: "ship by", kind: "ship" as const };
  if (order.promisedShipBy !== undefined) {
    return { ...fact, at: order.promisedShipBy, basis: "given", how: ["Given with the order."] };
  }
  const computed = computedShipBy(calendar, terms, order.receivedAt);
  if (computed === undefined) return undefined;
  return { ...fact, at: computed.at, basis: "computed", how: [...terms.how, ...computed.how] };
}

function deliverDeadline(
  order: Order,
  zone: string,
  terms: Terms,
  shipBy: number | undefined,
): DeadlineFact | undefined {
  const fact = { name: "deliver by", kind: "deliver" as const };
  if (order.promisedDeliverBy !== undefined) {
    return { ...fact, at: order.promisedDeliverBy, basis: "given", how: ["Given with the order."] };
  }
  if (shipBy === undefined) return undefined;
  const computed = computedDeliverBy(zone, terms, localDay(zone, shipBy));
  return { ...fact, at: computed.at, basis: "computed", how: [...terms.how, ...computed.how] };
}

/** The first truck that the work which remains at `at` still reaches as planned. */
export function reachablePickup(
  calendar: Calendar,
  terms: Terms,
  at: number,
  remainingMs: number,
): Departure | undefined {
  const ready = addWorking(calendar, at, remainingMs);
  return firstPickup(calendar, terms.carrier, terms.level.id, ready);
}

/** Latest moments to reach each stage ahead, counted back from the truck in working time. Planning aids: they color, they never alarm. */
export function milestoneLimits(order: Order, site: Site, truckAt: number): DeadlineFact[] {
  const calendar = calendarOf(site);
  const remaining = remainingOf(site, order.stage);
  const truck = `Counted back from the truck of ${inWords(calendar.zone, truckAt)}`;
  let ms = remaining.dockMs;
  const limits: DeadlineFact[] = [];
  for (const step of remaining.steps.toReversed()) {
    if (step.stage !== "staged" && (step.next !== "handed_over" || ms > 0)) {
      limits.push({
        name: step.next === "handed_over" ? "on the dock" : step.next.replaceAll("_", " "),
        kind: "milestone",
        at: subWorking(calendar, truckAt, ms),
        basis: "computed",
        how: [`${truck}: ${ms / MINUTE_MS} working minutes of planned work and dock buffer.`],
      });
    }
    ms += step.ms;
  }
  return limits.reverse();
}

const present = <T>(items: readonly (T | undefined)[]): T[] =>
  items.filter((item) => item !== undefined);

/** All promises of an order under the rules given. Total: an order of unknown service or carrier, or without a truck, gets what can be said. */
export function promisesOf(order: Order, policy: SitePolicy): Promises {
  const calendar = calendarOf(policy.site);
  const terms = termsOf(order, policy.site);
  const ship = shipDeadline(order, calendar, terms);
  const deliver = deliverDeadline(order, calendar.zone, terms, ship?.at);
  const remaining = remainingOf(policy.site, order.stage);
  const target =
    remaining.isInside && order.closedAt === undefined
      ? reachablePickup(calendar, terms, order.stageSince, remaining.totalMs)
      : undefined;
  const limits = target === undefined ? [] : milestoneLimits(order, policy.site, target.at);
  return {
    shipBy: ship?.at ?? null,
    deliverBy: deliver?.at ?? null,
    target: target === undefined ? null : { id: target.id, at: target.at },
    deadlines: present([...limits, ship, deliver]),
  };
}
