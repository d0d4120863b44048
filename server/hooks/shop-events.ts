/** The events that come of what a shop told, given what it told before. Each stands by itself and is the same whenever it is told again. */
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import { canonical } from "../connectors/canonical.ts";
import { eventsOfScan } from "../connectors/carrier-news.ts";
import type { ShopOrder, ShopParcel, Told } from "../connectors/translation.ts";
import { newnessOf, standingCancels, type Made, type OrderMemory } from "./order-memory.ts";

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

/** There is nothing to be done for it any more. */
const isOver = ({ milestones, isEmptied = false }: ShopOrder): boolean =>
  isEmptied || milestones.some(isCancelling);

/** A shop may go on with what it had cancelled, or have it back out of its bin. One that is older than its end says nothing of that. */
function revived({ source }: StoredConnector, order: ShopOrder, before: OrderMemory): Told[] {
  const { orderId, updatedAt, isReceived, isRestored = false } = order;
  if (!isReceived || isOver(order)) return [];
  return standingCancels(before)
    .filter(({ at }) => isRestored || updatedAt > at)
    .map(({ event }) => takenBack(source, event, orderId, updatedAt));
}

/** Every line was taken out of it, by an edit or a refund: the shop does not call that cancelled, and nobody has anything to ship. */
function emptied({ orderId, updatedAt: at, isEmptied }: ShopOrder, before: OrderMemory): Told[] {
  if (isEmptied !== true || standingCancels(before).length > 0) return [];
  const data = { reason: "nothing of it is left to be shipped" };
  return [{ type: "order.cancelled", orderId, at, data }];
}

/** What its status says; that it was cancelled only while nothing newer is known, since a shop may go on with it. */
const milestonesOf = ({ milestones }: ShopOrder, isStale: boolean): Told[] =>
  isStale ? milestones.filter((one) => !isCancelling(one)) : milestones;

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

type PackedData = { parcels: [object]; changedAt?: string };
const isPacked = ({ type }: Told): boolean => type === "pack.completed";

/** What was said of a parcel that was made, and since when the shop says that of it; undefined when `told` does not say that it was. */
export function contentsIn(
  told: readonly Told[],
): (Pick<PackedData, "changedAt"> & { mark: string }) | undefined {
  const packed = told.find(isPacked)?.data as PackedData | undefined;
  if (packed === undefined) return undefined;
  const { parcels, changedAt } = packed;
  return { mark: canonical(parcels[0]), ...(changedAt !== undefined && { changedAt }) };
}

const changed = (events: readonly Told[], changedAt: string | undefined): Told[] =>
  events.map((one) => ({ ...one, data: present({ ...one.data, changedAt }) }));

/**
 * That a parcel was made, as the shop says it now: with another label, or other lines. All of it is said of the moment when it was made, so what was said before is taken back; of two
 * that stood there nobody could tell which is right.
 */
function remade(
  source: string,
  parcel: ShopParcel,
  making: Told[],
  made: Made | undefined,
): Told[] {
  const { orderId, updatedAt } = parcel;
  const contents = contentsIn(making);
  const before = made?.contents;
  if (contents === undefined || made === undefined || before === undefined) return making;
  if (contents.mark === before.mark) return changed(making, before.changedAt);
  if (updatedAt < before.at) return [];
  const back = made.events.map((id) => takenBack(source, id, orderId, updatedAt));
  return [...back, ...changed(making, new Date(updatedAt).toISOString())];
}

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
  const plain = fulfilled === "label" ? [] : madeOf(parcel, lineIds, fulfilled);
  const making = remade(connector.source, parcel, plain, made);
  const name = present({ parcelId, trackingCode: parcel.trackingCode });
  return scan === undefined ? making : [...making, ...eventsOfScan(orderId, name, scan)];
}

/** Holds by the order's own status: the one that it means is placed, those of the states before are released. */
function holdsOf(order: ShopOrder, before: OrderMemory): Told[] {
  const { orderId, updatedAt: at, hold, holdReason: reason } = order;
  if (hold === undefined) return [];
  const released = before.holds.filter((code) => code !== hold);
  const events: Told[] = released.map((code) => ({
    type: "hold.released",
    orderId,
    at,
    data: { code },
  }));
  if (hold === null || before.holds.includes(hold)) return events;
  return [...events, { type: "hold.placed", orderId, at, data: present({ code: hold, reason }) }];
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
  if (newness === "new" && (before.isReceived ? !isOver(order) : !isNew))
    events.push({ type: "order.amended", orderId, at: updatedAt, data: facts });
  events.push(...revived(connector, order, before));
  if (newness !== "stale") events.push(...holdsOf(order, before), ...emptied(order, before));
  const lines = newness === "stale" && before.lineIds.length > 0 ? before.lineIds : lineIds;
  for (const parcel of parcelsOf(order, before))
    events.push(...eventsOfParcel(connector, parcel, lines, before.made?.[parcel.parcelId]));
  return [...events, ...milestonesOf(order, newness === "stale")];
}

/** Its own, and those that came before it and are not among them. */
export function parcelsOf({ parcels }: ShopOrder, before: OrderMemory): ShopParcel[] {
  const own = new Set(parcels.map(({ parcelId }) => parcelId));
  return [...before.parcels.filter(({ parcelId }) => !own.has(parcelId)), ...parcels];
}
