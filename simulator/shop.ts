/** The shop: what is in an order, what was promised, and what the customer does about it later. Every order throws dice of its own. */
import type { Carrier, ServiceLevel } from "../domain/site.ts";
import { surgeArrivals, usualArrivals } from "./arrivals.ts";
import { countryOf, goodsOf, skuName, throwAddress, throwSku, throwUnits } from "./catalog.ts";
import { REGIONS } from "./disruptions.ts";
import type { Incident, Draft, Flow, OrderedLine, Plan, State } from "./model.ts";
import { HOUR, MINUTE } from "./local-time.ts";
import {
  between,
  chance,
  diceOf,
  type Dice,
  geometric,
  pickOne,
  pickWeighted,
  throwDice,
  wholeBetween,
} from "./random.ts";
import { deliverByOf, pickupFrom, shipByOf } from "./timetable.ts";

export type Arrival = { at: number; flow: Flow; draft: Draft };

/** All orders of an hour, usual ones first, then those that surges add. */
export function arrivalsOfHour(plan: Plan, state: State, from: number): Arrival[] {
  const usual = usualArrivals(plan, from).map(
    (at) => [at, ordersAt(plan, state, at, false)] as const,
  );
  const extra = surgesIn(state.incidents, from)
    .flatMap((surge) => surgeArrivals(plan, surge, from))
    .map((at) => [at, ordersAt(plan, state, at, true)] as const);
  return [...usual, ...extra]
    .filter(([at]) => at < plan.arrivalsUntil)
    .flatMap(([, arrivals]) => arrivals);
}

const surgesIn = (incidents: readonly Incident[], from: number): Incident[] =>
  incidents.filter((i) => i.kind === "surge" && i.start < from + HOUR && i.end > from);

function nextId(plan: Plan, state: State, surge: boolean): string {
  const series = surge ? "surge" : "normal";
  const number = (state.received[series] += 1);
  const letter = surge ? "F" : "";
  return `${plan.site.id}-${plan.tag}-${letter}${String(number).padStart(5, "0")}`;
}

/** One customer order, as one order or split in two. */
function ordersAt(plan: Plan, state: State, at: number, surge: boolean): Arrival[] {
  const id = nextId(plan, state, surge);
  const dice = diceOf(plan.seed, "order", id);
  const lines = throwLines(plan, dice);
  const customerOrder = `C${id}`;
  const isSplit = lines.length > 1 && chance(dice, plan.preset.shop.split * 2.3);
  if (!isSplit) return [anArrival(plan, { id, customerOrder, at, lines, dice })];
  const half = Math.ceil(lines.length / 2);
  const second = nextId(plan, state, surge);
  return [
    anArrival(plan, { id, customerOrder, at, lines: lines.slice(0, half), dice }),
    anArrival(plan, {
      id: second,
      customerOrder,
      at,
      lines: lines.slice(half),
      dice: diceOf(plan.seed, "order", second),
    }),
  ];
}

/** About 57 % single lines; the lines of an order that is not multi-zone lie in one zone. */
function throwLines(plan: Plan, dice: Dice): OrderedLine[] {
  const count = Math.min(10, 1 + geometric(dice, 0.57));
  const isMultiZone = chance(dice, plan.preset.shop.multiZone);
  const lines = Array.from({ length: count }, (_, index) => {
    const sku = throwSku(dice);
    return { line: index + 1, sku, quantity: throwUnits(dice), ...goodsOf(sku) };
  });
  const zone = lines[0]?.zone ?? "A";
  return isMultiZone ? lines : lines.map((line) => ({ ...line, zone }));
}

type Seed = { id: string; customerOrder: string; at: number; lines: OrderedLine[]; dice: Dice };

function throwService(plan: Plan, dice: Dice, carrier: Carrier): string {
  const { shop } = plan.preset;
  const known = new Set(plan.site.serviceLevels.map((level) => level.id));
  if (shop.serviceByCarrier && known.has(carrier.id)) return carrier.id;
  const [standard, express, b2b] = shop.services;
  const service = pickWeighted(dice, [
    ["standard", standard],
    ["express", express],
    ["b2b", b2b],
  ]);
  return known.has(service) ? service : (plan.site.serviceLevels[0]?.id ?? service);
}

const CARRIER_SHARES = [40, 35, 25];

function throwCarrier(plan: Plan, dice: Dice): Carrier {
  const [first, ...others] = plan.site.carriers.map((carrier, index): [Carrier, number] => [
    carrier,
    CARRIER_SHARES[index] ?? 10,
  ]);
  if (first === undefined) throw new Error(`Site ${plan.site.id} has no carrier.`);
  return pickWeighted(dice, [first, ...others]);
}

type Promised = { shipBy: number; deliverBy: number; given: boolean };

const TRUCK_SOON_MS = 2 * HOUR;

