/**
 * One event put in its place among an order's events. Total: every (state, event) pair has an answer, and none throws.
 *
 * `folded.outcomes` speak about the end state and do not depend on arrival; `outcome` speaks about this event at the moment it came, so it alone may say
 * that the event came late.
 */
import type { OrderEventType, RecordedEvent } from "./event.ts";
import { foldOrder, type Folded } from "./fold.ts";
import { clampedTime, inFoldOrder, placeOf } from "./fold/sequence.ts";
import type { EventOutcome } from "./order.ts";
import type { SitePolicy } from "./site.ts";

export type Applied = {
  kind: "new" | "duplicate" | "conflict";
  /** in fold order; the very same array unless `kind` is new */
  events: RecordedEvent[];
  folded: Folded;
  outcome: EventOutcome;
};

const isSameName = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.id === b.id && a.source === b.source;

export type PlacedEvent = {
  kind: Applied["kind"];
  /** in fold order; what was there before unless `kind` is new */
  events: RecordedEvent[];
  /** where it stands, or where the one of the same name stands */
  place: number;
};

/**
 * Puts an event in its place among those known (each once, in fold order) without folding: for many at a time, which are then folded once.
 */
export function placeEvent(events: readonly RecordedEvent[], event: RecordedEvent): PlacedEvent {
  const known = events.findIndex((other) => isSameName(other, event));
  if (known >= 0) {
    const kind = events[known]?.hash === event.hash ? "duplicate" : "conflict";
    return { kind, events: events as RecordedEvent[], place: known };
  }
  const place = placeOf(events, event);
  return { kind: "new", events: events.toSpliced(place, 0, event), place };
}

function outcomeFor(event: RecordedEvent, effect: EventOutcome["effect"], words: string) {
  const { source, id, type, occurredAt, recordedAt } = event;
  return { source, id, type, occurredAt, recordedAt, effect, words } satisfies EventOutcome;
}

const SEEN = {
  duplicate: ["duplicate", "the same event came before: applied once"],
  conflict: ["impossible", "another body came before under the same id"],
} as const;

const SCAN =
  /^(order\.(allocated|released)|(pick|pack)\.(started|completed)|check\.passed|parcel\.)/;
const isScan = (type: OrderEventType): boolean => type !== "parcel.exception" && SCAN.test(type);

/** A scan that took its place before others and moved nothing now: it filled in the past. */
function asItCame(event: RecordedEvent, said: EventOutcome, { order }: Folded): EventOutcome {
  const isApplied = said.effect === "applied" || said.effect === "inferred";
  if (!order || !isApplied || !isScan(event.type) || order.stageSince <= event.occurredAt) {
    return said;
  }
  const at = clampedTime(event.occurredAt, event.recordedAt);
  const filled = order.timeline.find((one) => one.at === at && one.source === event.source);
  const words = filled
    ? `filled in the time of ${filled.stage}; the order had already gone further`
    : `${said.words}; the order had already gone further`;
  return { ...said, effect: "late", words };
}

/**
 * Applies `event` to an order known by `events` (each once, in any order). A repeat changes nothing (`duplicate`); the same source and id with another fingerprint changes
 * nothing either (`conflict`). `events` is not changed.
 */
export function applyEvent(
  events: readonly RecordedEvent[],
  event: RecordedEvent,
  policy: SitePolicy,
): Applied {
  const { kind, events: next, place } = placeEvent(inFoldOrder(events), event);
  const folded = foldOrder(next, policy);
  if (kind !== "new") {
    const [effect, words] = SEEN[kind];
    return { kind, events: next, folded, outcome: outcomeFor(event, effect, words) };
  }
  const said = folded.outcomes[place] ?? outcomeFor(event, "impossible", "has no outcome");
  return { kind, events: next, folded, outcome: asItCame(event, said, folded) };
}
