/** 214, carrier shipment status: where a shipment is, and why not where it should be. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { exceptionsOf, isEstimate, typeOf } from "./codes.ts";
import { faultAt } from "./envelope.ts";
import {
  allQualified,
  isFault,
  leading,
  missing,
  nothing,
  noTime,
  qualified,
  TRACKING,
  type Context,
  type Reading,
  type Said,
} from "./meaning.ts";
import { at, type Segment } from "./segments.ts";
import { instantOf, inWords } from "./times.ts";

/** References to an order: its own number, the customer's, the delivery's. */
const ORDERS = ["OQ", "CO", "PO", "DO", "VN"];
const REFERENCES = ["L11", "REF", "N9"];

/** A header and its LX loops, each with what stands in it. */
function partsOf(segments: readonly Segment[]): { header: Segment[]; loops: Segment[][] } {
  const first = segments.findIndex(({ id }) => id === "LX");
  if (first < 0) return { header: [...segments], loops: [[...segments]] };
  const loops: Segment[][] = [];
  for (const segment of segments.slice(first)) {
    if (segment.id === "LX") loops.push([segment]);
    else loops.at(-1)?.push(segment);
  }
  return { header: segments.slice(0, first), loops };
}

/** What a part of a set names. */
type Names = { tracking: string | undefined; orders: readonly string[] };
const namesIn = (segments: readonly Segment[]): Names => ({
  tracking: qualified(segments, REFERENCES, TRACKING),
  orders: allQualified(segments, REFERENCES, ORDERS),
});
type Shipment = { orderId: string; trackingCode: string | undefined };

/** Of each order in it: those that are named, else those that the board knows under its number, else the shipper's own number of the shipment. */
function shipmentsOf(
  { ordersOfParcel }: Context,
  header: Names,
  loop: Names,
  head: Segment,
): Shipment[] {
  const tracking = loop.tracking ?? header.tracking ?? at(head, 1);
  const trackingCode = tracking === "" ? undefined : tracking;
  const named = loop.orders.length > 0 ? loop.orders : header.orders;
  const known = named.length > 0 || trackingCode === undefined ? named : ordersOfParcel(tracking);
  const orders = known.length > 0 ? known : [at(head, 2)];
  return orders.map((orderId) => ({ orderId, trackingCode }));
}

/** The place that follows a status (MS1): city, state, country. */
function placeIn(next: Segment | undefined): { location?: string } {
  if (next?.id !== "MS1") return {};
  const words = [at(next, 1), at(next, 2), at(next, 3)].filter((one) => one !== "");
  return words.length === 0 ? {} : { location: words.join(", ") };
}

/** Appointments and estimates have a time to come: what is heard of them now is a note. */
const isForeseen = (status: Segment): boolean => at(status, 3) !== "" || isEstimate(at(status, 1));

const wordsOf = (status: Segment): string =>
  `214: ${[1, 2, 3, 4]
    .map((one) => at(status, one))
    .filter((one) => one !== "")
    .join(" ")}, ${inWords(at(status, 5), at(status, 6))}`;

function timeOf({ clock }: Context, status: Segment): number | null {
  const told = instantOf(clock, at(status, 5), at(status, 6), { code: at(status, 7) });
  if (isForeseen(status)) return clock.written ?? told;
  // one that says a day that does not exist does not mean the day of its document
  return at(status, 5) === "" ? clock.written : told;
}

function statusSaid(
  context: Context,
  { orderId, trackingCode }: Shipment,
  status: Segment,
  next: Segment | undefined,
): Said[] | ItemError {
  const when = timeOf(context, status);
  if (when === null) return noTime(context, status, 5);
  const of = { orderId, at: when, from: status };
  const [code, reason] = [at(status, 1), at(status, 2)];
  const raw = [code, reason].filter((one) => one !== "").join(" ");
  const named = trackingCode === undefined ? {} : { trackingCode };
  const type = typeOf(code);
  const main: Said =
    type === undefined
      ? { ...of, type: "note.added", data: { text: wordsOf(status) } }
      : { ...of, type, data: { ...named, carrierStatus: raw, ...placeIn(next) } };
  const exceptions = exceptionsOf(code, reason).map((exception): Said => ({
    ...of,
    type: "parcel.exception",
    data: { ...named, code: exception, note: `214: ${raw}` },
  }));
  return [main, ...exceptions];
}

export function read214(context: Context): Reading {
  const head = leading(context, "B10");
  if (isFault(head)) return nothing(head);
  const { segments } = context.set;
  const { header, loops } = partsOf(segments);
  const read: Reading = { said: [], faults: [] };
  const named = namesIn(header);
  for (const loop of loops) {
    const shipments = shipmentsOf(context, named, namesIn(loop), head);
    if (shipments.some(({ orderId }) => orderId === ""))
      read.faults.push(missing(context, head, 2, "the shipper's number of the shipment"));
    loop.forEach((status, place) => {
      if (status.id !== "AT7") return;
      for (const shipment of shipments) {
        const said = statusSaid(context, shipment, status, loop[place + 1]);
        if ("message" in said) return void read.faults.push(said);
        read.said.push(...said);
      }
    });
  }
  if (segments.every(({ id }) => id !== "AT7"))
    read.faults.push(faultAt(context.set.index, head, 0, "no status (AT7) in this set"));
  return read.faults.length > 0 ? { said: [], faults: read.faults } : read;
}