/** The truck that leaves then or soon after; without one that very time, which a shuttle may keep. */
function truckAfter(plan: Plan, carrier: Carrier, at: number): number {
  const truck = pickupFrom(plan, carrier, at);
  if (truck !== null && truck <= at + TRUCK_SOON_MS) return truck;
  return Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE;
}

/** A 3PL hands over some four hours after it was asked: who sells its goods knows it. */
const PROVIDER_MS = 2 * HOUR;

/** The same promise for what a 3PL ships. */
function promiseOfProvider(plan: Plan, carrier: Carrier, promised: Promised): Promised {
  if (!promised.given || plan.preset.shop.givesPromises) return promised;
  const shipBy = truckAfter(plan, carrier, promised.shipBy + PROVIDER_MS);
  return { ...promised, shipBy, deliverBy: promised.deliverBy + shipBy - promised.shipBy };
}

/** Hours after the order for a marketplace, the timetable's else. */
function promise(plan: Plan, dice: Dice, carrier: Carrier, service: string, at: number): Promised {
  const { shop } = plan.preset;
  if (chance(dice, shop.marketplace)) {
    const hours = pickWeighted(dice, [
      [1, 28],
      [2, 28],
      [3, 20],
      [5, 14],
      [8, 10],
    ]);
    const shipBy = truckAfter(plan, carrier, at + hours * HOUR);
    const soonest = shipBy + wholeBetween(dice, 10, 20) * HOUR;
    const planned = deliverByOf(plan, carrier, shipBy, carrier.transitDays ?? 2);
    return { shipBy, deliverBy: Math.max(soonest, planned), given: true };
  }
  const level: ServiceLevel | undefined = plan.site.serviceLevels.find((l) => l.id === service);
  const shipBy = shipByOf(plan, carrier, level, at);
  const deliverBy = deliverByOf(plan, carrier, shipBy, carrier.transitDays ?? 2);
  return { shipBy, deliverBy, given: shop.givesPromises };
}

function anArrival(plan: Plan, seed: Seed): Arrival {
  const { dice, at } = seed;
  const carrier = throwCarrier(plan, dice);
  const service = throwService(plan, dice, carrier);
  const region = pickOne(dice, REGIONS);
  const onOwnFloor = promise(plan, dice, carrier, service, at);
  const goesOut = chance(dice, plan.preset.shop.provider);
  const promised = goesOut ? promiseOfProvider(plan, carrier, onOwnFloor) : onOwnFloor;
  const node = goesOut ? (plan.site.nodes?.[0]?.id ?? "floor") : "floor";
  const flow = aFlow(plan.site.id, seed, { carrier: carrier.id, service, region, node, promised });
  return { at, flow, draft: draftOf(plan, dice, flow, promised) };
}

type Chosen = {
  carrier: string;
  service: string;
  region: string;
  node: string;
  promised: Promised;
};

function aFlow(site: string, seed: Seed, chosen: Chosen): Flow {
  const { promised, ...rest } = chosen;
  return {
    ...rest,
    site,
    id: seed.id,
    customerOrder: seed.customerOrder,
    receivedAt: seed.at,
    lines: seed.lines,
    zones: [...new Set(seed.lines.map((line) => line.zone))],
    shipBy: promised.shipBy,
    deliverBy: promised.deliverBy,
    stage: "received",
    attempt: 1,
    hold: null,
    picksLeft: 0,
    pickStarted: false,
    parcels: [],
    queuedAt: seed.at,
    times: {},
    causes: [],
    savedWithout: [],
    missed: false,
    outcome: "open",
    events: 0,
  };
}

const iso = (at: number): string => new Date(at).toISOString();

/** Body of `order.received`. */
function draftOf(plan: Plan, dice: Dice, flow: Flow, promised: Promised): Draft {
  const country = countryOf(plan.site.timeZone);
  const isMarketplace = promised.given && !plan.preset.shop.givesPromises;
  const channel = isMarketplace ? "marketplace" : pickOne(dice, ["web", "web", "app", "phone"]);
  const isUrgent = flow.service === "express" || flow.shipBy - flow.receivedAt < 4 * HOUR;
  return {
    source: `shop/${channel}`,
    data: {
      customerOrder: flow.customerOrder,
      channel,
      service: flow.service,
      carrier: flow.carrier,
      priority: isUrgent ? "P2" : "P3",
      placedAt: iso(Math.floor(flow.receivedAt - between(dice, 5, 90) * 1000)),
      ...(promised.given && { shipBy: iso(flow.shipBy), deliverBy: iso(flow.deliverBy) }),
      ...(throwDice(dice) < 0.12 && { tier: "gold" }),
      currency: country === "US" ? "USD" : "EUR",
      shipTo: throwAddress(dice, country, flow.region),
      lines: flow.lines.map(({ line, sku, name, quantity, unitPrice, weightG, zone }) => ({
        line,
        sku: skuName(sku),
        name,
        quantity,
        unitPrice: Math.round(unitPrice * 100) / 100,
        weightG,
        zone,
      })),
    },
  };
}
