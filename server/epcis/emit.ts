/** What an order went through, as EPCIS events: those that came by EPCIS as they came, all others by the mapping. No names, no free text. */
import { hash } from "node:crypto";
import type { EpcisEvent } from "../../domain/contract/epcis.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import type { Order } from "../../domain/order.ts";
import { localDay, MINUTE_MS, wallMinutes } from "../../domain/wall-clock.ts";
import type { Audience } from "../audience.ts";
import { orderUri, parcelUri, skuUri } from "./epc.ts";
import { markOf, type KeptEpcis } from "./kept.ts";
import { OWN_TYPE } from "./meaning.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { cbvWordOf } from "./words.ts";

export type Emitted = EpcisEvent & Record<string, unknown>;
export type ToEmit = {
  events: readonly RecordedEvent[];
  order: Order;
  zone: string;
  audience: Audience;
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** `+01:00`, what the site's clocks were ahead by at that moment. */
export function offsetOf(zone: string, at: number): string {
  const ahead = localDay(zone, at) * 1440 + wallMinutes(zone, at) - Math.floor(at / MINUTE_MS);
  const minutes = Math.abs(ahead);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${ahead < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A UUID (version 8) made of what names an event here; the same at every asking. */
function eventUri({ site, source, id }: RecordedEvent, part = 0): string {
  const hex = hash("sha256", JSON.stringify([site, source, id, part]), "hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const PLACES = ["readPoint", "bizLocation", "sourceList", "destinationList"] as const;

/** Whoever is shown no places of parcels is shown none here. */
function asItCame(event: RecordedEvent, kept: KeptEpcis, audience: Audience): Emitted {
  const shown: Record<string, unknown> = { ...kept };
  if (audience !== "full") for (const field of PLACES) delete shown[field];
  for (const field of ["bizStep", "disposition"] as const)
    if (kept[field] !== undefined) shown[field] = cbvWordOf(kept[field]);
  return {
    ...(shown as KeptEpcis),
    eventID: kept.eventID ?? event.id,
    eventTime: iso(event.occurredAt),
    recordTime: iso(event.recordedAt),
  };
}

type Fields = Record<string, unknown>;
type Quantity = { epcClass: string; quantity: number };
type Counted = { line: number; quantity?: number; missing?: number };

/** Articles of the lines that an event names, or of all of them. */
function articles({ lines }: Order, named: readonly Counted[] | undefined): Quantity[] {
  const units = new Map(
    named?.map(({ line, quantity, missing }) => [line, quantity ?? missing ?? 0]),
  );
  return lines.flatMap(({ line, sku, quantity }) => {
    const own = named === undefined ? quantity : units.get(line);
    return own === undefined ? [] : [{ epcClass: skuUri(sku), quantity: own }];
  });
}

/** The parcel that an event names, by its id or its tracking code; else all there are. */
function parcelIds({ parcels }: Order, { parcelId, trackingCode }: Fields): string[] {
  if (typeof parcelId === "string") return [parcelId];
  const byCode = parcels.filter(
    (parcel) => trackingCode !== undefined && parcel.trackingCode === trackingCode,
  );
  return (byCode.length > 0 ? byCode : parcels).map((parcel) => parcel.parcelId);
}

type Content = Partial<EpcisEvent>[];

function aboutParcels(order: Order, data: Fields): Content {
  const ids = parcelIds(order, data);
  return [
    ids.length > 0 ? { epcList: ids.map(parcelUri) } : { quantityList: articles(order, undefined) },
  ];
}

type Packed = { parcelId: string; lines?: Counted[] };

/** A parcel whose content nobody told is seen, not filled: an aggregation must name what went in. */
function containers(order: Order, data: Fields): Content {
  const parcels = (data["parcels"] ?? []) as Packed[];
  if (parcels.length === 0)
    return [{ type: "ObjectEvent", action: "OBSERVE", quantityList: articles(order, undefined) }];
  return parcels.map(({ parcelId, lines }) => {
    const inside = parcels.length === 1 || lines !== undefined ? articles(order, lines) : [];
    const uri = parcelUri(parcelId);
    return inside.length > 0
      ? { parentID: uri, childQuantityList: inside }
      : { type: "ObjectEvent", action: "OBSERVE", epcList: [uri] };
  });
}

const CONTENT: Readonly<Record<Shape["what"], (order: Order, data: Fields) => Content>> = {
  transaction: (order) => [{ quantityList: articles(order, undefined) }],
  articles: (order, { lines }) => [
    { quantityList: articles(order, lines as Counted[] | undefined) },
  ],
  parcels: aboutParcels,
  container: containers,
};

/** A defect of its own says more than that it does not conform. */
function dispositionOf({ disposition }: Shape, data: Fields): string | undefined {
  const { code } = (data["defect"] ?? {}) as { code?: string };
  return disposition === "non_conformant" && code === "damaged" ? "damaged" : disposition;
}

function byMapping(event: RecordedEvent, { order, zone }: ToEmit): Emitted[] {
  const shape = SHAPES[event.type];
  if (shape === undefined) return [];
  const data = event.data as Fields;
  const disposition = dispositionOf(shape, data);
  const { station } = event;
  return CONTENT[shape.what](order, data).map((content, part) => ({
    type: shape.type,
    action: shape.action,
    eventID: eventUri(event, part),
    eventTime: iso(event.occurredAt),
    eventTimeZoneOffset: offsetOf(zone, event.occurredAt),
    recordTime: iso(event.recordedAt),
    ...(shape.bizStep !== undefined && { bizStep: shape.bizStep }),
    ...(disposition !== undefined && { disposition }),
    ...content,
    bizTransactionList: [{ type: "po", bizTransaction: orderUri(event.orderId) }],
    bizLocation: { id: `urn:control-tower:site:${event.site}` },
    ...(station !== undefined && {
      readPoint: { id: `urn:control-tower:station:${event.site}:${encodeURIComponent(station)}` },
    }),
    [OWN_TYPE]: event.type,
  }));
}

function said(event: RecordedEvent, to: ToEmit): Emitted[] {
  const mark = markOf(event.data);
  if (mark === undefined) return byMapping(event, to);
  return "part" in mark ? [] : [asItCame(event, mark, to.audience)];
}

/** A correction is its event again, declared wrong. */
function declaredWrong(event: RecordedEvent & { type: "event.corrected" }, to: ToEmit): Emitted[] {
  const { of, reason } = event.data;
  const wrong = to.events.find(({ source, id }) => source === of.source && id === of.id);
  if (wrong === undefined || wrong.type === "event.corrected") return [];
  const errorDeclaration = { declarationTime: iso(event.occurredAt), reason };
  return said(wrong, to).map((one) => ({
    ...one,
    recordTime: iso(event.recordedAt),
    errorDeclaration,
  }));
}

/** In the order in which it happened. */
export function emitted(to: ToEmit): Emitted[] {
  const inOrder = to.events.toSorted(
    (a, b) => a.occurredAt - b.occurredAt || a.recordedAt - b.recordedAt,
  );
  return inOrder.flatMap((event) =>
    event.type === "event.corrected" && markOf(event.data) === undefined
      ? declaredWrong(event, to)
      : said(event, to),
  );
}
