/**
 * What is measured of an order, taken from its fold once: from these facts alone every metric follows (`measures.ts`), so that a late event moves the metrics by the
 * difference of two sets of facts. Plain JSON; instants are epoch ms. Nothing in it names a person.
 */
import {
  calendarOf,
  dockBufferMs,
  lastPickup,
  workingBetween,
  type Calendar,
} from "../calendar.ts";
import { isOfCustomer } from "../codes.ts";
import { visitsOf } from "../contribution.ts";
import type { RecordedEvent } from "../event.ts";
import { planOf, type Step } from "../fold/corrections.ts";
import { expectedOf } from "../fold/state.ts";
import { leftAt, type Order, type Parcel } from "../order.ts";
import { ourShipBy } from "../our-clock.ts";
import type { Promises } from "../promise.ts";
import { bringerOf, computedDeliverBy, termsOf } from "../service-level.ts";
import type { SitePolicy } from "../site.ts";
import { STAGE_RANK } from "../stages.ts";
import { localDay } from "../wall-clock.ts";
import { holdSpansOf, legsOf, type Leg } from "./legs.ts";
import { lossesOf, type Loss } from "./losses.ts";
import { packedOfEvents, type Packed } from "./packaging.ts";
import {
  cancelOf,
  checksOf,
  picksOf,
  unitsOf,
  type Cancel,
  type Checks,
  type Picks,
  type Units,
} from "./outcomes.ts";
import { unionOf, within, type Span } from "./spans.ts";

export type Visited = readonly [stage: string, at: number];

export type OrderFacts = {
  id: string;
  customerOrder: string;
  channel: string;
  service: string;
  carrier: string;
  node?: string;
  client?: string;
  tier?: string;
  country?: string;
  /** the order this one is sent in place of */
  replaces?: string;
  /** another order was sent in its place: it cannot be perfect any more */
  isReplaced?: true;
  placedAt: number;
  receivedAt: number;
  stage: string;
  shipBy: number | null;
  deliverBy: number | null;
  /**
   * counted again from the release of holds that are not ours; null while one of them is open: nobody knows yet. One that was never released though the goods left gives no
   * time back; what is cancelled is not waited for any more.
   */
  netShipBy: number | null;
  netDeliverBy: number | null;
  /** when all of it had left: as scanned at the dock, else when the carrier was first heard of with the last of it */
  departedAt: number | null;
  /** the same where the dock scanned any of it: what is measured from the hand-over needs that scan */
  dockedOutAt: number | null;
  /** by the carrier's own days from its first scan */
  commitBy: number | null;
  deliveredAt: number | null;
  closedAt: number | null;
  cancelled: Cancel | null;
  isReturned: boolean;
  units: Units;
  /** told parcels, and those of them that a carrier scanned */
  parcels: { shipped: number; scanned: number };
  isDamagedInside: boolean;
  isDamagedInTransit: boolean;
  isWrongItem: boolean;
  isWithoutDocuments: boolean;
  picks: Picks;
  checks: Checks;
  exceptions: string[];
  scans: { expected: number; recorded: number };
  /** the truck its ship-by is about, and when goods stood ready for it */
  truck: { id: string; readyBy: number } | null;
  readyAt: number | null;
  /** working time from receipt to departure (M2) */
  clickWorkMs: number | null;
  /** holds that the customer answers for, and future dates: taken off the net cycle time */
  customerHoldMs: number;
  holds: Span[];
  visits: Visited[];
  legs: Leg[];
  losses: Loss[];
  packed: Packed[];
};

const hasRaised = (order: Order, code: string): boolean =>
  order.exceptions.some((exception) => exception.code === code);

type Net = Pick<OrderFacts, "netShipBy" | "netDeliverBy">;

/** Deadlines by our own clock: those of the customer where no hold paused it. */
function netOf(order: Order, promises: Promises, calendar: Calendar): Net {
  const { shipBy, deliverBy, basis } = promises;
  const [ours] = ourShipBy(order, shipBy, calendar, basis.terms);
  if (ours === undefined) return { netShipBy: shipBy, netDeliverBy: deliverBy };
  if (ours.isPaused === true && leftAt(order) === undefined)
    return { netShipBy: null, netDeliverBy: order.stage === "cancelled" ? deliverBy : null };
  const { zone } = calendar;
  const counted = computedDeliverBy(zone, basis.terms, localDay(zone, ours.at), ours.at).at;
  const isLater = shipBy !== null && ours.at > shipBy;
  const netDeliverBy = deliverBy === null || !isLater ? deliverBy : Math.max(deliverBy, counted);
  return { netShipBy: ours.at, netDeliverBy };
}

