/**
 * Ship-by and deliver-by as a service level promises them: day mode counts handling days after the cut-off, minutes mode counts working minutes from
 * receipt. Cut-offs and trucks are local to the site; dates are added, never 24 hours.
 */
import { countOf } from "./counted.ts";
import {
  addWorking,
  closedDaysOf,
  cutOffOn,
  dockBufferMs,
  firstDay,
  firstPickup,
  type Calendar,
  type Departure,
} from "./calendar.ts";
import type { Order } from "./order.ts";
import type { Carrier, ServiceLevel, Site } from "./site.ts";
import { isBeforeHandOver } from "./stages.ts";
import {
  DAY_MS,
  MINUTE_MS,
  dayInWords,
  durationMs,
  inWords,
  localDay,
  parseWallTime,
  wallInstant,
  weekdayOf,
  type Day,
} from "./wall-clock.ts";

const DEFAULT_TRANSIT_DAYS = 2;
const DEFAULT_DELIVERY_DAYS = [1, 2, 3, 4, 5, 6];
const DEFAULT_DELIVER_END = "20:00";

/** The rules that hold for one order; `how` says where they are not the ones it named. */
export type Terms = { carrier: Carrier; level: ServiceLevel; how: string[] };

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

/**
 * Who brings it: from when all of it is handed over the carrier that took it, as far as the site knows one of that name or the shop named nobody; before that
 * the one that the shop named. Undefined where the service level alone says who.
 */
export function bringerOf({ carrier, takenBy, stage }: Order, site: Site): string | undefined {
  if (takenBy === undefined || isBeforeHandOver(stage)) return carrier;
  return carrier === undefined || byId(site.carriers, takenBy) !== undefined ? takenBy : carrier;
}

/**
 * Service level and carrier of an order; an unknown one falls back to the site's first. Promises go by the carrier that the shop named: who takes the goods
 * in the end moves none of them.
 */
export function termsOf(order: Order, site: Site, bringer = order.carrier): Terms {
  const how: string[] = [];
  const named = byId(site.serviceLevels, order.service);
  const level = named ?? firstOf(site.serviceLevels);
  if (named === undefined) {
    how.push(`Service level ${order.service} is not known here; ${level.id} is used.`);
  }
  const wanted = bringer ?? level.carrier;
  const carrier =
    byId(site.carriers, wanted) ?? byId(site.carriers, level.carrier) ?? firstOf(site.carriers);
  if (wanted !== undefined && wanted !== carrier.id) {
    how.push(`Carrier ${wanted} is not known here; ${carrier.id} is used.`);
  }
  return { carrier, level, how };
}

/** Whole days of a duration, a started day counting whole. */
const daysOf = (duration: string): number => Math.ceil(durationMs(duration) / DAY_MS);

/** A moment that follows from the rules; how it does is put into words only when somebody asks. */
export type Computed = { at: number; day: Day; how: () => string[] };

/** The moment by which an order must be in to count for that date: the level's cut-off, else the site's, else the last truck. */
function cutOffAt(calendar: Calendar, terms: Terms, day: Day): number | undefined {
  const cutOffs = terms.level.cutOff ?? calendar.site.cutOff;
  if (cutOffs === undefined)
    return calendar.pickupsOf(terms.carrier, day, terms.level.id).at(-1)?.at;
  const minute = cutOffOn(cutOffs, day);
  return minute === undefined ? undefined : wallInstant(calendar.zone, day, minute);
}

function firstShipDay(calendar: Calendar, terms: Terms, received: number): Day | undefined {
  const today = localDay(calendar.zone, received);
  const counts = (day: Day): boolean =>
    calendar.worksOn(day) && cutOffAt(calendar, terms, day) !== undefined;
  const cutOff = cutOffAt(calendar, terms, today);
  const inTime = cutOff !== undefined && calendar.worksOn(today) && received <= cutOff;
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
function shipByDay(calendar: Calendar, terms: Terms, received: number): Computed | undefined {
  const start = firstShipDay(calendar, terms, received);
  const handling = daysOf(terms.level.shipWithin);
  const ready = start === undefined ? undefined : afterHandling(calendar, start, handling);
  if (start === undefined || ready === undefined) return undefined;
  const lastOn = (day: Day): Departure | undefined =>
    calendar.trucksOf(terms.carrier, day, terms.level.id).at(-1);
  const leaves = (day: Day): boolean => (lastOn(day)?.at ?? -Infinity) >= received;
  const day = firstDay(ready, leaves);
  const last = day === undefined ? undefined : lastOn(day);
  if (day === undefined || last === undefined) return undefined;
  const { id } = terms.carrier;
  const how = (): string[] => [
    `Received ${inWords(calendar.zone, received)}, counts for ${dayInWords(start)} by the cut-off.`,
    ...(handling > 0
      ? [`${countOf(handling, "working day")} of handling: ${dayInWords(ready)}.`]
      : []),
    ...(day === ready
      ? []
      : [`No ${id} truck on ${dayInWords(ready)}: rolled to ${dayInWords(day)}.`]),
    `The last ${id} truck leaves ${inWords(calendar.zone, last.at)}.`,
  ];
  return { at: last.at, day, how };
}

/** Minutes mode ("ships within 120 working minutes"): the first truck after that time and the dock buffer. */
function shipByMinutes(calendar: Calendar, terms: Terms, received: number): Computed | undefined {
  const within = durationMs(terms.level.shipWithin);
  const ready = addWorking(calendar, received, within);
  const buffer = dockBufferMs(calendar.site);
  const truck = firstPickup(calendar, terms.carrier, terms.level.id, ready + buffer);
  if (truck === undefined) return undefined;
  const how = (): string[] => [
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
): Computed | undefined {
  return terms.level.mode === "day"
    ? shipByDay(calendar, terms, received)
    : shipByMinutes(calendar, terms, received);
}

/**
 * Deliver-by from the local date of hand-over (day 0), in the carrier's delivery days; in site time. `shippedAt`: what leaves after deliveries end cannot be delivered on that
 * day, and comes on the next.
 */
export function computedDeliverBy(
  zone: string,
  terms: Pick<Terms, "carrier" | "level">,
  shipDay: Day,
  shippedAt = -Infinity,
): Computed {
  const { carrier, level } = terms;
  const days =
    level.deliverWithin === undefined
      ? (carrier.transitDays ?? DEFAULT_TRANSIT_DAYS)
      : daysOf(level.deliverWithin);
  const weekdays = carrier.deliveryDays ?? DEFAULT_DELIVERY_DAYS;
  const closed = closedDaysOf(carrier);
  const delivers = (day: Day): boolean => weekdays.includes(weekdayOf(day)) && !closed.has(day);
  let day = shipDay;
  for (let passed = 0; passed < days; passed += 1) day = firstDay(day + 1, delivers) ?? day + 1;
  const end = carrier.deliverEnd ?? DEFAULT_DELIVER_END;
  const endOf = (date: Day): number => wallInstant(zone, date, parseWallTime(end));
  const isOver = endOf(day) <= shippedAt;
  if (isOver) day = firstDay(day + 1, delivers) ?? day + 1;
  const at = endOf(day);
  const how = (): string[] => [
    `Shipped ${dayInWords(shipDay)}, ${countOf(days, "delivery day")} of ${carrier.id} later is ${dayInWords(day)}${isOver ? ", the next on which it delivers after the truck has left" : ""}.`,
    `Deliveries end at ${end}, site time.`,
  ];
  return { at, day, how };
}
