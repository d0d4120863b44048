/** What each EPCIS event comes to, and where a mistake in a document stands. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EpcisEvent } from "../../../domain/contract/epcis.ts";
import type { RecordedEvent } from "../../../domain/event.ts";
import { checkEvent } from "../../../server/connectors/check-event.ts";
import { captured, readDocument, type Known } from "../../../server/epcis/capture.ts";
import { anEvent } from "../../support/builders.ts";
import { aDocument, anEpcisEvent, PARCEL, SSCC } from "./documents.ts";

type Item = {
  id: string;
  type: string;
  orderId: string;
  occurredAt: string;
  data: Record<string, unknown>;
};

const known = (change: Partial<Known> = {}): Known => ({
  source: "epcis",
  service: "standard",
  orderOfParcel: () => undefined,
  eventsOf: () => [],
  ...change,
});

function capture(events: object[], change: Partial<Known> = {}) {
  const read = captured(readDocument(aDocument(...events)), known(change));
  return { ...read, items: read.items as Item[], faults: read.faults ?? [] };
}

/** The events of one of EPCIS without what is kept of it. */
function meaning(fields: Partial<EpcisEvent> & Record<string, unknown>): [string, object][] {
  const { items, faults } = capture([anEpcisEvent(fields)]);
  expect(faults).toEqual([]);
  return items.map(({ type, data: { epcis: _kept, ...data } }) => [type, data]);
}

const parcel = { parcelId: PARCEL };
const place = { readPoint: { id: "urn:epc:id:sgln:4012345.00001.0" } };
const location = { location: "urn:epc:id:sgln:4012345.00001.0" };

test.each<[string, Partial<EpcisEvent>, [string, object][]]>([
  ["picking", { bizStep: "picking" }, [["pick.completed", {}]]],
  [
    "picking, too few",
    { bizStep: "picking", persistentDisposition: { set: ["mismatch_quantity"] } },
    [["exception.raised", { code: "SHORT_PICK" }]],
  ],
  [
    "packing into a parcel",
    { type: "AggregationEvent", action: "ADD", bizStep: "packing", parentID: SSCC, childEPCs: [] },
    [["pack.completed", { parcels: [parcel] }]],
  ],
  ["packing", { bizStep: "repackaging", epcList: [] }, [["pack.completed", {}]]],
  [
    "inspecting, conformant",
    { bizStep: "inspecting", disposition: "conformant", epcList: [SSCC] },
    [["check.passed", parcel]],
  ],
  [
    "inspecting, damaged",
    { bizStep: "inspecting", disposition: "damaged" },
    [["check.failed", { defect: { code: "damaged" } }]],
  ],
  ["inspecting", { bizStep: "inspecting" }, [["check.started", {}]]],
  [
    "inspecting, another article",
    { bizStep: "inspecting", disposition: "mismatch_class" },
    [["exception.raised", { code: "WRONG_ITEM" }]],
  ],
  [
    "unpacking, and something else is in it",
    { bizStep: "unpacking", persistentDisposition: { set: ["mismatch_instance"] } },
    [["exception.raised", { code: "WRONG_ITEM" }]],
  ],
  [
    "unpacking",
    { bizStep: "unpacking" },
    [["note.added", { text: "EPCIS: ObjectEvent, OBSERVE, unpacking" }]],
  ],
  [
    "holding",
    { bizStep: "holding", disposition: "unavailable" },
    [["hold.placed", { code: "HOLD_OPERATOR", reason: "held (EPCIS)" }]],
  ],
  ["staging", { bizStep: "staging_outbound", epcList: [SSCC] }, [["parcel.staged", parcel]]],
  ["loading", { bizStep: "loading", epcList: [SSCC] }, [["parcel.staged", parcel]]],
  ["shipping", { bizStep: "shipping", epcList: [SSCC] }, [["parcel.handed_over", parcel]]],
  ["departing", { bizStep: "departing" }, [["parcel.handed_over", {}]]],
  ["shipping back", { bizStep: "shipping", disposition: "returned" }, [["parcel.returning", {}]]],
  ["transporting", { bizStep: "transporting", ...place }, [["parcel.in_transit", location]]],
  ["arriving", { bizStep: "arriving", ...place }, [["parcel.in_transit", location]]],
  [
    "arriving, available",
    { bizStep: "arriving", disposition: "available" },
    [["parcel.available_for_pickup", {}]],
  ],
  ["accepting", { bizStep: "accepting", epcList: [SSCC] }, [["parcel.delivered", parcel]]],
  ["receiving", { bizStep: "receiving" }, [["parcel.delivered", {}]]],
  [
    "receiving, damaged",
    { bizStep: "receiving", disposition: "damaged" },
    [
      ["parcel.delivered", {}],
      ["item.damaged", { code: "DAMAGED_IN_TRANSIT" }],
    ],
  ],
  [
    "receiving what came back",
    { bizStep: "receiving", disposition: "returned" },
    [["parcel.returned", {}]],
  ],
  [
    "nothing but stolen",
    { disposition: "stolen", epcList: [SSCC] },
    [["parcel.lost", { ...parcel, carrierStatus: "stolen" }]],
  ],
  [
    "a transaction that came to be",
    {
      type: "TransactionEvent",
      action: "ADD",
      quantityList: [{ epcClass: "urn:epc:class:lgtin:4012345.012345.998877", quantity: 3 }],
    },
    [
      [
        "order.received",
        {
          customerOrder: "SO-1",
          channel: "epcis",
          service: "standard",
          placedAt: "2026-02-11T09:14:03.000Z",
          shipTo: {},
          lines: [{ line: 1, sku: "04012345123456", quantity: 3 }],
        },
      ],
    ],
  ],
  [
    "a transaction that ended",
    { type: "TransactionEvent", action: "DELETE" },
    [["order.cancelled", { reason: "EPCIS: transaction deleted" }]],
  ],
  [
    "a step of no meaning here is kept",
    { bizStep: "commissioning", disposition: "active" },
    [["note.added", { text: "EPCIS: ObjectEvent, OBSERVE, commissioning, active" }]],
  ],
  [
    "a step of another vocabulary is kept",
    { bizStep: "https://example.com/steps/x", action: "DELETE" },
    [["note.added", { text: "EPCIS: ObjectEvent, DELETE, https://example.com/steps/x" }]],
  ],
])("%s", (_name, fields, expected) => {
  expect(meaning(fields)).toEqual(expected);
});

