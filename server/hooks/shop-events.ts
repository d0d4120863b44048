/** The events that come of what a shop told, given what it told before. Each stands by itself and is the same whenever it is told again. */
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import { eventsOfScan } from "../connectors/carrier-news.ts";
import type { ShopOrder, ShopParcel, Told } from "../connectors/translation.ts";
import { newnessOf, type Made, type OrderMemory } from "./order-memory.ts";

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Lines that are shipped, with the numbers that the order gave them. */
const linesOf = ({ items }: ShopParcel, lineIds: readonly string[]) =>
  items.flatMap(({ id, quantity }) => {
    const place = lineIds.indexOf(id);
    return place < 0 ? [] : [{ line: place + 1, quantity }];
  });

const TROUBLE = {
  cancelled: { code: "OTHER", note: "the shop cancelled this fulfillment" },
  failed: { code: "LABEL_FAILED", note: "the shop could not make this fulfillment" },
} as const;

function madeOf(
  parcel: ShopParcel,
  lineIds: readonly string[],
  fulfilled: "packed" | "shipped",
): Told[] {
  const { orderId, parcelId, createdAt: at, carrier, trackingCode } = parcel;
  const lines = linesOf(parcel, lineIds);
  if (parcel.items.length > 0 && lines.length === 0) return [];
  const packed = present({ parcelId, carrier, trackingCode, lines });
  const events: Told[] = [{ type: "pack.completed", orderId, at, data: { parcels: [packed] } }];
  if (fulfilled === "packed") return events;
  const data = present({ parcelId, carrier, trackingCode });
  return [...events, { type: "parcel.handed_over", orderId, at, data }];
}

const takenBack = (source: string, id: string, orderId: string, at: number): Told => ({
  type: "event.corrected",
  orderId,
  at,
  data: { of: { source, id }, reason: "did_not_occur" },
});

export const isCancelling = ({ type }: Told): boolean => type === "order.cancelled";

/** A shop may go on with what it had cancelled, or have it back out of its bin. One that is older than its end says nothing of that. */
function revived({ source }: StoredConnector, order: ShopOrder, before: OrderMemory): Told[] {
  const { orderId, updatedAt, isReceived, isRestored = false, milestones } = order;
  if (!isReceived || milestones.some(isCancelling)) return [];
  return (before.cancels ?? [])
    .filter(({ at }) => isRestored || updatedAt > at)
    .map(({ event }) => takenBack(source, event, orderId, updatedAt));
}

/** What never came to be is taken back: while it stood among the parcels, the order would wait for it for ever. What carriers said of it stays. */
function ended(
  { source }: StoredConnector,
  { orderId, parcelId, updatedAt: at }: ShopParcel,
  state: keyof typeof TROUBLE,
  made: Made | undefined,
): Told[] {
  const back = (made?.events ?? []).map((id) => takenBack(source, id, orderId, at));
  const data = { parcelId, ...TROUBLE[state] };
  return [...back, { type: "parcel.exception", orderId, at, data }];
}

/** Those that say that a parcel was made, and can be taken back. */
export const isMaking = ({ type, data }: Told): boolean =>
  type === "pack.completed" ||
  (type === "parcel.handed_over" && data["carrierStatus"] === undefined);

/** `made`: what was told of it before. */
export function eventsOfParcel(
  connector: StoredConnector,
  parcel: ShopParcel,
  lineIds: readonly string[],
  made: Made | undefined,
): Told[] {
  const { orderId, parcelId, state, updatedAt, scan } = parcel;
  const { fulfilled = "packed" } = connector.options;
  if (state !== "made") return ended(connector, parcel, state, made);
  if (made?.endedAt !== undefined && made.endedAt >= updatedAt) return [];
  const making = fulfilled === "label" ? [] : madeOf(parcel, lineIds, fulfilled);
  const name = present({ parcelId, trackingCode: parcel.trackingCode });
  return scan === undefined ? making : [...making, ...eventsOfScan(orderId, name, scan)];
}

/** Holds by the order's own status. Placed by the state before, since the state now says it already. */
function holdsOf(order: ShopOrder, before: OrderMemory): Told[] {
  const { orderId, updatedAt: at, hold } = order;
  if (hold === undefined) return [];
  if (hold === null)
    return before.holds.map((code) => ({ type: "hold.released", orderId, at, data: { code } }));
  return before.holds.includes(hold)
    ? []
    : [{ type: "hold.placed", orderId, at, data: { code: hold } }];
}

/** Everything of a whole order. `mark` is the fingerprint of its facts. */
export function eventsOfOrder(
  connector: StoredConnector,
  order: ShopOrder,
  before: OrderMemory,
  mark: string,
): Told[] {
  const { orderId, createdAt, updatedAt, facts, isNew, lineIds } = order;
  const newness = newnessOf(before, updatedAt, mark);
  const events: Told[] = [];
  if (!before.isReceived)
    events.push({ type: "order.received", orderId, at: createdAt, data: facts });
  // the first facts of an order stay: what an older order.received of another delivery would hide is said once more
  const isOver = order.milestones.some(isCancelling);
  if (newness === "new" && (before.isReceived ? !isOver : !isNew))
    events.push({ type: "order.amended", orderId, at: updatedAt, data: facts });
  events.push(...revived(connector, order, before));
  if (newness !== "stale") events.push(...holdsOf(order, before));
  const lines = newness === "stale" && before.lineIds.length > 0 ? before.lineIds : lineIds;
  for (const parcel of parcelsOf(order, before))
    events.push(...eventsOfParcel(connector, parcel, lines, before.made?.[parcel.parcelId]));
  return [...events, ...order.milestones];
}

/** Its own, and those that came before it and are not among them. */
export function parcelsOf({ parcels }: ShopOrder, before: OrderMemory): ShopParcel[] {
  const own = new Set(parcels.map(({ parcelId }) => parcelId));
  return [...before.parcels.filter(({ parcelId }) => !own.has(parcelId)), ...parcels];
}
