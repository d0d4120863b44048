/**
 * What one EPCIS event says in our words (the mapping of the documents, read from right to left). What has no meaning here is kept as a note, with what it said,
 * and moves nothing.
 */
import type { EpcisEvent, EpcisType } from "../../domain/contract/epcis.ts";
import { EVENT_TYPES, type EventType } from "../../domain/event.ts";
import { parcelIdOf, skuOf } from "./epc.ts";
import { cbvWord, cbvWordOf } from "./words.ts";

/** One of our events without its envelope. */
export type Meaning = { type: EventType; data: Record<string, unknown> };

/** Under this name our own documents say which of our events one was: stages that share their words in the CBV come back as themselves. */
export const OWN_TYPE = "ct:type";

type Read = {
  event: EpcisEvent;
  step: string | undefined;
  dispositions: ReadonlySet<string>;
  /** the parcels it is about */
  parcels: readonly string[];
};
type Rule = (read: Read) => Meaning[];

/** The parcels of an event: those it lists, else the one that contains what it lists. */
export function parcelsOf({ epcList, childEPCs, parentID }: EpcisEvent): string[] {
  const listed = [...(epcList ?? []), ...(childEPCs ?? [])].flatMap((uri) => parcelIdOf(uri) ?? []);
  const parent = parentID === undefined ? null : parcelIdOf(parentID);
  return [...new Set(listed.length === 0 && parent !== null ? [parent] : listed)];
}

function read(event: EpcisEvent): Read {
  const set = event.persistentDisposition?.set ?? [];
  const words = [...(event.disposition === undefined ? [] : [event.disposition]), ...set];
  return {
    event,
    step: cbvWordOf(event.bizStep),
    dispositions: new Set(words.map(cbvWord)),
    parcels: parcelsOf(event),
  };
}

/** One event for each parcel, or one without. */
const each = (type: EventType, { parcels }: Read, data: Record<string, unknown> = {}): Meaning[] =>
  parcels.length === 0
    ? [{ type, data }]
    : parcels.map((parcelId) => ({ type, data: { parcelId, ...data } }));

const one = (type: EventType, data: Record<string, unknown> = {}): Meaning[] => [{ type, data }];
const placeOf = ({ readPoint, bizLocation }: EpcisEvent): Record<string, unknown> => {
  const location = (readPoint ?? bizLocation)?.id;
  return location === undefined ? {} : { location };
};

/** Of items that went into parcels, the container is the parcel; of what was packed without one, what is listed. */
const packed: Rule = ({ event, parcels }) => {
  const parent = event.parentID === undefined ? null : parcelIdOf(event.parentID);
  const ids = parent === null ? parcels : [parent];
  return one(
    "pack.completed",
    ids.length === 0 ? {} : { parcels: ids.map((parcelId) => ({ parcelId })) },
  );
};

const DEFECTS = ["damaged", "non_conformant", "expired", "recalled"];

/** What is in it is not what should be; null when nobody says so. */
function mismatched({ dispositions }: Read): Meaning[] | null {
  if (dispositions.has("mismatch_quantity")) return one("exception.raised", { code: "SHORT_PICK" });
  if (dispositions.has("mismatch_class") || dispositions.has("mismatch_instance"))
    return one("exception.raised", { code: "WRONG_ITEM" });
  return null;
}

const inspected: Rule = (read) => {
  const { dispositions } = read;
  const defect = DEFECTS.find((word) => dispositions.has(word));
  if (defect !== undefined) return each("check.failed", read, { defect: { code: defect } });
  const mismatch = mismatched(read);
  if (mismatch !== null) return mismatch;
  return each(dispositions.has("conformant") ? "check.passed" : "check.started", read);
};

/** Whoever receives it has it; what came back is returned, what came broken is delivered and damaged. */
const arrivedAtLast: Rule = (read) => {
  if (read.dispositions.has("returned")) return each("parcel.returned", read, placeOf(read.event));
  const delivered = each("parcel.delivered", read, placeOf(read.event));
  if (!read.dispositions.has("damaged")) return delivered;
  return [...delivered, ...each("item.damaged", read, { code: "DAMAGED_IN_TRANSIT" })];
};

const left: Rule = (read) =>
  read.dispositions.has("returned")
    ? each("parcel.returning", read, placeOf(read.event))
    : each("parcel.handed_over", read);

const arrived: Rule = (read) =>
  each(
    read.dispositions.has("available") ? "parcel.available_for_pickup" : "parcel.in_transit",
    read,
    placeOf(read.event),
  );

const picked: Rule = ({ dispositions }) =>
  dispositions.has("mismatch_quantity")
    ? one("exception.raised", { code: "SHORT_PICK" })
    : one("pick.completed");

