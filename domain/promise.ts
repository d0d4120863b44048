/**
 * What was promised for an order, and what follows from it: ship-by and deliver-by (as the shop gave them, else from the service level), the truck to aim
 * at, and the limits counted back from that truck. No clock: everything follows from the order and the site's rules.
 */
import {
  addWorking,
  calendarOf,
  firstPickup,
  lastPickup,
  subWorking,
  type Calendar,
  type Departure,
} from "./calendar.ts";
import type { DeadlineFact } from "./deadline-fact.ts";
import type { Order } from "./order.ts";
import { ourShipBy } from "./our-clock.ts";
import { remainingOf } from "./remaining.ts";
import {
  computedDeliverBy,
  computedShipBy,
  termsOf,
  type Computed,
  type Terms,
} from "./service-level.ts";
import type { Site, SitePolicy } from "./site.ts";
import { isBeforeHandOver } from "./stages.ts";
import { MINUTE_MS, inWords, localDay } from "./wall-clock.ts";

export type Promises = {
  /** epoch ms; null when the carrier has no pickup within 400 days */
  shipBy: number | null;
  deliverBy: number | null;
  /** the earliest truck that the remaining stage budgets still reach from the order's last milestone; null after hand-over; found when read */
  readonly target: { id: string; at: number } | null;
  /**
   * the last truck that still keeps `deliverBy` by the carrier's planned days. A promise so short that no truck since receipt keeps it by plan is taken at
   * its word: then it is the last that leaves before `deliverBy`. Null without a delivery promise, after hand-over, or when no truck comes in time
   */
  lastTruck: { id: string; at: number } | null;
  /** all of them with how they were computed; made when read, since most readers want the moments alone */
  readonly deadlines: DeadlineFact[];
  /** what they follow from, and what stays the same while the order goes its way */
  readonly basis: Basis;
};

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

type Named = Pick<DeadlineFact, "name" | "kind">;
type Promised = { given: number | undefined; computed: Computed | undefined; at: number | null };

type Facts = Pick<
  Order,
  "service" | "carrier" | "receivedAt" | "promisedShipBy" | "promisedDeliverBy"
>;
type Basis = {
  facts: Facts;
  calendar: Calendar;
  terms: Terms;
  ship: Promised;
  deliver: Promised;
  lastTruck: Departure | undefined;
};

function promised(given: number | undefined, compute: () => Computed | undefined): Promised {
  const computed = given === undefined ? compute() : undefined;
  return { given, computed, at: given ?? computed?.at ?? null };
}

function factOf(
  subject: Named,
  { given, computed }: Promised,
  terms: Terms,
  givenWords: readonly string[] = [],
): DeadlineFact[] {
  if (given !== undefined) {
    const how = ["Given with the order.", ...givenWords];
    return [{ ...subject, at: given, basis: "given", how }];
  }
  if (computed === undefined) return [];
  const how = [...terms.how, ...computed.how()];
  return [{ ...subject, at: computed.at, basis: "computed", how }];
}

/**
 * A ship-by that the shop gave is taken at its word, since goods also leave by couriers and shuttles that no timetable knows: it alone is counted to. Whoever relies on
 * the trucks is told which one keeps it.
 */
function truckInWords({ calendar, ship, terms, facts }: Basis): string[] {
  const { given } = ship;
  if (given === undefined) return [];
  const { carrier, level } = terms;
  const truck = lastPickup(calendar, carrier, level.id, given, facts.receivedAt);
  if (truck === undefined) return [`No ${carrier.id} truck leaves between its receipt and then.`];
  if (truck.at === given) return [];
  return [`The last ${carrier.id} truck before it leaves ${inWords(calendar.zone, truck.at)}.`];
}

function targetOf(order: Order, calendar: Calendar, terms: Terms): Departure | undefined {
  const remaining = remainingOf(calendar.site, order.stage);
  if (!remaining.isInside || order.closedAt !== undefined) return undefined;
  return reachablePickup(calendar, terms, order.stageSince, remaining.totalMs);
}

/** The carrier may take up to 60 days, and weekends and closures lie between. */
const KEEPING_DAYS = 90;
const KEPT_TRUCKS = 5_000;
const keepingTrucks = new WeakMap<Calendar, Map<string, Departure | null>>();

function findKeeping(calendar: Calendar, terms: Terms, deliverBy: number): Departure | null {
  const last = localDay(calendar.zone, deliverBy);
  for (let day = last; day > last - KEEPING_DAYS; day -= 1) {
    const truck = calendar.trucksOf(terms.carrier, day, terms.level.id).at(-1);
    if (truck === undefined || truck.at > deliverBy) continue;
    if (computedDeliverBy(calendar.zone, terms, day).at <= deliverBy) return truck;
  }
  return null;
}