const CARRIER_SCANS: ReadonlySet<string> = new Set([
  "parcel.in_transit",
  "parcel.out_for_delivery",
  "parcel.available_for_pickup",
  "parcel.delivery_failed",
  "parcel.delivered",
]);

function firstScan(steps: readonly Step[]): number | null {
  let first: number | null = null;
  for (const { event, at } of steps)
    if (CARRIER_SCANS.has(event.type) && (first === null || at < first)) first = at;
  return first;
}

/** By the days of whoever brings it, which may be another than it was promised with. */
function commitOf(
  order: Order,
  promises: Promises,
  zone: string,
  from: number | null,
): number | null {
  if (from === null) return null;
  const { calendar } = promises.basis;
  const terms = termsOf(order, calendar.site, bringerOf(order, calendar.site));
  return computedDeliverBy(zone, terms, localDay(zone, from), from).at;
}

function truckOf(
  order: Order,
  { shipBy, basis }: Promises,
  calendar: Calendar,
): OrderFacts["truck"] {
  if (shipBy === null) return null;
  const { carrier, level } = basis.terms;
  const truck = lastPickup(calendar, carrier, level.id, shipBy, order.receivedAt);
  return truck === undefined
    ? null
    : { id: truck.id, readyBy: truck.at - dockBufferMs(calendar.site) };
}

/** When it stood on the dock; where nobody scans that, when the last work on it was done. */
function readyOf(order: Order): number | null {
  const before = order.timeline.filter(
    ({ stage, at }) =>
      at !== null &&
      STAGE_RANK[stage] >= STAGE_RANK.packed &&
      STAGE_RANK[stage] <= STAGE_RANK.staged,
  );
  return before.at(-1)?.at ?? order.handedOverAt ?? null;
}

/** Of milestones that this site scans and everything passes: what may be left out cannot make up for what is missing. */
function scansOf({ timeline }: Order, policy: SitePolicy): OrderFacts["scans"] {
  const stages = new Set<string>(["received", ...expectedOf(policy)]);
  const expected = timeline.filter(({ stage }) => stages.has(stage));
  return {
    expected: expected.length,
    recorded: expected.filter(({ inferred }) => !inferred).length,
  };
}

/** Ends that say nothing of whether a carrier ever scanned it. */
const SILENT_ENDS: ReadonlySet<string> = new Set(["lost", "returned"]);

function isScanned(
  parcel: Pick<Parcel, "stage"> & Partial<Parcel>,
  steps: readonly Step[],
): boolean {
  if (!SILENT_ENDS.has(parcel.stage)) return STAGE_RANK[parcel.stage] >= STAGE_RANK.in_transit;
  return steps.some(({ event: { type, data } }) => {
    if (!CARRIER_SCANS.has(type) && type !== "parcel.returning") return false;
    const { parcelId, trackingCode } = data as Partial<Parcel>;
    if (parcelId !== undefined) return parcelId === parcel.parcelId;
    return trackingCode === undefined || trackingCode === parcel.trackingCode;
  });
}

/** Where one parcel was scanned at the dock and the last of them by its carrier alone, all of it had left when that one was heard of. */
function dockedOutOf(order: Order, steps: readonly Step[]): number | null {
  const out = order.handedOverAt ?? leftAt(order);
  const isScanned =
    out !== undefined &&
    steps.some(({ event: { type }, at }) => type === "parcel.handed_over" && at <= out);
  return order.handedOverAt ?? (isScanned ? out : null);
}

function parcelsOf(
  order: Order,
  steps: readonly Step[],
  dockedOutAt: number | null,
): OrderFacts["parcels"] {
  if (dockedOutAt === null) return { shipped: 0, scanned: 0 };
  const known = order.parcels.length > 0 ? order.parcels : [{ stage: order.stage }];
  const out = known.filter(
    ({ stage }) =>
      STAGE_RANK[stage] >= STAGE_RANK.handed_over && STAGE_RANK[stage] < STAGE_RANK.cancelled,
  );
  return {
    shipped: out.length,
    scanned: out.filter((parcel) => isScanned(parcel, steps)).length,
  };
}

