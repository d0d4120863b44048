/**
 * OCEL 1.0 JSON logs of an order process (object types order, item, delivery).
 *
 * | activity | becomes |
 * |---|---|
 * | Place Order | `order.received`, and `hold.placed` HOLD_PAYMENT until it is paid |
 * | Confirm Order | `order.allocated` |
 * | Pay Order | `hold.released` HOLD_PAYMENT |
 * | Payment Reminder, Reorder Item, Fuel Car | `note.added` on the orders concerned |
 * | Item out of stock | `exception.raised` STOCK_OUT; cleared when that item is picked |
 * | Pick Item | `pick.completed` of its line |
 * | Load Cargo | `pack.completed` (the log has no packing scan: what is loaded was packed) and `parcel.staged`, a parcel for each order on the delivery |
 * | Start Route, End Route | `parcel.handed_over`, `parcel.delivered` |
 *
 * The log gives no promise, so none is posted: the site's service level decides.
 */
import {
  anyInstant,
  byTime,
  readText,
  UsageError,
  type Feed,
  type FeedOptions,
  type WireEvent,
} from "./feed.ts";

const SOURCE = "import/ocel";

type OcelEvent = { "ocel:activity": string; "ocel:timestamp": string; "ocel:omap": string[] };
type Ocel = {
  "ocel:events": Record<string, OcelEvent>;
  "ocel:objects": Record<string, { "ocel:type": string }>;
};

export const isOcel = (text: string): boolean => text.slice(0, 4096).includes('"ocel:');

function parseOcel(text: string, path: string): Ocel {
  try {
    const log = JSON.parse(text) as Ocel;
    if (log["ocel:events"] && log["ocel:objects"]) return log;
  } catch (cause) {
    throw new UsageError(`${path}: not JSON: ${(cause as Error).message}`);
  }
  throw new UsageError(`${path}: no "ocel:events" and "ocel:objects" in it`);
}

type Place = { orderId: string; line: number };
type Step = {
  key: string;
  event: OcelEvent;
  at: string;
  orders: string[];
  items: string[];
  delivery: string | undefined;
};
type Made = { type: WireEvent["type"]; orderId: string; suffix: string; data: WireEvent["data"] };

/** Which order and line each item belongs to: told by the order's placing. */
function placesOf(steps: readonly Step[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { event, orders, items } of steps) {
    const [orderId] = orders;
    if (event["ocel:activity"] !== "Place Order" || !orderId) continue;
    items.forEach((item, index) => places.set(item, { orderId, line: index + 1 }));
  }
  return places;
}

const isWhole = (event: Partial<OcelEvent> | null): event is OcelEvent =>
  typeof event?.["ocel:activity"] === "string" &&
  typeof event["ocel:timestamp"] === "string" &&
  Array.isArray(event["ocel:omap"]);

function timeOf(key: string, event: OcelEvent, path: string, zone: string): string {
  if (!isWhole(event))
    throw new UsageError(
      `${path}: event ${key} needs "ocel:activity", "ocel:timestamp" and "ocel:omap"; nothing was sent`,
    );
  const stamp = event["ocel:timestamp"];
  const at = anyInstant(stamp, zone);
  if (at !== undefined) return at;
  throw new UsageError(
    `${path}: event ${key}, ocel:timestamp: "${stamp}" is no time; nothing was sent`,
  );
}

function stepsOf(log: Ocel, path: string, zone: string): Step[] {
  const kindOf = (id: string): string => log["ocel:objects"][id]?.["ocel:type"] ?? "";
  return Object.entries(log["ocel:events"]).map(([key, event]) => {
    const at = timeOf(key, event, path, zone);
    const ids = event["ocel:omap"];
    const of = (kind: string): string[] => ids.filter((id) => kindOf(id) === kind);
    return { key, event, at, orders: of("order"), items: of("item"), delivery: of("delivery")[0] };
  });
}

const note = (orderIds: Iterable<string>, text: string): Made[] =>
  [...new Set(orderIds)].map((orderId) => ({
    type: "note.added",
    orderId,
    suffix: "note",
    data: { text },
  }));

function placed(step: Step): Made[] {
  const [orderId = ""] = step.orders;
  const lines = step.items.map((sku, index) => ({ line: index + 1, sku, quantity: 1 }));
  const facts = { customerOrder: orderId, channel: "ocel", service: "standard", placedAt: step.at };
  return [
    {
      type: "order.received",
      orderId,
      suffix: "received",
      data: { ...facts, shipTo: { country: "XX" }, lines },
    },
    { type: "hold.placed", orderId, suffix: "payment", data: { code: "HOLD_PAYMENT" } },
  ];
}

