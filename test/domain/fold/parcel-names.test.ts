import { describe, expect, test } from "vitest";
import type { EventData, RecordedEvent } from "../../../domain/event.ts";
import type { Order } from "../../../domain/order.ts";
import { anEvent, anOrder, anOrderReceived, clock } from "../../support/builders.ts";

type Packed = NonNullable<EventData["pack.completed"]["parcels"]>[number];

const received = anOrderReceived("9:00");
const allocated = anEvent("order.allocated", "9:05");
const picked = anEvent("pick.completed", "10:00");
const out = (id: string, at: string) => anEvent("parcel.handed_over", at, { parcelId: id });

describe("parcels of which nobody told a tracking code", () => {
  const two = anEvent("pack.completed", "10:10", {
    parcels: [{ parcelId: "A" }, { parcelId: "B" }],
  });
  const gone = [received, allocated, picked, two, out("A", "16:00"), out("B", "16:00")];
  const by = (type: "parcel.in_transit" | "parcel.delivered", code: string, at: string) =>
    anEvent(type, at, { trackingCode: code }, { id: `${type} ${code}` });
  const T1 = [by("parcel.in_transit", "T1", "18:00"), by("parcel.delivered", "T1", "30:00")];
  const T2 = [by("parcel.in_transit", "T2", "18:10"), by("parcel.delivered", "T2", "31:00")];
  const told = (order: Order) =>
    order.parcels.map(({ parcelId, trackingCode, stage }) => [parcelId, trackingCode, stage]);

  test("are all delivered under the one code that their carrier has for them", () => {
    const order = anOrder([...gone, ...T1]);
    expect(order).toMatchObject({ stage: "delivered", deliveredAt: clock("30:00") });
    expect(told(order)).toEqual([
      ["A", "T1", "delivered"],
      ["B", "T1", "delivered"],
    ]);
  });

  test("have each their own as soon as there are as many", () => {
    expect(anOrder([...gone, ...T1, ...T2.slice(0, 1)]).stage).toBe("in_transit");
    const order = anOrder([...gone, ...T1, ...T2]);
    expect(order).toMatchObject({ stage: "delivered", deliveredAt: clock("31:00") });
    expect(told(order)).toEqual([
      ["A", "T1", "delivered"],
      ["B", "T2", "delivered"],
    ]);
  });

  test("have it when they are out of the house, and not those that are still in it", () => {
    const order = anOrder([...gone.slice(0, 5), ...T1]);
    expect(told(order)).toEqual([
      ["A", "T1", "delivered"],
      ["B", undefined, "packed"],
    ]);
    expect(order.stage).toBe("packed");
  });
});

describe("parcels under one tracking code", () => {
  const pack = (source: string, ...ids: string[]) =>
    anEvent(
      "pack.completed",
      "10:10",
      { parcels: ids.map((parcelId) => ({ parcelId, trackingCode: "T" })) },
      { source, id: `${source} ${ids.join()}` },
    );
  const ids = (...events: RecordedEvent[]) =>
    anOrder([received, allocated, picked, ...events]).parcels.map(({ parcelId }) => parcelId);

  test("what one source calls differently is several parcels", () => {
    expect(ids(pack("wms/a", "A", "B"))).toEqual(["A", "B"]);
    expect(ids(pack("wms/a", "A"), pack("wms/a", "B"))).toEqual(["A", "B"]);
  });

  test("what two sources call differently is one", () => {
    expect(ids(pack("wms/a", "A"), pack("shop/b", "F"))).toEqual(["A"]);
    expect(ids(pack("wms/a", "A"), pack("shop/b", "F"), pack("shop/b", "F"))).toEqual(["A"]);
  });

  test("a scan is of all of them", () => {
    const lost = anEvent("parcel.lost", "30:00", { trackingCode: "T" });
    const order = anOrder([received, allocated, picked, pack("wms/a", "A", "B"), lost]);
    expect(order.parcels.map(({ stage }) => stage)).toEqual(["lost", "lost"]);
    const about = order.exceptions.filter(({ code }) => code === "LOST_OR_STOLEN");
    expect(about.map((one) => one.about)).toEqual(["A", "B"]);
  });
});