const held: Rule = () => one("hold.placed", { code: "HOLD_OPERATOR", reason: "held (EPCIS)" });

const STEPS: Readonly<Record<string, Rule>> = {
  picking: picked,
  packing: packed,
  repackaging: packed,
  inspecting: inspected,
  holding: held,
  staging_outbound: (read) => each("parcel.staged", read),
  loading: (read) => each("parcel.staged", read),
  shipping: left,
  departing: left,
  transporting: (read) => each("parcel.in_transit", read, placeOf(read.event)),
  arriving: arrived,
  accepting: arrivedAtLast,
  receiving: arrivedAtLast,
  // whoever opens it counts
  unpacking: (read) => mismatched(read) ?? kept(read),
};

/** What a disposition says where no step is named. */
const DISPOSITIONS: readonly (readonly [string, Rule])[] = [
  ["unavailable", () => one("order.backordered")],
  ["returned", (read) => each("parcel.returned", read, placeOf(read.event))],
  ["damaged", (read) => each("item.damaged", read, { code: "damaged" })],
  ["stolen", (read) => each("parcel.lost", read, { carrierStatus: "stolen" })],
  ["in_transit", (read) => each("parcel.in_transit", read, placeOf(read.event))],
];

/** Without a step a transaction itself is what happened: it came to be, or came to an end. */
const transacted: Rule = ({ event }) => {
  if (event.action === "DELETE")
    return one("order.cancelled", { reason: "EPCIS: transaction deleted" });
  return event.action === "ADD" ? one("order.received") : [];
};

const kept: Rule = ({ event, step, dispositions }) => {
  const said = [event.type, event.action, step, ...dispositions].filter(
    (word) => word !== undefined,
  );
  return one("note.added", { text: `EPCIS: ${said.join(", ")}`.slice(0, 1_000) });
};

function byWords(found: Read): Meaning[] {
  const { step, event, dispositions } = found;
  const rule = step === undefined ? undefined : Object.hasOwn(STEPS, step) ? STEPS[step] : kept;
  if (rule !== undefined) return event.action === "DELETE" ? kept(found) : rule(found);
  const [, told] = DISPOSITIONS.find(([word]) => dispositions.has(word)) ?? [];
  if (told !== undefined) return told(found);
  const transaction = event.type === "TransactionEvent" ? transacted(found) : [];
  return transaction.length > 0 ? transaction : kept(found);
}

/** Types that say all they have to say by themselves and their parcel. */
const OWN_TYPES: ReadonlySet<string> = new Set<EventType>([
  "order.received",
  "order.allocated",
  "order.backordered",
  "order.released",
  "order.cancelled",
  "order.returned",
  "pick.started",
  "pick.completed",
  "pack.started",
  "check.started",
  "check.passed",
  "check.failed",
  "parcel.staged",
  "parcel.handed_over",
  "parcel.in_transit",
  "parcel.out_for_delivery",
  "parcel.available_for_pickup",
  "parcel.delivered",
  "parcel.returning",
  "parcel.returned",
  "parcel.lost",
]);

function byOwnType(found: Read): Meaning[] | null {
  const type = (found.event as Record<string, unknown>)[OWN_TYPE];
  const own = EVENT_TYPES.find((known) => known === type);
  if (own === undefined || !OWN_TYPES.has(own)) return null;
  if (own.startsWith("parcel.") || own.startsWith("check.")) return each(own, found);
  return one(own);
}

/** `void_shipping` is read elsewhere: it takes back what was said before. */
export const isVoid = (event: EpcisEvent): boolean => cbvWordOf(event.bizStep) === "void_shipping";

/** What became of goods that are made, or of what is fixed to them: nothing that an order goes through. */
const OF_NO_ORDER: readonly EpcisType[] = ["TransformationEvent", "AssociationEvent"];

/** Never empty. */
export function meaningOf(event: EpcisEvent): Meaning[] {
  const found = read(event);
  if (OF_NO_ORDER.includes(event.type)) return kept(found);
  return byOwnType(found) ?? byWords(found);
}

type Ordered = { line: number; sku: string; quantity: number };

/** The lines of an order, from the articles its transaction lists. */
export function linesOf({ epcList = [], quantityList = [] }: EpcisEvent): Ordered[] {
  const units = new Map<string, number>();
  const add = (sku: string, quantity: number): void =>
    void units.set(sku, (units.get(sku) ?? 0) + quantity);
  for (const epc of epcList) if (parcelIdOf(epc) === null) add(skuOf(epc), 1);
  for (const { epcClass, quantity = 1 } of quantityList) add(skuOf(epcClass), Math.ceil(quantity));
  return [...units].map(([sku, quantity], place) => ({ line: place + 1, sku, quantity }));
}
