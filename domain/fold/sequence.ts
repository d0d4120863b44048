/**
 * The order in which an order's events are folded: by the time they happened, then rank of the type, priority of the source, source, id.
 * It is a total order over distinct events, so arrival can decide nothing.
 */
import type { EventType, RecordedEvent } from "../event.ts";

/** How far a source's clock may run ahead of ours before its time is not believed. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** An event recorded longer than this after it happened is flagged OLD. */
export const OLD_AFTER_MS = 30 * 86_400_000;

/**
 * One rank for every type: breaks ties between events of the same instant. Facts and overlays that begin come first, scans in the order of the way,
 * and what ends or clears comes last.
 */
export const TYPE_RANK: Readonly<Record<EventType, number>> = {
  "order.received": 0,
  "order.amended": 1,
  "hold.placed": 2,
  "exception.raised": 3,
  "order.backordered": 5,
  "order.allocated": 10,
  "order.released": 15,
  "order.rejected": 16,
  "pick.started": 18,
  "pick.shorted": 19,
  "pick.completed": 20,
  "pack.started": 25,
  "pack.completed": 30,
  "check.started": 35,
  "check.passed": 40,
  "check.failed": 41,
  "parcel.staged": 45,
  "item.damaged": 46,
  "parcel.handed_over": 50,
  "parcel.in_transit": 60,
  "parcel.out_for_delivery": 65,
  "parcel.available_for_pickup": 66,
  "parcel.delivery_failed": 67,
  "parcel.delivered": 70,
  "parcel.returning": 80,
  "parcel.returned": 90,
  "order.returned": 91,
  "parcel.lost": 95,
  "order.cancelled": 99,
  "parcel.exception": 100,
  "hold.released": 101,
  "exception.cleared": 102,
  "event.corrected": 110,
  "note.added": 120,
  "order.assigned": 121,
  "order.expedited": 122,
  "pickup.departed": 200,
  "pickup.delayed": 201,
  "station.changed": 202,
  "system.canary": 203,
};

const OTHER_SOURCE = 2;
/** By the part of the source before the first `/`: warehouse systems, then carriers, then everything that passes news on, people last. */
const SOURCE_PRIORITY: ReadonlyMap<string, number> = new Map([
  ["wms", 0],
  ["scanner", 0],
  ["station", 0],
  ["3pl", 0],
  ["carrier", 1],
  ["ui", 3],
  ["manual", 3],
  ["import", 3],
]);

/** What a source belongs to: the part before the first `/`. */
export function systemOf(source: string): string {
  const slash = source.indexOf("/");
  return slash < 0 ? source : source.slice(0, slash);
}

export const sourcePriority = (source: string): number =>
  SOURCE_PRIORITY.get(systemOf(source).toLowerCase()) ?? OTHER_SOURCE;

/** When it counts as having happened (epoch ms): its own time, or its record time when its clock was more than 5 minutes ahead. */
export const clampedTime = (occurredAt: number, recordedAt: number): number =>
  occurredAt > recordedAt + MAX_AHEAD_MS ? recordedAt : occurredAt;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative when `a` is folded before `b`; 0 only for the same source and id at the same time. */
export function compareEvents(a: RecordedEvent, b: RecordedEvent): number {
  return (
    clampedTime(a.occurredAt, a.recordedAt) - clampedTime(b.occurredAt, b.recordedAt) ||
    TYPE_RANK[a.type] - TYPE_RANK[b.type] ||
    sourcePriority(a.source) - sourcePriority(b.source) ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  );
}

/** The same events in fold order; the very same array when they stand so already. */
export function inFoldOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  for (let at = 1; at < events.length; at++) {
    const [before, after] = [events[at - 1], events[at]];
    if (before && after && compareEvents(before, after) > 0) return events.toSorted(compareEvents);
  }
  return events;
}

/** Where `event` belongs among events that stand in fold order. */
export function placeOf(events: readonly RecordedEvent[], event: RecordedEvent): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = events[middle];
    if (other && compareEvents(other, event) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
