/** What leaves as EPCIS: every stage, the way back into the same events, and nothing about anybody. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchema } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EpcisEvent } from "../../../domain/contract/epcis.ts";
import type { OrderEventType, RecordedEvent } from "../../../domain/event.ts";
import { foldOrder } from "../../../domain/fold.ts";
import { captured, readDocument } from "../../../server/epcis/capture.ts";
import { emitted, offsetOf, type Emitted } from "../../../server/epcis/emit.ts";
import { SHAPES } from "../../../server/epcis/shapes.ts";
import { anEvent, anOrderReceived, aPolicy, clock } from "../../support/builders.ts";
import { aDocument, anEpcisEvent, PARCEL, SSCC } from "./documents.ts";

const policy = aPolicy();
const ZONE = "Europe/Berlin";

function emit(events: RecordedEvent[], audience: "full" | "reduced" = "full"): Emitted[] {
  const { order } = foldOrder(events, policy);
  return emitted({ events, order: order!, zone: ZONE, audience });
}
type Item = {
  id: string;
  type: OrderEventType;
  orderId: string;
  occurredAt: string;
  data: Record<string, unknown>;
};
function capture(events: readonly EpcisEvent[], kept: readonly RecordedEvent[] = []): Item[] {
  const known = {
    source: "epcis",
    service: "standard",
    orderOfParcel: () => undefined,
    eventsOf: () => kept,
  };
  const { items, faults } = captured(readDocument(aDocument(...events)), known);
  expect(faults).toEqual([]);
  return items as Item[];
}
/** As the commit would have stored what was captured. */
const stored = (items: readonly Item[]): RecordedEvent[] =>
  items.map(({ occurredAt, data, ...item }) => {
    const placedAt = data["placedAt"];
    const inside =
      typeof placedAt === "string" ? { ...data, placedAt: Date.parse(placedAt) } : data;
    return {
      ...item,
      data: inside,
      site: "BER1",
      source: "epcis",
      occurredAt: Date.parse(occurredAt),
      recordedAt: clock("20:00"),
      hash: "h",
    } as RecordedEvent;
  });

const received = anOrderReceived("8:00");
const packed = anEvent("pack.completed", "9:00", { parcels: [{ parcelId: PARCEL }] });

