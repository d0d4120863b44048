/** 945, warehouse shipping advice: what a 3PL picked, packed and handed over, and what it could not. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { faultAt } from "./envelope.ts";
import {
  all,
  isFault,
  leading,
  lineNumber,
  missing,
  nothing,
  noTime,
  packagesIn,
  parcelName,
  qualified,
  TRACKING,
  units,
  type Context,
  type Marked,
  type Reading,
  type Said,
} from "./meaning.ts";
import { at, type Segment } from "./segments.ts";
import { instantOf, onDay } from "./times.ts";

/** The loops of a set: from each LX to the next. */
function loopsOf(segments: readonly Segment[]): Segment[][] {
  const loops: Segment[][] = [];
  for (const segment of segments) {
    if (segment.id === "LX") loops.push([segment]);
    else loops.at(-1)?.push(segment);
  }
  return loops;
}

/** G62*11 is when it left; the header's date otherwise. */
function shippedAt({ clock, set }: Context, head: Segment): number | null {
  const left = all(set.segments, "G62").find((date) => at(date, 1) === "11");
  if (left === undefined) return onDay(clock, at(head, 3));
  return at(left, 4) === ""
    ? onDay(clock, at(left, 2))
    : instantOf(clock, at(left, 2), at(left, 4), { code: at(left, 5) });
}

type Item = { line: number; shipped: number; missing: number; status: string };

function itemOf(
  loop: readonly Segment[],
  { set }: Context,
  place: number,
): Item | ItemError | null {
  const detail = loop.find(({ id }) => id === "W12");
  if (detail === undefined) return null;
  const shipped = units(at(detail, 3));
  const ordered = units(at(detail, 2)) ?? shipped;
  if (shipped === null || ordered === null) return faultAt(set.index, detail, 3, "is no quantity");
  const line = lineNumber(qualified(loop, ["N9"], ["LI"]), loop[0], place);
  return { line, shipped, missing: Math.max(0, ordered - shipped), status: at(detail, 1) };
}

/** Parcels of marks, and of license plates where there are no marks. */
function parcelsIn(segments: readonly Segment[]): Marked[] {
  const marks = loopsOf(segments).flatMap(packagesIn);
  const plates = all(segments, "N9")
    .filter((one) => at(one, 1) === "LV" && at(one, 2) !== "")
    .map((one) => ({ parcelId: parcelName(at(one, 2)) }));
  const found = marks.length > 0 ? marks : plates;
  const byId = new Map<string, Marked>();
  // one package may hold several lines
  for (const one of found) byId.set(one.parcelId, { ...byId.get(one.parcelId), ...one });
  return [...byId.values()];
}

/** Short lines say what is missing, and then all that was picked; when nothing is missing the whole order was. */
function picked(items: readonly Item[], of: Omit<Said, "type" | "data">): Said[] {
  const short = items.filter(({ missing }) => missing > 0);
  if (short.length === 0) return [{ ...of, type: "pick.completed", data: {} }];
  const lines = items.map(({ line, shipped }) => ({ line, quantity: shipped }));
  return [
    {
      ...of,
      type: "pick.shorted",
      data: {
        lines: short.map(({ line, missing, status }) => ({
          line,
          missing,
          ...(status !== "" && { reason: `W12 status ${status}` }),
        })),
      },
    },
    { ...of, type: "pick.completed", data: { lines } },
  ];
}

/** The carrier's own number of the shipment is that of all parcels that have none of their own. */
function sent(
  { set }: Context,
  parcels: readonly Marked[],
  of: Omit<Said, "type" | "data">,
): Said[] {
  const carrier = at(
    set.segments.find(({ id }) => id === "W27"),
    2,
  );
  const tracking = qualified(set.segments, ["N9", "REF"], TRACKING);
  const common = carrier === "" ? {} : { carrier };
  const single = tracking === undefined ? {} : { trackingCode: tracking };
  if (parcels.length === 0)
    return [{ ...of, type: "parcel.handed_over", data: { ...common, ...single } }];
  return parcels.map((parcel) => ({
    ...of,
    type: "parcel.handed_over",
    data: { ...common, ...single, ...parcel },
  }));
}

export function read945(context: Context): Reading {
  const head = leading(context, "W06");
  if (isFault(head)) return nothing(head);
  if (at(head, 2) === "") return nothing(missing(context, head, 2, "the depositor's order number"));
  const when = shippedAt(context, head);
  if (when === null) return nothing(noTime(context, head, 3));
  const { segments } = context.set;
  const found = loopsOf(segments).map((loop, place) => itemOf(loop, context, place));
  const faults = found.filter((one): one is ItemError => one !== null && "message" in one);
  if (faults.length > 0) return { said: [], faults };
  const items = found.filter((one): one is Item => one !== null && !("message" in one));
  const of = { orderId: at(head, 2), at: when, from: head };
  if (items.length > 0 && items.every(({ shipped }) => shipped === 0))
    return { said: picked(items, of).slice(0, 1), faults };
  const parcels = parcelsIn(segments);
  const packed: Said = {
    ...of,
    type: "pack.completed",
    data: parcels.length === 0 ? {} : { parcels },
  };
  return { said: [...picked(items, of), packed, ...sent(context, parcels, of)], faults };
}
