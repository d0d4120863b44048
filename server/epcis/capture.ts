/** An EPCIS document to events of ours. Pure: what it must know of the orders that are there is handed in. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { EPCIS_TYPES, EpcisDocument, EpcisEvent } from "../../domain/contract/epcis.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { faultsOf } from "../connectors/check-event.ts";
import { excessIn } from "../connectors/limits.ts";
import { isFields, parseJson, textOf, type Posted } from "../connectors/posted.ts";
import { compileStrict } from "../plugins/validation.ts";
import { transactionId } from "./epc.ts";
import { eventIdOf, partId } from "./event-id.ts";
import { isVoid, linesOf, meaningOf, parcelsOf, type Meaning } from "./meaning.ts";
import { keptOf } from "./kept.ts";
import { handOversOf } from "./void-shipping.ts";
import { cbvWordOf } from "./words.ts";

/** As many events as one document may hold, and come to. */
export const MAX_CAPTURED = 5_000;

/** What the tower knows of its orders. */
export type Known = {
  source: string;
  /** the service of an order that names none */
  service: string;
  orderOfParcel: (parcelId: string) => string | undefined;
  /** what is kept of an order, for what takes back something */
  eventsOf: (orderId: string) => readonly RecordedEvent[];
};

type Found = { place: number; path: string; event: EpcisEvent };
export type ReadDocument = { found: Found[]; faults: ItemError[] };

const checkDocument = compileStrict(EpcisDocument);
const checkOne = compileStrict(EpcisEvent);

const fault = (index: number, path: string, message: string): ItemError => ({
  index,
  path,
  message,
  code: "CT_ERR_INVALID_EVENT",
});

const TYPES: readonly string[] = EPCIS_TYPES;

/** What is wrong with one event of a document; empty when it can be read. */
function faultsIn(raw: unknown, index: number, path: string): ItemError[] {
  const excess = excessIn(raw);
  if (excess !== null) return [fault(index, path + excess.path, excess.message)];
  const type = isFields(raw) ? raw["type"] : undefined;
  if (typeof type === "string" && !TYPES.includes(type))
    return [
      fault(
        index,
        `${path}/type`,
        `${type.slice(0, 64)} is not taken here; taken are ${TYPES.join(", ")}`,
      ),
    ];
  if (!checkOne(raw))
    return faultsOf(checkOne, path, "CT_ERR_INVALID_EVENT").map((one) => ({ index, ...one }));
  return ownFaults(raw as EpcisEvent).map(([at, message]) => fault(index, path + at, message));
}

/** What the standard asks besides the form of each field. */
function ownFaults(event: EpcisEvent): [string, string][] {
  if (event.type === "TransactionEvent" && !event.bizTransactionList?.length)
    return [["/bizTransactionList", "is required for a TransactionEvent"]];
  if (event.action === undefined)
    return event.type === "TransformationEvent"
      ? []
      : [["/action", "must have required property 'action'"]];
  const isPutInto = event.type === "AggregationEvent" || event.type === "AssociationEvent";
  if (isPutInto && event.action !== "OBSERVE" && event.parentID === undefined)
    return [["/parentID", `is required for an ${event.type} with action ${event.action}`]];
  return [];
}

const isOneEvent = (value: unknown): boolean =>
  isFields(value) && typeof value["type"] === "string" && value["type"].endsWith("Event");

/** Every event of a document, or a single one, checked by itself. */
export function readDocument(value: unknown): ReadDocument {
  const isSingle = isOneEvent(value);
  if (!isSingle && !checkDocument(value)) {
    const faults = faultsOf(checkDocument, "", "CT_ERR_INVALID_EVENT");
    return { found: [], faults: faults.map((one) => ({ index: 0, ...one })) };
  }
  const list = isSingle ? [value] : (value as EpcisDocument).epcisBody.eventList;
  const read: ReadDocument = { found: [], faults: [] };
  list.forEach((raw, place) => {
    const path = isSingle ? "" : `/epcisBody/eventList/${place}`;
    const faults = faultsIn(raw, place, path);
    read.faults.push(...faults);
    if (faults.length === 0) read.found.push({ place, path, event: raw as EpcisEvent });
  });
  return read;
}

/** Throws CT_ERR_NOT_JSON for a body that is none. */
export const readCapture = (body: Uint8Array): ReadDocument =>
  readDocument(parseJson(textOf(body)));

/** Of the transactions of an event the order: a purchase order, its confirmation, or one of no kind. */
function transactionOf({ bizTransactionList = [] }: EpcisEvent): string | undefined {
  const of = (kind: string | undefined) =>
    bizTransactionList.find(({ type }) => cbvWordOf(type) === kind)?.bizTransaction;
  const uri = of("po") ?? of("poc") ?? of(undefined);
  return uri === undefined ? undefined : transactionId(uri);
}

