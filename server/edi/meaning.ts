/** What the readers of transaction sets have in common: where they put what they found, and how products and parcels are named in X12. */
import type { EventType } from "../../domain/event.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";
import { faultAt, type TransactionSet } from "./envelope.ts";
import { at, type Segment } from "./segments.ts";
import { wire, type Clock } from "./times.ts";

export type Said = {
  type: EventType;
  orderId: string;
  /** ms */
  at: number;
  data: Record<string, unknown>;
  /** what it was read from */
  from: Segment;
};

/** A transaction set as its reader sees it. */
export type Context = {
  set: TransactionSet;
  clock: Clock;
  /** the service of an order that names none, and those there are */
  services: readonly string[];
  sender: string;
  ordersOfParcel: (name: string) => readonly string[];
};
/** `noted`: what is wrong and stops nothing. */
export type Reading = { said: Said[]; faults: ItemError[]; noted?: ItemError[] };
export type Reader = (context: Context) => Reading;

export const nothing = (fault: ItemError): Reading => ({ said: [], faults: [fault] });

/** The segment that a set must begin with. */
export function leading({ set }: Context, id: string): Segment | ItemError {
  const first = set.segments[0];
  if (first?.id === id) return first;
  return faultAt(set.index, first ?? set.first, 0, `${id} must come first in a ${set.code}`);
}
export const isFault = (found: Segment | ItemError): found is ItemError => "message" in found;

export const missing = (
  { set }: Context,
  segment: Segment,
  element: number,
  what: string,
): ItemError => faultAt(set.index, segment, element, `${what} is required`);

export const noTime = (context: Context, segment: Segment, element: number): ItemError =>
  faultAt(
    context.set.index,
    segment,
    element,
    element > 0 && at(segment, element) !== ""
      ? "names no date that exists, or no time of a day"
      : "names no date that exists, and no envelope says when it was written",
  );

export const all = (segments: readonly Segment[], id: string): Segment[] =>
  segments.filter((segment) => segment.id === id);

/** What these segments say under the first of `qualifiers` that any of them has. L11 has the qualifier behind. */
export function allQualified(
  segments: readonly Segment[],
  ids: readonly string[],
  qualifiers: readonly string[],
): string[] {
  for (const qualifier of qualifiers) {
    const found = segments.flatMap((segment) => {
      if (!ids.includes(segment.id)) return [];
      const [key, value] = segment.id === "L11" ? [2, 1] : [1, 2];
      const isFound = at(segment, key) === qualifier && at(segment, value) !== "";
      return isFound ? [at(segment, value)] : [];
    });
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

/** The first of them. */
export const qualified = (
  segments: readonly Segment[],
  ids: readonly string[],
  qualifiers: readonly string[],
): string | undefined => allQualified(segments, ids, qualifiers)[0];

/** Where the reference of a carrier to a single shipment stands. */
export const TRACKING = ["2I", "CN", "WY"];

/** Product qualifiers (element 235) whose number is the best name of an article, best first. */
const PRODUCTS = ["SK", "VN", "VP", "BP", "VC", "UK", "UP", "UI", "EN", "CB", "MG", "PI"];

/** The article of an item segment: its best qualified number, else whatever number stands without a qualifier. */
export function skuIn(segment: Segment, from: number): string | undefined {
  const found = new Map<string, string>();
  const rest = segment.elements.slice(from);
  rest.forEach((element, place) => {
    const next = rest[place + 1] ?? "";
    if (PRODUCTS.includes(element) && next !== "" && !found.has(element)) found.set(element, next);
  });
  const best = PRODUCTS.find((qualifier) => found.has(qualifier));
  return best === undefined ? rest.find((element) => element.length > 2) : found.get(best);
}

const MARKS = ["GM", "AA", "UC", "CP", "SM", "CA"];
const SSCC_AI = /^00\d{18}$/;

/** The application identifier before an SSCC is no part of it. */
export const parcelName = (text: string): string => (SSCC_AI.test(text) ? text.slice(2) : text);

export type Marked = { parcelId: string; trackingCode?: string };

type Mark = { qualifier: string; name: string };

/** One mark, or two of the same package. */
const marksIn = (segment: Segment): Mark[] =>
  [1, 4].flatMap((place) => {
    const name = at(segment, place + 1);
    return name === "" ? [] : [{ qualifier: at(segment, place), name }];
  });

/** The parcel that marks name: an SSCC where there is one, else the carrier's or shipper's own number, which is its tracking code too. */
export function markedBy(segments: readonly Segment[]): Marked | undefined {
  const marks = segments.flatMap(marksIn);
  const of = (qualifier: string): string | undefined =>
    marks.find((mark) => mark.qualifier === qualifier)?.name;
  const named = MARKS.map((qualifier) => ({ qualifier, name: of(qualifier) }));
  const first = named.find(({ name }) => name !== undefined);
  if (first?.name === undefined) return undefined;
  const tracking = of("CP") ?? of("SM");
  return {
    parcelId: parcelName(first.name),
    ...(tracking !== undefined && { trackingCode: tracking }),
  };
}

const CARRIERS_OWN: readonly string[] = ["CP", "SM"];
const isCarriersOwn = (segment: Segment): boolean =>
  marksIn(segment).every(({ qualifier }) => CARRIERS_OWN.includes(qualifier));

/**
 * The parcels of a loop. A package may bear two marks, each in a segment of its own: of as many tracking codes as packages each is of one, in their order. Of another
 * number nobody can say which is whose, and none of them is a package beside the others.
 */
export function packagesIn(loop: readonly Segment[]): Marked[] {
  const marks = all(loop, "MAN");
  const codes = marks.filter(isCarriersOwn);
  const packages = marks.filter((mark) => !isCarriersOwn(mark));
  if (packages.length === 0) return codes.flatMap((code) => markedBy([code]) ?? []);
  const isPaired = codes.length === packages.length;
  return packages.flatMap((mark, place) => {
    const code = isPaired ? codes[place] : undefined;
    return markedBy(code === undefined ? [mark] : [mark, code]) ?? [];
  });
}

/** The number of a line: its own, that of its loop, else its place (from 0). */
export function lineNumber(
  own: string | undefined,
  loop: Segment | undefined,
  place: number,
): number {
  const number = Number(own ?? at(loop, 1));
  return Number.isInteger(number) && number > 0 && number <= 100_000 ? number : place + 1;
}

/** A whole number of units; what is less than one unit is one. */
export const units = (text: string): number | null => {
  const value = Number(text);
  return text === "" || !Number.isFinite(value) || value < 0 ? null : Math.ceil(value);
};

/** As our door takes it. */
export const envelopeOf = ({ type, orderId, at: occurred, data }: Said) => ({
  type,
  orderId,
  occurredAt: wire(occurred),
  data,
});