describe("by the mapping", () => {
  test("an order on its way", () => {
    const found = emit([
      received,
      anEvent("pick.completed", "8:30", {}, { station: "P3" }),
      packed,
      anEvent("parcel.handed_over", "15:00", { parcelId: PARCEL, carrier: "DHL" }),
    ]);
    expect(
      found.map(({ type, action, bizStep, disposition }) => [type, action, bizStep, disposition]),
    ).toEqual([
      ["TransactionEvent", "ADD", undefined, undefined],
      ["ObjectEvent", "OBSERVE", "picking", undefined],
      ["AggregationEvent", "ADD", "packing", undefined],
      ["ObjectEvent", "OBSERVE", "shipping", "in_transit"],
    ]);
    expect(found[1]).toMatchObject({ readPoint: { id: "urn:control-tower:station:BER1:P3" } });
    expect(found[2]).toMatchObject({
      parentID: `https://id.gs1.org/00/${PARCEL}`,
      childQuantityList: [{ quantity: 2 }],
    });
    expect(found[3]).toMatchObject({
      eventTime: "2026-02-11T15:00:00.000Z",
      eventTimeZoneOffset: "+01:00",
      epcList: [`https://id.gs1.org/00/${PARCEL}`],
      bizTransactionList: [{ type: "po", bizTransaction: "urn:control-tower:order:SO-1" }],
      bizLocation: { id: "urn:control-tower:site:BER1" },
    });
    expect(new Set(found.map(({ eventID }) => eventID)).size).toBe(4);
    expect(found[3]?.eventID).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("a correction is its event again, declared wrong", () => {
    const handed = anEvent("parcel.handed_over", "15:00", { parcelId: PARCEL });
    const of = { source: handed.source, id: handed.id };
    const corrected = anEvent("event.corrected", "16:00", { of, reason: "did_not_occur" });
    const found = emit([received, packed, handed, corrected]).slice(-2);
    expect(found[1]).toMatchObject({
      eventID: found[0]?.eventID,
      bizStep: "shipping",
      errorDeclaration: { declarationTime: "2026-02-11T16:00:00.000Z", reason: "did_not_occur" },
    });
  });

  test("nobody's name, no free text, nothing of a person's actions but their stage", () => {
    const found = emit([
      received,
      anEvent("note.added", "8:10", { text: "call Jane Doe" }),
      anEvent(
        "hold.placed",
        "8:20",
        { code: "HOLD_ADDRESS", reason: "Jane Doe moved", owner: "petra" },
        { actor: "petra", source: "ui/petra" },
      ),
      anEvent("order.assigned", "8:25", { assignee: "petra" }),
    ]);
    expect(JSON.stringify(found)).not.toMatch(/Jane|petra/);
    expect(found.map(({ bizStep }) => bizStep)).toEqual([undefined, "holding"]);
  });
});

/** Stages that the CBV has no own words for come back as an exception. */
const AS_EXCEPTION: Partial<Record<OrderEventType, OrderEventType>> = {
  "pick.shorted": "exception.raised",
};
const DATA: Partial<Record<OrderEventType, Record<string, unknown>>> = {
  "pick.shorted": { lines: [{ line: 1, missing: 1 }] },
  "hold.placed": { code: "HOLD_OPERATOR" },
  "item.damaged": { code: "damaged", parcelId: PARCEL },
  "pack.completed": { parcels: [{ parcelId: PARCEL }] },
};
const isOfParcel = (type: string): boolean =>
  type.startsWith("parcel.") || type.startsWith("check.");

const dataOf = (type: OrderEventType): Record<string, unknown> =>
  DATA[type] ?? (isOfParcel(type) ? { parcelId: PARCEL } : {});
const outOf = (type: OrderEventType): Emitted => {
  const event = type === "order.received" ? [] : [anEvent(type, "15:00", dataOf(type) as never)];
  const before =
    type.endsWith("received") || type === "pack.completed" ? [received] : [received, packed];
  return emit([...before, ...event]).at(-1)!;
};

test.each(Object.keys(SHAPES) as OrderEventType[])(
  "%s goes out and comes back as itself",
  (type) => {
    const [back] = capture([outOf(type)]);
    const at = type === "order.received" ? clock("8:00") : clock("15:00");
    expect(back).toMatchObject({
      type: AS_EXCEPTION[type] ?? type,
      orderId: "SO-1",
      occurredAt: new Date(at).toISOString(),
    });
  },
);

test.each((Object.keys(SHAPES) as OrderEventType[]).filter(isOfParcel))(
  "%s keeps its parcel",
  (type) => {
    expect(capture([outOf(type)])[0]?.data["parcelId"]).toBe(PARCEL);
  },
);

test("what was packed and what was ordered come back", () => {
  expect(capture([outOf("pack.completed")])[0]?.data["parcels"]).toEqual([{ parcelId: PARCEL }]);
  const { lines } = received.data as { lines: { line: number; sku: string; quantity: number }[] };
  expect(capture([outOf("order.received")])[0]?.data["lines"]).toEqual(
    lines.map(({ line, sku, quantity }) => ({ line, sku, quantity })),
  );
});

const STEPS = [
  "picking",
  "inspecting",
  "holding",
  "staging_outbound",
  "loading",
  "shipping",
  "departing",
  "transporting",
  "arriving",
  "accepting",
  "receiving",
  "commissioning",
  "https://example.com/step",
];
const anyEvent = fc.record({
  bizStep: fc.constantFrom(...STEPS),
  disposition: fc.constantFrom(
    undefined,
    "in_transit",
    "conformant",
    "damaged",
    "returned",
    "available",
  ),
  eventID: fc.uuid().map((uuid) => `urn:uuid:${uuid}`),
  minute: fc.integer({ min: 0, max: 599 }),
  epcList: fc.constantFrom(
    [],
    [SSCC],
    [SSCC, "urn:epc:id:sscc:4012345.0000000002"],
    ["urn:epc:id:sgtin:4012345.012345.1"],
  ),
  readPoint: fc.constantFrom(undefined, { id: "urn:epc:id:sgln:4012345.00001.0" }),
});

test("what was captured comes out as it came, and is captured again as the same events", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyEvent, { minLength: 1, maxLength: 6, selector: ({ eventID }) => eventID }),
      (fields) => {
        const came = fields.map(({ minute, ...rest }) =>
          anEpcisEvent({
            ...rest,
            eventTime: new Date(clock("8:00") + minute * 60_000).toISOString(),
          }),
        );
        const first = capture(came);
        const out = emit([received, ...stored(first)]).slice(1);
        const plain = out.map(({ recordTime: _recorded, ...event }) => event);
        const byId = (a: { eventID?: string }, b: { eventID?: string }) =>
          String(a.eventID).localeCompare(String(b.eventID));
        expect(plain.toSorted(byId)).toEqual(came.toSorted(byId));
        const ids = (items: readonly Item[]) =>
          items.map(({ id, type, data }) => [id, type, data["parcelId"]]).toSorted();
        expect(ids(capture(plain as EpcisEvent[]))).toEqual(ids(first));
      },
    ),
    { numRuns: 200 },
  );
});

