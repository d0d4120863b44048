/**
 * What a shop told of an order last. Shops send the whole order whenever anything about it changes, in any order and more than once: this tells what is new in it.
 *
 * `before` asks, in one step that also writes down that something new may be on its way; `after` is written when that is on disk. A delivery that fails between the two is new again
 * when it comes again, and of two at the same time neither takes the other for known.
 */
import type { ShopOrder, ShopParcel } from "../connectors/translation.ts";

export type OrderMemory = {
  /** of the newest order that is on disk: the shop's own time of it, epoch ms */
  at: number;
  /** its fingerprint; empty while another one may be on its way */
  mark: string;
  /** its `order.received` is on disk */
  isReceived: boolean;
  /** the shop's ids of its lines */
  lineIds: string[];
  /** codes of holds that were placed, or may have been */
  holds: string[];
  /** when each of them was placed last, and released last (`ANY_HOLD`: whichever it was), by the shop's own time where it tells of holds by themselves, epoch ms */
  placedAt?: Record<string, number>;
  releasedAt?: Record<string, number>;
  /** of what is not received: when the shop said last that there is nothing to fulfill, epoch ms */
  passedAt?: number;
  /** told before the order itself, so that nobody knew their lines */
  parcels: ShopParcel[];
  /** by parcel; absent while none was told of */
  made?: Record<string, Made>;
  /** the events that cancelled it, with when they say that was (epoch ms) */
  cancels?: Cancel[];
};
/** `isBack`: it was taken back, since the shop went on with the order. */
export type Cancel = { event: string; at: number; isBack?: true };
/** What a parcel was said to hold: its fingerprint, the shop's time of it (epoch ms), and, when the shop said something else before, since when (RFC 3339). */
export type Contents = { mark: string; at: number; changedAt?: string };
/** That a parcel was made: the events that said so, and when the shop ended it (epoch ms), by its own time. */
export type Made = { events: string[]; endedAt?: number; contents?: Contents };

export const NO_MEMORY: OrderMemory = {
  at: 0,
  mark: "",
  isReceived: false,
  lineIds: [],
  holds: [],
  parcels: [],
};

/** `stale`: a newer one is known. `same`: it says what is known. */
export type Newness = "new" | "same" | "stale";

export function newnessOf(memory: OrderMemory, at: number, mark: string): Newness {
  if (at < memory.at) return "stale";
  return mark === memory.mark ? "same" : "new";
}

/** The shop had nothing for us, by a later word than what comes only now: that would stand for ever. */
export const isPassed = (
  { isReceived, passedAt = 0 }: OrderMemory,
  { updatedAt, isRestored = false }: Pick<ShopOrder, "updatedAt" | "isRestored">,
): boolean => !isReceived && !isRestored && updatedAt < passedAt;

export const passed = (memory: OrderMemory, at: number): OrderMemory =>
  memory.isReceived ? memory : { ...memory, passedAt: Math.max(memory.passedAt ?? 0, at) };

const withHold = (holds: readonly string[], hold: string): string[] => [
  ...new Set([...holds, hold]),
];

/** What is written down before the events of `order` are kept. */
export function beforeOrder(memory: OrderMemory, order: ShopOrder, mark: string): OrderMemory {
  const newness = newnessOf(memory, order.updatedAt, mark);
  if (newness === "stale" || isPassed(memory, order)) return memory;
  const holds = order.hold == null ? memory.holds : withHold(memory.holds, order.hold);
  return newness === "same"
    ? { ...memory, holds, at: order.updatedAt }
    : { ...memory, holds, mark: "" };
}

/** What is written down when they are. `parcels`: those that were taken with it. */
export function afterOrder(
  memory: OrderMemory,
  order: ShopOrder,
  mark: string,
  parcels: readonly ShopParcel[],
): OrderMemory {
  const taken = new Set(parcels.map(({ parcelId }) => parcelId));
  const left = memory.parcels.filter(({ parcelId }) => !taken.has(parcelId));
  const known = { ...memory, isReceived: true, parcels: left };
  if (order.updatedAt < memory.at) return known;
  const { hold } = order;
  const holds = hold === undefined ? memory.holds : memory.holds.filter((code) => code === hold);
  return { ...known, at: order.updatedAt, mark, lineIds: order.lineIds, holds };
}

