/**
 * Events as a warehouse sends them, for load: many orders in flight at once, each somewhere else on its way, so that a batch holds a mix of types and stages.
 * Repeatable from its seed; nothing of it is random at run time.
 */
import type { EventType } from "../../domain/event.ts";

export type LoadEvent = {
  id: string;
  source: string;
  type: EventType;
  site: string;
  orderId: string;
  occurredAt: string;
  station?: string;
  data: object;
};

/** A linear congruential stream of numbers in [0, 1). */
export function createStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Life = {
  orderId: string;
  step: number;
  lines: { line: number; sku: string; quantity: number }[];
  checked: boolean;
};
type Made = { type: EventType; data: object; station?: string };

const parcelOf = (life: Life): string => `P-${life.orderId}`;
const quantities = (life: Life): object[] =>
  life.lines.map(({ line, quantity }) => ({ line, quantity }));

const STEPS: ((life: Life, at: string) => Made)[] = [
  (life, at) => ({
    type: "order.received",
    data: {
      customerOrder: `C-${life.orderId}`,
      channel: "web",
      service: "standard",
      carrier: "A",
      placedAt: at,
      shipTo: { name: "Anonymous", city: "Hamburg", postalCode: "20095", country: "DE" },
      lines: life.lines,
    },
  }),
  (life) => ({ type: "order.allocated", data: { lines: quantities(life) } }),
  () => ({ type: "order.released", data: { wave: "W1", to: "floor" } }),
  () => ({ type: "pick.started", data: {}, station: "A-01" }),
  (life) => ({ type: "pick.completed", data: { lines: quantities(life) }, station: "A-01" }),
  () => ({ type: "pack.started", data: {}, station: "P1" }),
  (life) => ({
    type: "pack.completed",
    data: { parcels: [{ parcelId: parcelOf(life), lines: quantities(life), weightG: 900 }] },
    station: "P1",
  }),
  (life) => ({ type: "check.passed", data: { parcelId: parcelOf(life) }, station: "Q1" }),
  (life) => ({ type: "parcel.staged", data: { parcelId: parcelOf(life), dock: "D1" } }),
  (life) => ({
    type: "parcel.handed_over",
    data: { parcelId: parcelOf(life), carrier: "A", trackingCode: `T${life.orderId}` },
  }),
  (life) => ({ type: "parcel.in_transit", data: { parcelId: parcelOf(life), location: "Hub" } }),
  (life) => ({ type: "parcel.out_for_delivery", data: { parcelId: parcelOf(life) } }),
  (life) => ({ type: "parcel.delivered", data: { parcelId: parcelOf(life) } }),
];

export type LoadOptions = {
  seed: number;
  site: string;
  /** orders on their way at the same time */
  inFlight: number;
  /** epoch ms of the first event; each next one is a few ms later */
  from: number;
  /** first part of order and event ids, so that runs do not meet */
  prefix: string;
  /** stop an order's life after this step, so that it stays open; default: to the end */
  steps?: number;
};

function bornLife(options: LoadOptions, number: number, random: () => number): Life {
  const count = 1 + Math.floor(random() * 3);
  const lines = Array.from({ length: count }, (_, index) => ({
    line: index + 1,
    sku: `SKU-${Math.floor(random() * 2_000)}`,
    quantity: 1 + Math.floor(random() * 2),
  }));
  return { orderId: `${options.prefix}-${number}`, step: 0, lines, checked: true };
}

/** Endless: takes one of the orders in flight at random and lets it go one step further; a finished one makes room for a new one. */
export function* loadEvents(options: LoadOptions): Generator<LoadEvent, never> {
  const random = createStream(options.seed);
  const lastStep = options.steps ?? STEPS.length;
  const lives: Life[] = [];
  let born = 0;
  let at = options.from;
  for (;;) {
    const slot =
      lives.length < options.inFlight ? lives.length : Math.floor(random() * lives.length);
    let life = lives[slot];
    if (!life || life.step >= lastStep) life = lives[slot] = bornLife(options, born++, random);
    at += Math.floor(random() * 4);
    const occurredAt = new Date(at).toISOString();
    const made = STEPS[life.step]?.(life, occurredAt);
    life.step += 1;
    if (!made) continue;
    const id = `${life.orderId}-${life.step}`;
    yield {
      id,
      source: "wms/load",
      site: options.site,
      orderId: life.orderId,
      occurredAt,
      ...made,
    };
  }
}

export function take<T>(source: Generator<T, never>, count: number): T[] {
  return Array.from({ length: count }, () => source.next().value);
}

export const inBatches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
