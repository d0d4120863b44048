/** Small things to test with: an event, an order's first event, a site. Every default may be overridden; nothing here is random. */
import type { EventData, OrderEventType, RecordedEvent } from "../../domain/event.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { Order } from "../../domain/order.ts";
import type { Site, SitePolicy } from "../../domain/site.ts";

/** Wednesday 2026-02-11, 00:00 UTC: the day on which the tests play. */
export const DAY = Date.UTC(2026, 1, 11);

/** `9:05` on that day (epoch ms); hours beyond 23 run into the days after. */
export function clock(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

type Envelope = {
  id?: string;
  source?: string;
  orderId?: string;
  site?: string;
  station?: string;
  actor?: string;
  hash?: string;
  /** record time as `9:05` or epoch ms; a second after it happened when left out */
  recorded?: string | number;
};

const instantOf = (time: string | number): number =>
  typeof time === "number" ? time : clock(time);

/** An event of one order. Its id is made of type and time unless given, so the same call makes the same event. */
export function anEvent<T extends OrderEventType>(
  type: T,
  at: string | number,
  data?: Partial<EventData[T]>,
  envelope: Envelope = {},
): RecordedEvent {
  const { recorded, hash, ...given } = envelope;
  const occurredAt = instantOf(at);
  const event = {
    id: `${type}@${at}`,
    source: "wms/test",
    site: "BER1",
    orderId: "SO-1",
    ...given,
    type,
    occurredAt,
    recordedAt: recorded === undefined ? occurredAt + 1000 : instantOf(recorded),
    data: data ?? {},
  };
  // The caller's data is typed by T; a union cannot be told that.
  return { ...event, hash: hash ?? `hash of ${event.source} ${event.id}` } as RecordedEvent;
}

/** `order.received` of one line with two units, unless said otherwise. */
export function anOrderReceived(
  at: string | number,
  data: Partial<EventData["order.received"]> = {},
  envelope: Envelope = {},
): RecordedEvent {
  const facts: EventData["order.received"] = {
    customerOrder: "C-1",
    channel: "web",
    service: "standard",
    carrier: "A",
    placedAt: instantOf(at),
    shipTo: { city: "Berlin", country: "DE" },
    lines: [{ line: 1, sku: "SKU-1", quantity: 2 }],
    ...data,
  };
  return anEvent("order.received", at, facts, { source: "shop/test", ...envelope });
}

/** The same of an order for which the shop named no carrier: its service level says who. */
export function anOrderForAnyCarrier(...of: Parameters<typeof anOrderReceived>): RecordedEvent {
  const event = anOrderReceived(...of);
  const { carrier: _named, ...data } = event.data as EventData["order.received"];
  return { ...event, data } as RecordedEvent;
}

/** A site in Berlin that scans received, allocated, picked, packed and handed over; one carrier, one truck a day. */
export function aSite(site: Partial<Site> = {}): Site {
  return {
    id: "BER1",
    name: "Berlin",
    timeZone: "Europe/Berlin",
    stages: ["received", "allocated", "picked", "packed", "handed_over"],
    shifts: [{ name: "early", days: [1, 2, 3, 4, 5], from: "06:00", to: "22:00" }],
    stations: [],
    carriers: [{ id: "A", pickups: [{ days: [1, 2, 3, 4, 5], at: "16:00" }] }],
    serviceLevels: [{ id: "standard", mode: "day", shipWithin: "P0D" }],
    stageBudgets: {},
    ...site,
  };
}

export const aPolicy = (site: Partial<Site> = {}): SitePolicy => ({
  version: 1,
  site: aSite(site),
});

/** The order that these events make at `aSite`; throws when no `order.received` is among them. */
export function anOrder(events: readonly RecordedEvent[], policy = aPolicy()): Order {
  const { order } = foldOrder(events, policy);
  if (!order) throw new Error("anOrder needs an order.received among its events");
  return order;
}
