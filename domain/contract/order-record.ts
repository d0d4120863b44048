/** An order as Redis keeps it: compact, for it is read and written with each of its events. */
import type { EventData, OrderEventType, RecordedEvent } from "../event.ts";

/** An order as it is kept: its events are the truth, everything else of it is folded from them. */
export type OrderRecord = {
  /** seq of the commit that last wrote it */
  v: number;
  /** version of the site's rules it was first folded under */
  policy: number;
  events: RecordedEvent[];
  /** which effects were handed to the outbox (`effects.ts`) */
  sent: string[];
  /** these events as they are written, so that those known are not encoded again */
  encoded?: { events: readonly RecordedEvent[]; text: string };
};

type PackedEvent = [
  type: string,
  occurredAt: number,
  recordedAt: number,
  source: string,
  id: string,
  hash: string,
  seq: number,
  actor: string | 0,
  station: string | 0,
  data: unknown,
];

const packEvent = (event: RecordedEvent): PackedEvent => [
  event.type,
  event.occurredAt,
  event.recordedAt,
  event.source,
  event.id,
  event.hash,
  event.seq ?? 0,
  event.actor ?? 0,
  event.station ?? 0,
  event.data,
];

/** Trusts what was written by `encodeOrderRecord`; a record that is no such thing throws. */
function unpackEvent(packed: PackedEvent, site: string, orderId: string): RecordedEvent {
  const [type, occurredAt, recordedAt, source, id, hash, seq, actor, station, data] = packed;
  return {
    id,
    source,
    type: type as OrderEventType,
    site,
    orderId,
    occurredAt,
    recordedAt,
    hash,
    seq,
    ...(actor !== 0 && { actor }),
    ...(station !== 0 && { station }),
    data: data as EventData[OrderEventType],
  } as RecordedEvent;
}

const encodeEvent = (event: RecordedEvent): string => JSON.stringify(packEvent(event));

const encodeEvents = (events: readonly RecordedEvent[]): string =>
  events.map(encodeEvent).join(",");

/** The text of `events` when they are those of `encoded` and one more. */
function continued({ encoded }: OrderRecord, events: readonly RecordedEvent[]): string | null {
  const last = events.at(-1);
  if (encoded === undefined || last === undefined) return null;
  if (encoded.events.length !== events.length - 1) return null;
  if (!encoded.events.every((event, place) => event === events[place])) return null;
  return `${encoded.text}${encoded.text === "" ? "" : ","}${encodeEvent(last)}`;
}

/** The record as commit `v` leaves it. */
export function withEvents(before: OrderRecord, v: number, events: RecordedEvent[]): OrderRecord {
  const { policy, sent } = before;
  const text = continued(before, events);
  return { v, policy, events, sent, ...(text !== null && { encoded: { events, text } }) };
}

/** Remembers with the record how its events are written. */
export function encodeOrderRecord(record: OrderRecord): string {
  const { v, policy, events, sent } = record;
  if (record.encoded?.events !== events) record.encoded = { events, text: encodeEvents(events) };
  return `[${v},${policy},[${record.encoded.text}],${JSON.stringify(sent)}]`;
}

export function decodeOrderRecord(text: string, site: string, orderId: string): OrderRecord {
  const [v, policy, events, sent] = JSON.parse(text) as [number, number, PackedEvent[], string[]];
  return { v, policy, events: events.map((packed) => unpackEvent(packed, site, orderId)), sent };
}

/** One entry of `personal`: the sealed fields of one event of the order; the newest by `occurredAt` wins field by field. */
export type SealedFields = { source: string; id: string; occurredAt: number; sealed: string };