test.each([
  "shipping",
  "cbv:shipping",
  "cbv:BizStep-shipping",
  "https://ref.gs1.org/cbv/BizStep-shipping",
  "urn:epcglobal:cbv:bizstep:shipping",
])("%s is one word", (bizStep) => {
  expect(meaning({ bizStep })).toEqual([["parcel.handed_over", {}]]);
});

test.each([
  ["urn:epcglobal:cbv:bt:4012345000009:SO-1", "SO-1"],
  ["http://transaction.acme.com/po/12345678", "12345678"],
  ["urn:control-tower:order:A%2F1", "A/1"],
  ["SO-7", "SO-7"],
])("%s is the order %s", (bizTransaction, order) => {
  const bizTransactionList = [
    { type: "desadv", bizTransaction: "urn:epcglobal:cbv:bt:4012345000009:ASN" },
    { type: "urn:epcglobal:cbv:btt:po", bizTransaction },
  ];
  const { items } = capture([anEpcisEvent({ bizStep: "picking", bizTransactionList })]);
  expect(items[0]?.orderId).toBe(order);
});

test("each parcel has an event, and the first the id of the whole", () => {
  const second = "urn:epc:id:sscc:4012345.0000000002";
  const eventID = "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8";
  const { items } = capture([
    anEpcisEvent({ eventID, bizStep: "shipping", epcList: [SSCC, second] }),
  ]);
  expect(items.map(({ id, data }) => [id, data["parcelId"]])).toEqual([
    [eventID, PARCEL],
    [`${eventID}#2`, "040123450000000023"],
  ]);
});

