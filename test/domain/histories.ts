/** Random histories of one order for the property tests: rework, corrections, holds, several parcels, shortages, wrong clocks, equal times. */
import fc from "fast-check";
import type { OrderEventType, RecordedEvent } from "../../domain/event.ts";
import { anEvent, anOrderReceived, clock } from "../support/builders.ts";

const SOURCES = ["wms/a", "wms/b", "carrier/x", "shop/s", "ui/u", "odd"] as const;
const source = fc.constantFrom(...SOURCES);
const station = fc.constantFrom(undefined, "P1", "P2");
const parcelId = fc.constantFrom("A", "B", "C");
const trackingCode = fc.constantFrom("T1", "T2", "T3");
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const code = fc.constantFrom("HOLD_PAYMENT", "HOLD_OPERATOR");
const trouble = fc.constantFrom(
  "QC_REJECT",
  "SHORT_PICK",
  "MISSING_SCAN",
  "CUSTOMS_DELAY",
  "WRONG_ITEM",
);
const line = fc.constantFrom(1, 2, 3);
const counted = fc.array(fc.record({ line, quantity: fc.integer({ min: 0, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
});

/** Fields without a value are left out, as JSON would. */
const compact = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const fields = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape).map(compact);

const nothing = fc.constant({});
const lines = fields({ lines: optional(counted) });
const parcels = fields({
  parcels: optional(
    fc.uniqueArray(
      fields({ parcelId, lines: optional(counted), trackingCode: optional(trackingCode) }),
      { maxLength: 2, selector: (parcel) => parcel["parcelId"] },
    ),
  ),
});
const scanned = fields({ parcelId: optional(parcelId), trackingCode: optional(trackingCode) });
const orderedLines = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 })
  .map((quantities) =>
    quantities.map((quantity, index) => ({ line: index + 1, sku: `S${index}`, quantity })),
  );

const DATA: Record<
  Exclude<OrderEventType, "order.received" | "event.corrected">,
  fc.Arbitrary<object>