/** In its newest state, whichever was told last. */
export function withParcel(memory: OrderMemory, parcel: ShopParcel): OrderMemory {
  const isOfIt = ({ parcelId }: ShopParcel) => parcelId === parcel.parcelId;
  const known = memory.parcels.find(isOfIt);
  if (known !== undefined && known.updatedAt > parcel.updatedAt) return memory;
  return { ...memory, parcels: [...memory.parcels.filter((one) => !isOfIt(one)), parcel] };
}

/** Of a release that does not say which hold. */
const ANY_HOLD = "*";

const latest = (times: Record<string, number> = {}, code: string, at: number) => ({
  ...times,
  [code]: Math.max(times[code] ?? 0, at),
});

/** When a hold that was placed at `at` was released, by a release that was told before it; null when it stands. */
export function releasedBefore(
  { releasedAt = {} }: OrderMemory,
  code: string,
  at: number,
): number | null {
  const end = Math.max(releasedAt[code] ?? 0, releasedAt[ANY_HOLD] ?? 0);
  return end >= at ? end : null;
}

/** `at`: by the shop's own time. */
export function holding(memory: OrderMemory, code: string, at: number): OrderMemory {
  const known = { ...memory, placedAt: latest(memory.placedAt, code, at) };
  if (releasedBefore(memory, code, at) !== null) return known;
  return { ...known, holds: withHold(memory.holds, code) };
}

/** The codes that a release is told of: `code`, or whichever was placed. */
export const releasable = ({ holds }: OrderMemory, code: string | undefined): string[] =>
  holds.filter((one) => code === undefined || one === code);

/** That there was a release, for holds that are told only after it. */
export const releasing = (
  memory: OrderMemory,
  at: number,
  code: string = ANY_HOLD,
): OrderMemory => ({ ...memory, releasedAt: latest(memory.releasedAt, code, at) });

/** What is written down when a release at `at` is on disk: what was placed again after it waits for its own. */
export function released(memory: OrderMemory, at: number, code: string | undefined): OrderMemory {
  const { holds, placedAt = {} } = memory;
  const ended = releasable(memory, code).filter((one) => (placedAt[one] ?? 0) <= at);
  return { ...memory, holds: holds.filter((one) => !ended.includes(one)) };
}

/** So many that say of one parcel that it was made, or of an order that it is cancelled: each says something else of it. */
const MOST_KEPT = 20;

export const standingCancels = ({ cancels = [] }: OrderMemory): Cancel[] =>
  cancels.filter(({ isBack }) => isBack !== true);

/** `back`: ids of events that were just taken back. */
export function withCancels(
  memory: OrderMemory,
  cancels: readonly Cancel[],
  back: ReadonlySet<string>,
): OrderMemory {
  const before = memory.cancels ?? [];
  // one that is told again stays taken back: its correction stands as well
  const known = new Set(before.map(({ event }) => event));
  const all = [...before, ...cancels.filter(({ event }) => !known.has(event))].map((one) =>
    back.has(one.event) ? { ...one, isBack: true as const } : one,
  );
  return { ...memory, cancels: all.slice(-MOST_KEPT) };
}

type NewlyMade = {
  events: readonly string[];
  contents: Omit<Contents, "at"> | undefined;
  /** ids of events that were just taken back */
  back: ReadonlySet<string>;
};

/** The newest contents; of a parcel that is told again the same, when that was last. */
function newest(before: Contents | undefined, now: NewlyMade["contents"], at: number) {
  if (now === undefined) return before;
  return { ...now, at: before?.mark === now.mark ? Math.max(before.at, at) : at };
}

/** `events`: ids of those that just said that the parcel was made. */
export function withMade(
  memory: OrderMemory,
  { parcelId, state, updatedAt }: ShopParcel,
  { events, contents: now, back }: NewlyMade,
): OrderMemory {
  const before = memory.made?.[parcelId] ?? { events: [] };
  const standing = [...before.events, ...events].filter((id) => !back.has(id));
  const all = [...new Set(standing)].slice(-MOST_KEPT);
  const endedAt = state === "made" ? before.endedAt : Math.max(before.endedAt ?? 0, updatedAt);
  const contents = newest(before.contents, now, updatedAt);
  const made = {
    events: all,
    ...(endedAt !== undefined && { endedAt }),
    ...(contents !== undefined && { contents }),
  };
  return { ...memory, made: { ...memory.made, [parcelId]: made } };
}