describe("what two systems packed", () => {
  const lines = [
    { line: 1, sku: "A", quantity: 1 },
    { line: 2, sku: "B", quantity: 2 },
  ];
  const [one, two] = [[{ line: 1, quantity: 1 }], [{ line: 2, quantity: 2 }]];
  const both = [...one, ...two];
  const pack = (source: string, at: string, ...parcels: Packed[]) =>
    anEvent("pack.completed", at, { parcels }, { source, id: `${source} ${at}` });
  const told = (...events: RecordedEvent[]) =>
    anOrder([anOrderReceived("9:00", { lines }), allocated, picked, ...events]).parcels.map(
      ({ parcelId, trackingCode }) => [parcelId, trackingCode],
    );
  const box = pack("wms/a", "10:10", { parcelId: "BOX" });
  const shopped = { parcelId: "F", trackingCode: "T", lines: both };

  test("is one parcel, whichever told of it first", () => {
    expect(told(box, pack("shop/s", "11:00", shopped))).toEqual([["BOX", "T"]]);
    const counted = { parcelId: "BOX", lines: both };
    expect(told(pack("shop/s", "10:10", shopped), pack("wms/a", "10:20", counted))).toEqual([
      ["F", "T"],
    ]);
    expect(
      told(pack("shop/s", "10:10", shopped), pack("wms/a", "10:20", { parcelId: "BOX" })),
    ).toEqual([["F", "T"]]);
  });

  test("is the parcel of the same lines, while the order is packed in parts too", () => {
    const boxes = [
      pack("wms/a", "10:10", { parcelId: "B1", lines: one }),
      pack("shop/s", "10:11", { parcelId: "F1", trackingCode: "T1", lines: one }),
      pack("wms/a", "10:20", { parcelId: "B2", lines: two }),
      pack("shop/s", "10:21", { parcelId: "F2", trackingCode: "T2", lines: two }),
    ];
    expect(told(...boxes)).toEqual([
      ["B1", "T1"],
      ["B2", "T2"],
    ]);
  });

  test("is several parcels under one code, of which a scan is of all", () => {
    const boxes = pack("wms/a", "10:10", { parcelId: "B1" }, { parcelId: "B2" });
    expect(told(boxes, pack("shop/s", "11:00", shopped))).toEqual([
      ["B1", "T"],
      ["B2", "T"],
    ]);
  });

  test("is another parcel where units are left, or nobody can say which it is", () => {
    const part = pack("wms/a", "10:10", { parcelId: "B1", lines: one });
    const rest = pack("shop/s", "11:00", { parcelId: "F2", trackingCode: "T2", lines: two });
    expect(told(part, rest)).toEqual([
      ["B1", undefined],
      ["F2", "T2"],
    ]);
    expect(told(box, pack("3pl/n", "11:00", { parcelId: "X" }))).toEqual([
      ["BOX", undefined],
      ["X", undefined],
    ]);
    const boxes = pack("wms/a", "10:10", { parcelId: "B1" }, { parcelId: "B2" });
    expect(told(boxes, pack("shop/s", "11:00", { parcelId: "F", lines: both }))).toHaveLength(3);
  });

  test("is no scan out of place when a shop tells of it long after it left", () => {
    const gone = anEvent("parcel.handed_over", "16:00", { parcelId: "BOX" });
    const start = [anOrderReceived("9:00", { lines }), allocated, picked, box, gone];
    const late = anOrder([...start, pack("shop/s", "20:00", shopped)]);
    expect(late.parcels).toMatchObject([
      { parcelId: "BOX", trackingCode: "T", stage: "handed_over" },
    ]);
    const codes = (order: Order) => order.exceptions.map(({ code }) => code);
    expect(codes(late)).not.toContain("UNEXPECTED_SCAN");
    const again = anOrder([...start, pack("wms/a", "20:00", { parcelId: "BOX", lines: both })]);
    expect(codes(again)).toContain("UNEXPECTED_SCAN");
  });

  test("is scanned by the name that each system has for it", () => {
    const gone = anEvent("parcel.handed_over", "16:00", { parcelId: "F" }, { source: "shop/s" });
    const order = anOrder([
      anOrderReceived("9:00", { lines }),
      allocated,
      picked,
      box,
      pack("shop/s", "11:00", shopped),
      gone,
    ]);
    expect(order.parcels).toMatchObject([{ parcelId: "BOX", stage: "handed_over" }]);
    expect(order.stage).toBe("handed_over");
  });
});