> = {
  "order.amended": fields({
    lines: optional(orderedLines),
    service: optional(fc.constant("express")),
  }),
  "order.allocated": nothing,
  "order.backordered": nothing,
  "order.released": nothing,
  "order.rejected": fields({ by: optional(fc.constant("3pl-north")) }),
  "order.cancelled": nothing,
  "order.returned": nothing,
  "pick.started": lines,
  "pick.completed": lines,
  "pick.shorted": fields({
    lines: fc.array(fc.record({ line, missing: fc.integer({ min: 0, max: 2 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
  "pack.started": parcels,
  "pack.completed": parcels,
  "check.started": fields({ parcelId: optional(parcelId) }),
  "check.passed": fields({ parcelId: optional(parcelId) }),
  "check.failed": fields({
    parcelId: optional(parcelId),
    to: optional(fc.constantFrom("picking", "packing")),
  }),
  "parcel.staged": fields({ parcelId: optional(parcelId) }),
  "parcel.handed_over": scanned,
  "parcel.in_transit": scanned,
  "parcel.out_for_delivery": scanned,
  "parcel.available_for_pickup": scanned,
  "parcel.delivery_failed": scanned,
  "parcel.delivered": scanned,
  "parcel.returning": scanned,
  "parcel.returned": scanned,
  "parcel.lost": scanned,
  "parcel.exception": fields({
    parcelId: optional(parcelId),
    trackingCode: optional(trackingCode),
    code: trouble,
  }),
  "hold.placed": fields({ code }),
  "hold.released": fields({ code }),
  "exception.raised": fields({ code: trouble }),
  "exception.cleared": fields({ code: trouble }),
  "item.damaged": fields({
    parcelId: optional(parcelId),
    line: optional(line),
    code: fc.constant("WET"),
  }),
  "note.added": fc.constant({ text: "a note" }),
  "order.assigned": fields({ assignee: fc.constantFrom("ana", "ben", null) }),
  "order.expedited": nothing,
};
export const PLAIN_TYPES = Object.keys(DATA) as (keyof typeof DATA)[];

/** The way most orders go; long runs of it make the later stages reachable. */
const USUAL: readonly (keyof typeof DATA)[] = [
  "order.allocated",
  "order.released",
  "pick.started",
  "pick.completed",
  "pack.started",
  "pack.completed",
  "check.passed",
  "parcel.staged",
  "parcel.handed_over",
  "parcel.in_transit",
  "parcel.out_for_delivery",
  "parcel.delivered",
];

/** Steps of 40 s, so that equal times and gaps around two minutes are common. */
const tick = fc.integer({ min: 0, max: 60 }).map((steps) => clock("9:00") + steps * 40_000);
/** Record time after the event: at once, late, with a clock ahead of ours, or long after. */
const lag = fc.oneof(
  { weight: 12, arbitrary: fc.constant(1000) },
  { weight: 3, arbitrary: fc.constant(3_600_000) },
  { weight: 1, arbitrary: fc.constant(-600_000) },
  { weight: 1, arbitrary: fc.constant(40 * 86_400_000) },
);

type Told = { type: OrderEventType; at: number; data: object };
type Seen = { source: string; station: string | undefined; lag: number };
const seen = fc.record({ source, station, lag });

const toldOf = (type: keyof typeof DATA, at: fc.Arbitrary<number>): fc.Arbitrary<Told> =>
  fc.record({ type: fc.constant(type), at, data: DATA[type] });
const anything: fc.Arbitrary<Told> = fc
  .constantFrom(...PLAIN_TYPES)
  .chain((type) => toldOf(type, tick));

function written({ type, at, data }: Told, by: Seen, number: number): RecordedEvent {
  return anEvent(type, at, data, {
    id: `e${number}`,
    source: by.source,
    ...(by.station !== undefined && { station: by.station }),
    recorded: at + by.lag,
  });
}

const usualWay: fc.Arbitrary<Told[]> = fc
  .record({
    length: fc.integer({ min: 0, max: USUAL.length }),
    drop: fc.integer({ min: 0, max: 20 }),
  })
  .chain(({ length, drop }) =>
    fc.tuple(
      ...USUAL.slice(0, length)
        .filter((_, index) => index !== drop)
        .map((type, index) => toldOf(type, fc.constant(clock("9:05") + index * 180_000))),
    ),
  );

/** Corrections of events that exist, of one another, and of nothing. */
const correction = fc.record({
  target: fc.integer({ min: 0, max: 30 }),
  at: tick,
  removes: fc.boolean(),
  occurredAt: optional(tick),
  type: optional(fc.constantFrom("parcel.staged", "order.allocated", "parcel.handed_over")),
});
type Correction = typeof correction extends fc.Arbitrary<infer T> ? T : never;

function correctionOf(said: Correction, events: readonly RecordedEvent[], number: number): Told {
  const target = events[said.target];
  const of = { source: target?.source ?? "wms/a", id: target?.id ?? `e${number + 1}` };
  const canChange = target !== undefined && target.type.startsWith("parcel.");
  const replacement = compact({
    occurredAt: said.occurredAt,
    type: canChange && target.type !== "parcel.exception" ? said.type : undefined,
  });
  const data = said.removes
    ? { of, reason: "did_not_occur" }
    : { of, reason: "incorrect_data", replacement };
  return { type: "event.corrected", at: said.at, data };
}

/** A history: events of one order, each once, in no particular order. About one in twenty lacks `order.received`. */
export const aHistory: fc.Arbitrary<RecordedEvent[]> = fc
  .record({
    received: fc.option(fc.record({ at: tick, lines: orderedLines }), { freq: 20 }),
    usual: usualWay,
    others: fc.array(anything, { maxLength: 12 }),
    corrections: fc.array(correction, { maxLength: 3 }),
    seen: fc.array(seen, { minLength: 32, maxLength: 32 }),
    isEarly: fc.boolean(),
  })
  .map(({ received, usual, others, corrections, seen: by, isEarly }) => {
    const events: RecordedEvent[] = [];
    const eyes = (): Seen =>
      by[events.length % by.length] ?? { source: "odd", station: undefined, lag: 1000 };
    if (received) {
      const at = isEarly ? clock("9:00") : received.at;
      const facts = { lines: received.lines };
      events.push(anOrderReceived(at, facts, { id: "e0", recorded: at + eyes().lag }));
    }
    for (const told of [...usual, ...others]) events.push(written(told, eyes(), events.length));
    for (const said of corrections) {
      events.push(written(correctionOf(said, events, events.length), eyes(), events.length));
    }
    return events;
  });