function picked(step: Step, places: Map<string, Place>, short: Set<string>): Made[] {
  return step.items.flatMap((item) => {
    const place = places.get(item);
    if (!place) return [];
    const { orderId, line } = place;
    const pick: Made = {
      type: "pick.completed",
      orderId,
      suffix: `pick-${line}`,
      data: { lines: [{ line, quantity: 1 }] },
    };
    const wasShort = short.delete(item);
    const stillShort = [...short].some((other) => places.get(other)?.orderId === orderId);
    if (!wasShort || stillShort) return [pick];
    return [
      pick,
      {
        type: "exception.cleared",
        orderId,
        suffix: `in-stock-${line}`,
        data: { code: "STOCK_OUT", note: item },
      },
    ];
  });
}

/** The parcels on a delivery: one for each order that has items on it. */
function parcelsOf(
  step: Step,
  places: Map<string, Place>,
): { orderId: string; parcelId: string; lines: object[] }[] {
  const byOrder = new Map<string, object[]>();
  for (const item of step.items) {
    const place = places.get(item);
    if (!place) continue;
    const lines = byOrder.get(place.orderId) ?? [];
    lines.push({ line: place.line, quantity: 1 });
    byOrder.set(place.orderId, lines);
  }
  return [...byOrder].map(([orderId, lines]) => ({
    orderId,
    parcelId: `${step.delivery ?? step.key}-${orderId}`,
    lines,
  }));
}

function carried(step: Step, places: Map<string, Place>, type: WireEvent["type"]): Made[] {
  const truck = step.delivery ? { truck: step.delivery } : {};
  return parcelsOf(step, places).map(({ orderId, parcelId }) => ({
    type,
    orderId,
    suffix: parcelId,
    data: { parcelId, ...truck },
  }));
}

function loaded(step: Step, places: Map<string, Place>): Made[] {
  const packed = parcelsOf(step, places).map(({ orderId, parcelId, lines }): Made => ({
    type: "pack.completed",
    orderId,
    suffix: `pack-${parcelId}`,
    data: { parcels: [{ parcelId, lines }] },
  }));
  return [...packed, ...carried(step, places, "parcel.staged")];
}

/** What is known while reading: where items belong, and which are out of stock at this moment. */
type Known = { places: Map<string, Place>; short: Set<string> };

const concerned = (step: Step, { places }: Known): string[] => [
  ...new Set([
    ...step.orders,
    ...step.items.map((item) => places.get(item)?.orderId ?? "").filter(Boolean),
  ]),
];

function outOfStock(step: Step, known: Known): Made[] {
  for (const item of step.items) known.short.add(item);
  const data = { code: "STOCK_OUT", note: step.items.join(", ") };
  return concerned(step, known).map((orderId) => ({
    type: "exception.raised",
    orderId,
    suffix: "short",
    data,
  }));
}

const onOrders =
  (type: WireEvent["type"], suffix: string, data: WireEvent["data"]) =>
  (step: Step): Made[] =>
    step.orders.map((orderId) => ({ type, orderId, suffix, data }));

const ACTIVITIES: Record<string, (step: Step, known: Known) => Made[]> = {
  "Place Order": placed,
  "Confirm Order": onOrders("order.allocated", "allocated", {}),
  "Pay Order": onOrders("hold.released", "paid", { code: "HOLD_PAYMENT" }),
  "Item out of stock": outOfStock,
  "Pick Item": (step, { places, short }) => picked(step, places, short),
  "Load Cargo": (step, { places }) => loaded(step, places),
  "Start Route": (step, { places }) => carried(step, places, "parcel.handed_over"),
  "End Route": (step, { places }) => carried(step, places, "parcel.delivered"),
};

function madeOf(step: Step, known: Known): Made[] {
  const activity = step.event["ocel:activity"];
  const translate = ACTIVITIES[activity];
  return translate ? translate(step, known) : note(concerned(step, known), activity);
}

/** Reads one OCEL JSON file, plain or gzipped. Times without offset are taken as `zone` (default UTC). */
export async function readOcel(path: string, options: FeedOptions): Promise<Feed> {
  const log = parseOcel(await readText(path), path);
  const steps = stepsOf(log, path, options.zone ?? "UTC").toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );
  const places = placesOf(steps);
  const known: Known = { places, short: new Set() };
  const events = steps.flatMap((step) =>
    madeOf(step, known).map(({ type, orderId, suffix, data }): WireEvent => ({
      id: `${step.key}-${suffix}`,
      source: SOURCE,
      type,
      site: options.site,
      orderId,
      occurredAt: step.at,
      data,
    })),
  );
  return {
    format: "OCEL",
    orders: new Set([...places.values()].map((place) => place.orderId)).size,
    events: events.toSorted(byTime),
    read: [path],
  };
}