/** Many orders share a promise: what was found is remembered. */
function keepingTruck(calendar: Calendar, terms: Terms, deliverBy: number): Departure | null {
  const known = keepingTrucks.get(calendar) ?? new Map<string, Departure | null>();
  keepingTrucks.set(calendar, known);
  const key = `${deliverBy} ${terms.carrier.id} ${terms.level.id}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= KEPT_TRUCKS) known.clear();
  const truck = findKeeping(calendar, terms, deliverBy);
  known.set(key, truck);
  return truck;
}

function lastTruckOf(
  { receivedAt }: Facts,
  calendar: Calendar,
  terms: Terms,
  deliverBy: number | null,
): Departure | undefined {
  if (deliverBy === null) return undefined;
  const keeping = keepingTruck(calendar, terms, deliverBy);
  if (keeping !== null && keeping.at >= receivedAt) return keeping;
  return lastPickup(calendar, terms.carrier, terms.level.id, deliverBy, receivedAt);
}

const named = (truck: Departure | undefined): { id: string; at: number } | null =>
  truck === undefined ? null : { id: truck.id, at: truck.at };

function basisOf(order: Order, calendar: Calendar): Basis {
  const { service, carrier, receivedAt, promisedShipBy, promisedDeliverBy } = order;
  const { zone } = calendar;
  const terms = termsOf(order, calendar.site);
  const ship = promised(promisedShipBy, () => computedShipBy(calendar, terms, receivedAt));
  const shipBy = ship.at;
  const deliver = promised(promisedDeliverBy, () =>
    shipBy === null ? undefined : computedDeliverBy(zone, terms, localDay(zone, shipBy), shipBy),
  );
  const lastTruck = lastTruckOf(order, calendar, terms, deliver.at);
  const facts = {
    service,
    receivedAt,
    ...(carrier !== undefined && { carrier }),
    ...(promisedShipBy !== undefined && { promisedShipBy }),
    ...(promisedDeliverBy !== undefined && { promisedDeliverBy }),
  };
  return { facts, calendar, terms, ship, deliver, lastTruck };
}

const stillHolds = ({ facts, calendar }: Basis, order: Order, site: Site): boolean =>
  calendar.site === site &&
  facts.receivedAt === order.receivedAt &&
  facts.service === order.service &&
  facts.carrier === order.carrier &&
  facts.promisedShipBy === order.promisedShipBy &&
  facts.promisedDeliverBy === order.promisedDeliverBy;

/** An order's promises with the state of the order that they were made for. */
type Told = Omit<Promises, "target" | "deadlines"> & { readonly order: Order };

function readTarget(this: Told): Promises["target"] {
  const { calendar, terms } = this.basis;
  return named(targetOf(this.order, calendar, terms));
}

function readDeadlines(this: Told & Promises): DeadlineFact[] {
  const { target, order, basis } = this;
  const { calendar, terms, ship, deliver } = basis;
  return [
    ...(target === null ? [] : milestoneLimits(order, calendar.site, target.at)),
    ...factOf({ name: "ship by", kind: "ship" }, ship, terms, truckInWords(basis)),
    ...ourShipBy(order, ship.at, calendar, terms),
    ...factOf({ name: "deliver by", kind: "deliver" }, deliver, terms),
  ];
}

/** Found when read. Shared by all, since to make an object with getters of its own takes fifty times as long, and it is done for every event. */
const FOUND_WHEN_READ = Object.defineProperties(
  {},
  { target: { get: readTarget }, deadlines: { get: readDeadlines } },
);

function tell(order: Order, basis: Basis): Promises {
  const told = Object.create(FOUND_WHEN_READ) as { -readonly [F in keyof Told]: Told[F] };
  const isAhead = order.closedAt === undefined && isBeforeHandOver(order.stage);
  told.shipBy = basis.ship.at;
  told.deliverBy = basis.deliver.at;
  told.lastTruck = isAhead ? named(basis.lastTruck) : null;
  told.basis = basis;
  told.order = order;
  return told as Told & Promises;
}

/**
 * All promises of an order under the rules given. Total: an order of unknown service or carrier, or without a truck, gets what can be said. `known` are its
 * promises in an earlier state: what did not change since is not computed again.
 */
export function promisesOf(
  order: Order,
  { site }: SitePolicy,
  known: Promises | null = null,
): Promises {
  const isKnown = known !== null && stillHolds(known.basis, order, site);
  return tell(order, isKnown ? known.basis : basisOf(order, calendarOf(site)));
}