/** The orders of parcels that a document packs itself come before those of the board. */
function createOrderFinder({ orderOfParcel }: Known, found: readonly Found[]) {
  const packed = new Map<string, string>();
  for (const { event } of found) {
    const order = transactionOf(event);
    if (order === undefined) continue;
    for (const parcel of parcelsOf({
      ...event,
      epcList: [
        ...(event.epcList ?? []),
        ...(event.parentID === undefined ? [] : [event.parentID]),
      ],
    }))
      packed.set(parcel, order);
  }
  const ofParcel = (parcel: string): string | undefined =>
    packed.get(parcel) ?? orderOfParcel(parcel);
  return (event: EpcisEvent): string | undefined => {
    const named = transactionOf(event);
    if (named !== undefined) return named;
    const orders = new Set(parcelsOf(event).flatMap((parcel) => ofParcel(parcel) ?? []));
    return orders.size === 1 ? [...orders][0] : undefined;
  };
}

/** An order has more to say than a transaction: the rest is what is usual here. */
function completed(
  { type, data }: Meaning,
  event: EpcisEvent,
  orderId: string,
  known: Known,
): Meaning {
  if (type !== "order.received") return { type, data };
  const facts = { customerOrder: orderId, channel: "epcis", service: known.service };
  return {
    type,
    data: { ...facts, placedAt: event.eventTime, shipTo: {}, lines: linesOf(event), ...data },
  };
}

type Said = Meaning & { occurredAt: string; id: string };

/** What was declared wrong is taken back, part by part. */
function declared(
  { errorDeclaration }: EpcisEvent,
  parts: readonly Said[],
  source: string,
): Said[] {
  if (errorDeclaration === undefined) return [];
  const reason =
    cbvWordOf(errorDeclaration.reason) === "did_not_occur" ? "did_not_occur" : "incorrect_data";
  return parts.map(({ id }, part) => ({
    type: "event.corrected",
    occurredAt: errorDeclaration.declarationTime,
    id: partId(`${parts[0]?.id ?? id}!corrected`, part),
    data: { of: { source, id }, reason },
  }));
}

function said(event: EpcisEvent, orderId: string, known: Known, made: readonly Said[]): Said[] {
  const id = eventIdOf(event);
  const meanings = isVoid(event)
    ? handOversOf({ event, id, source: known.source, kept: known.eventsOf(orderId), made })
    : meaningOf(event);
  const parts = meanings.map((meaning, part) => {
    const { type, data } = completed(meaning, event, orderId, known);
    const epcis = part === 0 ? keptOf(event) : { part: part + 1 };
    return { type, data: { ...data, epcis }, occurredAt: event.eventTime, id: partId(id, part) };
  });
  return event.errorDeclaration === undefined ? parts : declared(event, parts, known.source);
}

/** Where our fields stand in an event of theirs. */
const NAMES: Readonly<Record<string, string>> = {
  id: "/eventID",
  occurredAt: "/eventTime",
  orderId: "/bizTransactionList",
};
const NO_ORDER =
  "names no order: give a bizTransaction of type po, or a parcel (SSCC) of an order that is known";
const waitsFor = (parcel: string): string =>
  `is about parcel ${parcel}, of which no order is known: it is kept as waiting under that name; sent again when the order is known, it counts for it`;

/** `unplaced`: events of no order that is known. A document may be full of goods that concern no order: nothing comes of those; those of a parcel wait. */
export type Captured = Posted & { unplaced: ItemError[] };

/** Kept apart from what the same event says once its order is known. */
const waiting = (parts: readonly Said[]): Said[] =>
  parts.map((part) => ({ ...part, id: `${part.id}!waiting` }));

/** The events of a document that was read. */
export function captured({ found, faults }: ReadDocument, known: Known): Captured {
  const orderOf = createOrderFinder(known, found);
  const items: object[] = [];
  const origins: Found[] = [];
  const unplaced: ItemError[] = [];
  const madeFor = new Map<string, Said[]>();
  const take = (origin: Found, orderId: string, parts: readonly Said[]): void => {
    for (const part of parts) {
      items.push({ ...part, source: known.source, orderId });
      origins.push(origin);
    }
  };
  for (const one of found) {
    const orderId = orderOf(one.event);
    if (orderId !== undefined) {
      const made = madeFor.get(orderId) ?? [];
      const parts = said(one.event, orderId, known, made);
      madeFor.set(orderId, [...made, ...parts]);
      take(one, orderId, parts);
      continue;
    }
    const [parcel] = parcelsOf(one.event);
    const message = parcel === undefined ? NO_ORDER : waitsFor(parcel);
    unplaced.push(fault(one.place, `${one.path}/bizTransactionList`, message));
    if (parcel !== undefined) take(one, parcel, waiting(said(one.event, parcel, known, [])));
  }
  return {
    items,
    faults,
    unplaced,
    most: MAX_CAPTURED,
    origin(index, path) {
      const at = origins[index];
      const name = NAMES[path.split("/")[1] ?? ""] ?? "";
      return { index: at?.place ?? index, path: `${at?.path ?? ""}${name}` };
    },
  };
}

/** The orders of which more must be known: something is said to be taken back. */
export const ordersToRead = (
  { found }: ReadDocument,
  known: Pick<Known, "orderOfParcel">,
): string[] => {
  const orderOf = createOrderFinder(known as Known, found);
  return [...new Set(found.flatMap(({ event }) => (isVoid(event) ? (orderOf(event) ?? []) : [])))];
};
