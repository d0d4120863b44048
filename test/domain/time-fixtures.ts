/** The sites of the worked deadline vectors, and an order to judge. */
import type { Order } from "../../domain/order.ts";
import type { Carrier, ServiceLevel, Site, SitePolicy } from "../../domain/site.ts";

const WEEK = [1, 2, 3, 4, 5];
const BER_HOLIDAYS = [
  "2026-01-01",
  "2026-04-03",
  "2026-04-06",
  "2026-05-01",
  "2026-12-25",
  "2026-12-26",
];

const onDates = (dates: readonly string[]) => dates.map((date) => ({ date }));
const level = (carrier: string): ServiceLevel => ({
  id: carrier,
  carrier,
  mode: "day",
  shipWithin: "P0D",
});

const A: Carrier = {
  id: "A",
  pickups: [
    { days: WEEK, at: "16:00" },
    { days: [6], at: "12:00" },
  ],
  closed: BER_HOLIDAYS,
};
const B: Carrier = { id: "B", pickups: [{ days: WEEK, at: "18:00" }], closed: BER_HOLIDAYS };
const C: Carrier = {
  id: "C",
  pickups: [
    { days: WEEK, at: "12:30" },
    { days: WEEK, at: "20:00" },
  ],
};

/** allocate 90, pick 60, pack 30, check and load 20, dock 15: the plan of the first back-schedule vector. */
const VECTOR_BUDGETS = { received: "PT90M", allocated: "PT60M", picked: "PT30M", packed: "PT20M" };

export const BER: Site = {
  id: "BER",
  name: "Berlin",
  timeZone: "Europe/Berlin",
  stages: ["received", "allocated", "picked", "packed", "staged", "handed_over", "delivered"],
  shifts: [
    { days: WEEK, from: "06:00", to: "14:00" },
    { days: WEEK, from: "14:00", to: "22:00" },
    { days: [6], from: "08:00", to: "13:00" },
  ],
  closures: onDates(BER_HOLIDAYS),
  stations: [],
  carriers: [A, B, C],
  serviceLevels: [
    level("A"),
    level("B"),
    { id: "C", carrier: "C", mode: "minutes", shipWithin: "PT120M" },
    { ...level("A"), id: "A1", shipWithin: "P1D" },
    { ...level("A"), id: "A2", shipWithin: "P2D" },
  ],
  cutOff: [
    { days: WEEK, at: "13:00" },
    { days: [6], at: "09:00" },
  ],
  stageBudgets: VECTOR_BUDGETS,
  dockBuffer: "PT15M",
};

export const NYC: Site = {
  ...BER,
  id: "NYC",
  name: "New York",
  timeZone: "America/New_York",
  shifts: [{ days: WEEK, from: "07:00", to: "23:00" }],
  closures: onDates(["2026-07-03", "2026-11-26", "2026-12-25"]),
  carriers: [
    {
      id: "U",
      pickups: [{ days: WEEK, at: "19:00" }],
      closed: ["2026-11-26", "2026-12-25"],
    },
  ],
  serviceLevels: [level("U")],
  cutOff: [{ days: WEEK, at: "13:00" }],
};

export const SYD: Site = {
  ...BER,
  id: "SYD",
  name: "Sydney",
  timeZone: "Australia/Sydney",
  shifts: [{ days: WEEK, from: "06:00", to: "22:00" }],
  closures: [],
  carriers: [{ id: "S", pickups: [{ days: WEEK, at: "17:00" }] }],
  serviceLevels: [level("S")],
  cutOff: [{ days: WEEK, at: "13:00" }],
};

/** `site` with one carrier changed. */
export const withCarrier = (site: Site, id: string, change: Partial<Carrier>): Site => ({
  ...site,
  carriers: site.carriers.map((carrier) =>
    carrier.id === id ? { ...carrier, ...change } : carrier,
  ),
});

export const policyOf = (site: Site): SitePolicy => ({ version: 1, site });

/** RFC 3339 to epoch ms; throws on a slip of the pen. */
export function ms(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${text} is no instant`);
  return at;
}
export const utc = (at: number | null | undefined): string =>
  at === null || at === undefined ? "never" : new Date(at).toISOString().replace(":00.000Z", "Z");

/** A fresh order received at `received`, in stage received unless told otherwise. */
export function orderAt(received: number, change: Partial<Order> = {}): Order {
  return {
    id: "SO-1",
    site: "BER",
    customerOrder: "W-1",
    channel: "web",
    service: "A",
    placedAt: received,
    receivedAt: received,
    shipTo: { city: "Köln", country: "DE" },
    lines: [{ line: 1, sku: "SKU-1", quantity: 2, picked: 0, packed: 0, short: 0 }],
    parcels: [],
    stage: "received",
    stageSince: received,
    attempt: 1,
    timeline: [milestone("received", received)],
    holds: [],
    exceptions: [],
    flags: [],
    notes: [],
    ...change,
  };
}

export function milestone(
  stage: Order["stage"],
  at: number | null,
  startedAt: number | null = null,
): Order["timeline"][number] {
  return {
    stage,
    at,
    startedAt,
    attempt: 1,
    inferred: at === null,
    dwellMs: null,
    covers: [stage],
  };
}
