/** Which source would tell the next step of an order: then, and only then, its silence makes the order blind. */
import type { OrderEventType, RecordedEvent } from "../event.ts";
import { isExpectedToSpeak } from "../silence.ts";
import type { Order } from "../order.ts";
import type { Site } from "../site.ts";
import { isBeforeHandOver } from "../stages.ts";

/** A source, or whoever is found to tell that; `heardFrom`: who spoke of the order last, while nobody was found yet. */
export type Dependence = { source: string } | { teller: string; heardFrom?: string };

/** Who told that last: `allocate` and `floor` at this site, `carrier|<carrier>`, `node|<node>`. */
export type Tellers = Record<string, string>;

export const CARRIER_SCANS: ReadonlySet<OrderEventType> = new Set([
  "parcel.in_transit",
  "parcel.out_for_delivery",
  "parcel.available_for_pickup",
  "parcel.delivery_failed",
  "parcel.delivered",
  "parcel.returning",
  "parcel.returned",
  "parcel.exception",
]);
const FLOOR_SCANS: ReadonlySet<OrderEventType> = new Set([
  "pick.started",
  "pick.completed",
  "pick.shorted",
  "pack.started",
  "pack.completed",
  "check.started",
  "check.passed",
  "check.failed",
  "parcel.staged",
]);

const placeOf = ({ node = "floor" }: Order): string => (node === "floor" ? node : `node|${node}`);

function toldOf(type: OrderEventType, order: Order, carrier: string): string | null {
  if (CARRIER_SCANS.has(type)) return `carrier|${carrier}`;
  if (FLOOR_SCANS.has(type)) return placeOf(order);
  return type === "order.allocated" ? "allocate" : null;
}

/** Learns who tells what from the events of an order. */
export function noteTellers(
  tellers: Tellers,
  order: Order,
  events: readonly RecordedEvent[],
  carrier: string,
): void {
  for (const { type, source } of events) {
    const told = isExpectedToSpeak(source) ? toldOf(type, order, carrier) : null;
    if (told !== null) tellers[told] = source;
  }
}

const lastOf = (
  events: readonly RecordedEvent[],
  passes: (event: RecordedEvent) => boolean,
): Dependence | null => {
  const last = events.findLast((event) => isExpectedToSpeak(event.source) && passes(event));
  return last === undefined ? null : { source: last.source };
};

/** Whoever placed a hold releases it. */
function holderOf({ holds }: Order, events: readonly RecordedEvent[]): Dependence | null {
  const open = holds.findLast(({ releasedAt }) => releasedAt === undefined);
  if (open === undefined) return null;
  const placed = events.findLast(
    ({ type, data }) => type === "hold.placed" && "code" in data && data.code === open.code,
  );
  return placed === undefined ? null : { source: placed.source };
}

/** `carrier`: who takes it. Events in their order. */
export function dependenceOf(
  order: Order,
  events: readonly RecordedEvent[],
  carrier: string,
): Dependence {
  const holder = holderOf(order, events);
  if (holder !== null) return holder;
  if (!isBeforeHandOver(order.stage)) {
    const scanned = lastOf(events, ({ type }) => CARRIER_SCANS.has(type));
    return scanned ?? { teller: `carrier|${carrier}` };
  }
  if (order.stage === "backordered") return lastOf(events, isBackorder) ?? { teller: "allocate" };
  const scanned = lastOf(events, ({ type }) => FLOOR_SCANS.has(type));
  if (scanned !== null) return scanned;
  const teller = order.stage === "received" ? "allocate" : placeOf(order);
  const heard = events.findLast(({ source }) => isExpectedToSpeak(source));
  return heard === undefined ? { teller } : { teller, heardFrom: heard.source };
}

const isBackorder = ({ type }: RecordedEvent): boolean => type === "order.backordered";

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** A source by its name: `carrier/a` tells of carrier A, `3pl/north` of the node `3pl-north`. */
function namedSource({ sources = [] }: Site, teller: string): string | null {
  const [kind, name = ""] = teller.split("|");
  const wanted = plain(kind === "node" ? name : `${kind}-${name}`);
  return sources.find(({ source }) => plain(source) === wanted)?.source ?? null;
}

/** While nobody ever told such a step at this site: whoever told of the order, if the site's rules expect that source to speak. */
const expectedSource = ({ sources = [] }: Site, name: string | undefined): string | null =>
  sources.find(({ source }) => source === name)?.source ?? null;

/** The source meant; null when nobody knows. */
export function sourceOf(dependence: Dependence, tellers: Tellers, site: Site): string | null {
  if ("source" in dependence) return dependence.source;
  const { teller, heardFrom } = dependence;
  return tellers[teller] ?? namedSource(site, teller) ?? expectedSource(site, heardFrom);
}