test("a declaration and a void_shipping come out as such", () => {
  const left = anEpcisEvent({ eventID: "urn:uuid:l", bizStep: "shipping", epcList: [SSCC] });
  const voided = anEpcisEvent({
    eventID: "urn:uuid:v",
    bizStep: "void_shipping",
    epcList: [SSCC],
    eventTime: "2026-02-11T10:00:00.000Z",
  });
  const wrong = {
    ...left,
    errorDeclaration: { declarationTime: "2026-02-11T11:00:00.000Z", reason: "incorrect_data" },
  };
  const out = emit([
    received,
    ...stored(capture([left, voided])),
    ...stored(capture([wrong])),
  ]).slice(1);
  expect(
    out.map(({ eventID, bizStep, errorDeclaration }) => [
      eventID,
      bizStep,
      errorDeclaration?.reason,
    ]),
  ).toEqual([
    ["urn:uuid:l", "shipping", undefined],
    ["urn:uuid:v", "void_shipping", undefined],
    ["urn:uuid:l", "shipping", "incorrect_data"],
  ]);
});

test("whoever is shown no places of parcels is shown none of captured events", () => {
  const came = anEpcisEvent({
    bizStep: "transporting",
    readPoint: { id: "urn:epc:id:sgln:4012345.00001.0" },
  });
  const events = [received, ...stored(capture([came]))];
  expect(emit(events)[1]).toHaveProperty("readPoint");
  expect(emit(events, "reduced")[1]).not.toHaveProperty("readPoint");
});

test.each([
  ["Europe/Berlin", "2026-02-11T12:00:00Z", "+01:00"],
  ["Europe/Berlin", "2026-07-11T12:00:00Z", "+02:00"],
  ["America/New_York", "2026-02-11T12:00:00Z", "-05:00"],
  ["Asia/Kolkata", "2026-02-11T12:00:00Z", "+05:30"],
  ["America/St_Johns", "2026-02-11T12:00:00Z", "-03:30"],
])("%s at %s is %s", (zone, at, offset) => {
  expect(offsetOf(zone, Date.parse(at))).toBe(offset);
});

const SCHEMA = join(
  import.meta.dirname,
  "../../../../shared/data/interchange/epcis/EPCIS-JSON-Schema.json",
);
test.skipIf(!existsSync(SCHEMA))(
  "every shape fits the standard's own schema (outside data)",
  () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const fits = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")) as AnySchema);
    const events = (Object.keys(SHAPES) as OrderEventType[]).map(outOf);
    const document = {
      "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        { ct: "urn:control-tower:epcis:" },
      ],
      type: "EPCISQueryDocument",
      schemaVersion: "2.0",
      creationDate: "2026-02-11T10:00:00Z",
      epcisBody: {
        queryResults: { queryName: "SimpleEventQuery", resultsBody: { eventList: events } },
      },
    };
    expect([fits(document), fits.errors ?? []]).toEqual([true, []]);
  },
);
