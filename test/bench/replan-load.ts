/**
 * A floor for the measurement of replanning: some hours of history, many open orders, then a steady flow in which every third event changes what the forecast says of
 * its order, so that a board can tell when it was taken into account. Repeatable from its seed.
 */
import type { EventType } from "../../domain/event.ts";
import { createStream, type LoadEvent } from "./events.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What a row has to show once its order was forecast anew. */
export type Expected = "forecast" | "unlikely" | "likely";
export type ReplanEvent = { event: LoadEvent; expected: Expected | null };

/** Steps of an order on the floor, with the minutes that each takes in the history. */
const STEPS: readonly [type: EventType, minutes: number][] = [
  ["order.allocated", 4],
  ["pick.started", 10],
  ["pick.completed", 3],
  ["pack.started", 4],
  ["pack.completed", 3],
  ["parcel.staged", 2],
  ["parcel.handed_over", 5],
];

const DATA: Partial<Record<EventType, (order: string) => object>> = {
  "pack.completed": (order) => ({ parcels: [{ parcelId: `P-${order}` }] }),
  "parcel.staged": () => ({ dock: "D1" }),
  "parcel.handed_over": (order) => ({ carrier: "A", trackingCode: `T-${order}` }),
};

export const replanSite = {
  id: "REPLAN",
  name: "Replan",
  timeZone: "Europe/Berlin",
  stages: [
    "received",
    "allocated",
    "picking",
    "picked",
    "packing",
    "packed",
    "staged",
    "handed_over",
  ],
  // round the clock, so that the measurement is the same at every hour
  shifts: [],
  stations: [],
  carriers: [{ id: "A", pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at: "23:55" }] }],
  serviceLevels: [{ id: "standard", mode: "day", shipWithin: "P0D" }],
  stageBudgets: { allocated: "PT60M", picked: "PT40M", packed: "PT20M" },
};

const always = { days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" };
export const replanPlan = {
  heads: (["pick", "pack", "stage"] as const).map((process) => ({
    process,
    ...always,
    heads: 60,
  })),
};

function make(type: EventType, orderId: string, at: number, data: object, step: number): LoadEvent {
  const occurredAt = new Date(at).toISOString();
  const source = "wms/load";
  return {
    id: `${orderId}-${step}`,
    source,
    type,
    site: replanSite.id,
    orderId,
    occurredAt,
    data,
  };
}

function received(orderId: string, at: number, shipBy: number): LoadEvent {
  const instants = {
    placedAt: new Date(at).toISOString(),
    shipBy: new Date(shipBy).toISOString(),
    deliverBy: new Date(shipBy + 48 * HOUR).toISOString(),
  };
  const lines = [{ line: 1, sku: "SKU-1", quantity: 1 }];
  const shipTo = { city: "Hamburg", country: "DE" };
  const data = {
    customerOrder: `C-${orderId}`,
    channel: "web",
    service: "standard",
    carrier: "A",
    shipTo,
    lines,
    ...instants,
  };
  return make("order.received", orderId, at, data, 0);
}

const stepOf = (orderId: string, step: number, at: number): LoadEvent => {
  const [type] = STEPS[step] ?? STEPS[0]!;
  return make(type, orderId, at, DATA[type]?.(orderId) ?? {}, step + 1);
};

/** Orders that went through the whole floor, the last one some minutes ago: three thousand an hour. */
export function historyOf(orders: number, now: number): LoadEvent[] {
  const whole = STEPS.reduce((sum, [, minutes]) => sum + minutes, 0) * MINUTE;
  const apart = (2 * HOUR) / orders;
  return Array.from({ length: orders }, (_, index) => {
    const orderId = `old-${index}`;
    let at = now - 3 * HOUR - whole + index * apart;
    const events = [received(orderId, at, at + 12 * HOUR)];
    STEPS.forEach(([, minutes], step) => {
      at += minutes * MINUTE;
      events.push(stepOf(orderId, step, at));
    });
    return events;
  }).flat();
}

/** Open orders that wait to be picked. */
export const waitingOrders = (count: number, now: number): LoadEvent[] =>
  Array.from({ length: count }, (_, index) => [
    received(`open-${index}`, now - 30 * MINUTE, now + 14 * HOUR),
    stepOf(`open-${index}`, 0, now - 20 * MINUTE),
  ]).flat();

type Life = { orderId: string; step: number };

/** One event in ten is a new order, one in four moves the promise of an order, so near that it cannot be kept, or far again; the others are scans. */
export function* replanFlow(seed: number, waiting: number): Generator<ReplanEvent, never> {
  const random = createStream(seed);
  const lives: Life[] = Array.from({ length: waiting }, (_, index) => ({
    orderId: `open-${index}`,
    step: 1,
  }));
  const near: string[] = [];
  let born = 0;
  let amended = 0;
  const walk = (): ReplanEvent => {
    const place = Math.floor(random() * lives.length);
    const life = lives[place]!;
    const event = stepOf(life.orderId, life.step, Date.now());
    life.step += 1;
    if (life.step >= STEPS.length) lives.splice(place, 1);
    return { event, expected: null };
  };
  const amend = (orderId: string, leftMs: number): LoadEvent => {
    const shipBy = new Date(Date.now() + leftMs).toISOString();
    return make("order.amended", orderId, Date.now(), { shipBy }, 100 + amended++);
  };
  const toNear = (): ReplanEvent => {
    const place = Math.floor(random() * lives.length);
    const { orderId, step } = lives[place]!;
    // what stands on the dock already will miss nothing
    if (step >= STEPS.length - 1) return walk();
    // it walks no further: what is expected of it must not be overtaken by another step
    lives.splice(place, 1);
    near.push(orderId);
    return { event: amend(orderId, 16 * MINUTE), expected: "likely" };
  };
  const toFar = (): ReplanEvent => ({
    event: amend(near.shift()!, 14 * HOUR),
    expected: "unlikely",
  });
  const receive = (): ReplanEvent => ({
    event: received(`new-${born++}`, Date.now(), Date.now() + 14 * HOUR),
    expected: "forecast",
  });
  for (;;) {
    const dice = random();
    if (dice < 0.1) yield receive();
    else if (dice < 0.22) yield toNear();
    // a quarter of a minute later, so that a board sees both also on a machine that others use
    else if (dice < 0.34 && near.length > 900) yield toFar();
    else yield walk();
  }
}