test("without an eventID its content names it, whoever declares it wrong later", () => {
  const event = { bizStep: "picking" };
  const ids = [event, { ...event, recordTime: "2026-02-11T09:20:00Z" }, { bizStep: "packing" }].map(
    (fields) => capture([anEpcisEvent(fields)]).items[0]?.id,
  );
  expect(ids[0]).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CT1$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test("what is declared wrong is taken back, each of its parts", () => {
  const eventID = "urn:uuid:1";
  const { items } = capture([
    anEpcisEvent({
      eventID,
      bizStep: "receiving",
      disposition: "damaged",
      errorDeclaration: { declarationTime: "2026-02-12T08:00:00Z", reason: "did_not_occur" },
    }),
  ]);
  expect(items.map(({ type, id, occurredAt, data }) => [type, id, occurredAt, data])).toEqual([
    [
      "event.corrected",
      `${eventID}!corrected`,
      "2026-02-12T08:00:00Z",
      { of: { source: "epcis", id: eventID }, reason: "did_not_occur" },
    ],
    [
      "event.corrected",
      `${eventID}!corrected#2`,
      "2026-02-12T08:00:00Z",
      { of: { source: "epcis", id: `${eventID}#2` }, reason: "did_not_occur" },
    ],
  ]);
});

describe("void_shipping", () => {
  const voided = anEpcisEvent({ eventID: "urn:uuid:v", bizStep: "void_shipping", epcList: [SSCC] });
  const target = (items: Item[]) =>
    items.map(({ type, data }) => [type, data["of"] ?? data["code"]]);

  test("takes back the hand-over of its parcel, stored or in the same document", () => {
    const kept = [
      anEvent("parcel.handed_over", "15:00", parcel, { id: "wms-1" }),
      anEvent("parcel.handed_over", "15:00", { parcelId: "another" }, { id: "wms-2" }),
    ];
    expect(target(capture([voided], { eventsOf: () => kept }).items)).toEqual([
      ["event.corrected", { source: "wms/test", id: "wms-1" }],
    ]);
    const left = anEpcisEvent({ eventID: "urn:uuid:l", bizStep: "departing", epcList: [SSCC] });
    expect(target(capture([left, voided]).items)[1]).toEqual([
      "event.corrected",
      { source: "epcis", id: "urn:uuid:l" },
    ]);
  });

  test("says the same again when it was applied, and is an exception when nothing is known", () => {
    const handed = anEvent("parcel.handed_over", "15:00", parcel, { id: "wms-1" });
    const first = capture([voided], { eventsOf: () => [handed] }).items;
    const stored = { ...first[0], source: "epcis" } as unknown as RecordedEvent;
    const again = capture([voided], { eventsOf: () => [handed, stored] }).items;
    expect(again).toEqual(first);
    expect(target(capture([voided]).items)).toEqual([["exception.raised", "NOT_SHIPPED"]]);
  });
});

describe("an event that names parcels and no order", () => {
  const scan = anEpcisEvent({
    bizStep: "departing",
    bizTransactionList: undefined,
    epcList: [SSCC],
  });

  test("belongs to the order that the document packed them for, or that the board knows", () => {
    const packed = anEpcisEvent({
      type: "AggregationEvent",
      action: "ADD",
      bizStep: "packing",
      parentID: SSCC,
      childEPCs: ["urn:epc:id:sgtin:4012345.012345.1"],
    });
    expect(capture([packed, scan]).items[1]?.orderId).toBe("SO-1");
    const orderOfParcel = (id: string) => (id === PARCEL ? "SO-9" : undefined);
    expect(capture([scan], { orderOfParcel }).items[0]?.orderId).toBe("SO-9");
  });

  test("waits under the parcel's name when nobody knows it, and counts for its order when it is sent again", () => {
    const { items, faults, unplaced } = capture([scan]);
    expect(faults).toEqual([]);
    expect(unplaced).toMatchObject([
      { index: 0, path: "/epcisBody/eventList/0/bizTransactionList" },
    ]);
    expect(items).toMatchObject([{ type: "parcel.handed_over", orderId: PARCEL }]);
    const [again] = capture([scan], { orderOfParcel: () => "SO-9" }).items;
    expect(again?.orderId).toBe("SO-9");
    expect(again?.id).not.toBe(items[0]?.id);
  });

  test("about goods that are in no parcel, nothing comes of it, and the rest of the document is taken", () => {
    const goods = { ...scan, epcList: ["urn:epc:id:sgtin:4012345.012345.1"] };
    const { items, faults, unplaced } = capture([goods, anEpcisEvent({ bizStep: "picking" })]);
    expect([faults, items.length, unplaced.length]).toEqual([[], 1, 1]);
  });
});

describe("what becomes of goods that are made, and of what is fixed to them", () => {
  const sgtin = (serial: number) => `urn:epc:id:sgtin:4012345.012345.${serial}`;
  const made = {
    type: "TransformationEvent",
    action: undefined,
    bizStep: "commissioning",
    inputEPCList: [sgtin(1)],
    outputEPCList: [sgtin(2)],
    transformationID: "urn:epc:id:gdti:0614141.12345.400",
  };
  const fixed = { type: "AssociationEvent", action: "ADD", parentID: SSCC, bizStep: "packing" };

  test("is a note of its order, and is kept as it came", () => {
    const { items, faults } = capture([anEpcisEvent(made), anEpcisEvent(fixed)]);
    expect(faults).toEqual([]);
    expect(items.map(({ type, orderId }) => [type, orderId])).toEqual([
      ["note.added", "SO-1"],
      ["note.added", "SO-1"],
    ]);
    const { action: _none, ...kept } = made;
    expect(items[0]?.data).toMatchObject({
      text: "EPCIS: TransformationEvent, commissioning",
      epcis: kept,
    });
  });

  test("of no order stops nothing of its document", () => {
    const loose = anEpcisEvent({ ...made, bizTransactionList: undefined });
    const { items, faults, unplaced } = capture([loose, anEpcisEvent({ bizStep: "picking" })]);
    expect([faults, items.length, unplaced.length]).toEqual([[], 1, 1]);
  });
});

test.each<[string, object, string, RegExp]>([
  [
    "a kind that is not taken",
    anEpcisEvent({ type: "QuantityEvent" as never }),
    "/type",
    /QuantityEvent is not taken/,
  ],
  ["no action", anEpcisEvent({ action: undefined as never }), "/action", /required/],
  [
    "nothing that something is fixed to",
    anEpcisEvent({ type: "AssociationEvent", action: "ADD" }),
    "/parentID",
    /AssociationEvent with action ADD/,
  ],
  [
    "no zone",
    anEpcisEvent({ eventTimeZoneOffset: undefined as never }),
    "/eventTimeZoneOffset",
    /required/,
  ],
  ["no time", anEpcisEvent({ eventTime: "yesterday" }), "/eventTime", /date-time/],
  [
    "a day that does not exist",
    anEpcisEvent({ eventTime: "2026-02-30T09:00:00Z" }),
    "/eventTime",
    /date-time/,
  ],
  ["a step that is no text", anEpcisEvent({ bizStep: 7 as never }), "/bizStep", /string/],
  [
    "no transaction",
    anEpcisEvent({ type: "TransactionEvent", bizTransactionList: [] }),
    "/bizTransactionList",
    /required/,
  ],
  ["no parent", anEpcisEvent({ type: "AggregationEvent", action: "ADD" }), "/parentID", /required/],
  ["an EPC that is none", anEpcisEvent({ epcList: [7] as never }), "/epcList/0", /string/],
  [
    "a name that reaches for a prototype",
    JSON.parse('{"type":"ObjectEvent","__proto__":{}}') as object,
    "/__proto__",
    /named/,
  ],
])("%s is named with its place", (_name, wrong, path, message) => {
  const { items, faults } = capture([anEpcisEvent({ bizStep: "picking" }), wrong]);
  expect(items).toHaveLength(1);
  expect(faults.map((one) => [one.index, one.path])).toContainEqual([
    1,
    `/epcisBody/eventList/1${path}`,
  ]);
  expect(faults.map((one) => one.message).join()).toMatch(message);
});

test("what is no document says what is missing", () => {
  const wrong = { type: "EPCISDocument", epcisBody: {} };
  expect(readDocument(wrong).faults).toMatchObject([{ path: "/epcisBody/eventList" }]);
  expect(readDocument([]).faults).toHaveLength(1);
});

test("a single event is read as one", () => {
  const read = readDocument(anEpcisEvent({ bizStep: "picking", eventTime: "x" }));
  expect(read.faults).toMatchObject([{ path: "/eventTime" }]);
});

const SAMPLES = join(import.meta.dirname, "../../../../shared/data/interchange/epcis");
describe.skipIf(!existsSync(SAMPLES))("the standard's own examples (outside data)", () => {
  const read = (name: string) => {
    const text = readFileSync(join(SAMPLES, name), "utf8");
    return captured(readDocument(JSON.parse(text)), known());
  };

  test("a shipping and a receiving of a purchase order are those of that order", () => {
    const { items, faults } = read("Example_9.6.1-ObjectEvent.jsonld");
    expect(faults).toEqual([]);
    expect((items as Item[]).map(({ type, orderId }) => [type, orderId])).toEqual([
      ["parcel.handed_over", "12345678"],
      ["parcel.delivered", "12345678"],
    ]);
    const site = () => ({ site: "BER1" });
    for (const item of items) expect(checkEvent(item, site)).toHaveProperty("event");
  });

  test.each([
    ["Example_9.6.2-ObjectEvent.jsonld", []],
    ["Example_9.6.3-AggregationEvent.jsonld", ["parcel.delivered"]],
  ])("%s is about no order that is known: it is told so, and stops nothing", (name, types) => {
    const { items, faults, unplaced } = read(name);
    expect(faults).toEqual([]);
    expect((items as Item[]).map(({ type }) => type)).toEqual(types);
    expect(unplaced[0]?.path).toBe("/epcisBody/eventList/0/bizTransactionList");
  });

  test("steps of other vocabularies are kept, those of the CBV are read", () => {
    const { items } = read("Example-TransactionEvents-2020_07_03y.jsonld");
    expect((items as Item[]).map(({ type }) => type)).toEqual(["note.added"]);
  });
});