/** Several at once are one pause, and what was still held when it arrived was held until then. */
function customerHoldMs({ holds, receivedAt, deliveredAt, closedAt }: Order): number {
  const end = deliveredAt ?? closedAt;
  if (end === undefined) return 0;
  const spans = holds
    .filter(({ code }) => isOfCustomer(code))
    .map(({ placedAt, releasedAt }): Span => [placedAt, releasedAt ?? null]);
  return within(unionOf(spans), receivedAt, end).reduce((sum, [from, to]) => sum + (to - from), 0);
}

type Named = Partial<Pick<OrderFacts, "node" | "client" | "tier" | "country" | "replaces">>;
function namedOf({ node, client, tier, shipTo, replaces }: Order): Named {
  return {
    ...(node !== undefined && { node }),
    ...(client !== undefined && { client }),
    ...(tier !== undefined && { tier }),
    ...(shipTo.country !== undefined && { country: shipTo.country }),
    ...(replaces !== undefined && { replaces }),
  };
}

type Moments = Pick<
  OrderFacts,
  "departedAt" | "dockedOutAt" | "commitBy" | "deliveredAt" | "closedAt" | "readyAt"
>;
function momentsOf(
  order: Order,
  promises: Promises,
  steps: readonly Step[],
  zone: string,
): Moments {
  const scannedAt = firstScan(steps);
  const departedAt = leftAt(order) ?? null;
  return {
    departedAt,
    dockedOutAt: dockedOutOf(order, steps),
    commitBy: commitOf(order, promises, zone, scannedAt ?? departedAt),
    deliveredAt: order.deliveredAt ?? null,
    closedAt: order.closedAt ?? null,
    readyAt: readyOf(order),
  };
}

type Marks = Pick<
  OrderFacts,
  "isReturned" | "isDamagedInside" | "isDamagedInTransit" | "isWrongItem" | "isWithoutDocuments"
>;
const marksOf = (order: Order, steps: readonly Step[]): Marks => ({
  isReturned: steps.some(
    ({ event: { type } }) => type === "order.returned" || type === "parcel.returned",
  ),
  isDamagedInside: hasRaised(order, "DAMAGED_INTERNAL"),
  isDamagedInTransit: hasRaised(order, "DAMAGED_IN_TRANSIT"),
  isWrongItem: hasRaised(order, "WRONG_ITEM"),
  isWithoutDocuments: hasRaised(order, "DOCUMENTS_MISSING"),
});

/** Everything that is measured of the order. `events` stand in fold order. */
export function factsOf(
  order: Order,
  promises: Promises,
  events: readonly RecordedEvent[],
  policy: SitePolicy,
): OrderFacts {
  const calendar = calendarOf(policy.site);
  const { steps } = planOf(events);
  const holds = holdSpansOf(order);
  const legs = legsOf(order, holds, calendar);
  const { shipBy, deliverBy } = promises;
  const net = netOf(order, promises, calendar);
  const effective = steps.map(({ event }) => event);
  const moments = momentsOf(order, promises, steps, calendar.zone);
  const { dockedOutAt } = moments;
  return {
    id: order.id,
    customerOrder: order.customerOrder,
    channel: order.channel,
    service: order.service,
    carrier: bringerOf(order, policy.site) ?? promises.basis.terms.carrier.id,
    ...namedOf(order),
    placedAt: order.placedAt,
    receivedAt: order.receivedAt,
    stage: order.stage,
    shipBy,
    deliverBy,
    ...net,
    ...moments,
    cancelled: cancelOf(order, steps),
    units: unitsOf(order, net.netDeliverBy),
    parcels: parcelsOf(order, steps, dockedOutAt),
    ...marksOf(order, steps),
    picks: picksOf(order, steps),
    checks: checksOf(steps),
    exceptions: [...new Set(order.exceptions.map(({ code }) => code))],
    scans: scansOf(order, policy),
    truck: truckOf(order, promises, calendar),
    clickWorkMs:
      dockedOutAt === null ? null : workingBetween(calendar, order.receivedAt, dockedOutAt),
    customerHoldMs: customerHoldMs(order),
    holds,
    visits: visitsOf(order).map(({ stage, at }) => [stage, at]),
    legs,
    losses: lossesOf(order, legs, promises, policy.site),
    packed: packedOfEvents(effective, () => false),
  };
}
