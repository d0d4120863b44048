import { describe, expect, test } from "vitest";
import { applyEvent, type Applied } from "../../domain/apply.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { compareEvents, foldOrder } from "../../domain/fold.ts";
import type { Order } from "../../domain/order.ts";
import { anEvent, anOrder, anOrderReceived, aPolicy, clock } from "../support/builders.ts";

const MINUTE = 60_000;
const policy = aPolicy();

/** Applies events in the order in which they stand and tells the last answer. */
function arrive(events: readonly RecordedEvent[]): Applied {
  let last: Applied | undefined;
  for (const event of events) last = applyEvent(last?.events ?? [], event, policy);
  if (!last) throw new Error("no events");
  return last;
}

/** `picked 35` for each milestone with a measured dwell; composites as `picked+packed 65`. */
const dwellOf = (order: Order | null): string[] =>
  (order?.timeline ?? [])
    .filter(({ dwellMs }) => dwellMs !== null)
    .map(({ covers, dwellMs }) => `${covers.join("+")} ${(dwellMs ?? 0) / MINUTE}`);
const inferredOf = (order: Order | null): string[] =>
  (order?.timeline ?? []).filter(({ inferred }) => inferred).map(({ stage }) => stage);
const exceptionsOf = (order: Order | null): string[] =>
  (order?.exceptions ?? []).map(
    ({ code, about, clearedAt }) =>
      `${code}${about === undefined ? "" : `(${about})`}${clearedAt === undefined ? "" : " cleared"}`,
  );

const received = anOrderReceived("9:00");
const allocated = anEvent("order.allocated", "9:05");
const picked = anEvent("pick.completed", "9:40");
const packed = anEvent("pack.completed", "10:10");
const departed = anEvent("parcel.handed_over", "15:58");
const E1 = [received, allocated, picked, packed, departed];
const E2 = [received, allocated, packed];

describe("scan vectors", () => {
  test("E1: every scan in its order", () => {
    const { order } = arrive(E1).folded;
    expect(order?.stage).toBe("handed_over");
    expect(inferredOf(order)).toEqual([]);
    expect(exceptionsOf(order)).toEqual([]);
    expect(dwellOf(order)).toEqual(["allocated 5", "picked 35", "packed 30", "handed_over 348"]);
  });

  test("E2: a packed order was picked, though nobody scanned it", () => {
    const { order } = arrive(E2).folded;
    expect(order?.stage).toBe("packed");
    expect(inferredOf(order)).toEqual(["picked"]);
    expect(exceptionsOf(order)).toEqual(["MISSING_SCAN(picked)"]);
    expect(dwellOf(order)).toEqual(["allocated 5", "picked+packed 65"]);
  });

  test("E3: the missing scan comes late and fills its time in", () => {
    const { folded, outcome } = arrive([...E2, picked]);
    expect(folded.order?.stage).toBe("packed");
    expect(folded.order?.stageSince).toBe(clock("10:10"));
    expect(inferredOf(folded.order)).toEqual([]);
    expect(exceptionsOf(folded.order)).toEqual([]);
    expect(dwellOf(folded.order)).toEqual(["allocated 5", "picked 35", "packed 30"]);
    expect(outcome).toMatchObject({
      effect: "late",
      words: "filled in the time of picked; the order had already gone further",
    });
  });

  test("E4: a pick dated after packing moves nothing", () => {
    const { folded, outcome } = arrive([...E2, anEvent("pick.completed", "10:30")]);
    expect(folded.order?.stage).toBe("packed");
    expect(inferredOf(folded.order)).toEqual(["picked"]);
    expect(exceptionsOf(folded.order)).toEqual(["MISSING_SCAN(picked)", "UNEXPECTED_SCAN(picked)"]);
    expect(dwellOf(folded.order)).toEqual(["allocated 5", "picked+packed 65"]);
    expect(outcome.effect).toBe("impossible");
  });

  test("work on an order that was cancelled moves nothing and is an exception", () => {
    const cancelled = anEvent("order.cancelled", "9:50");
    const { folded, outcome } = arrive([
      ...E1.slice(0, 3),
      cancelled,
      anEvent("pack.completed", "10:10"),
    ]);
    expect(folded.order?.stage).toBe("cancelled");
    expect(outcome.effect).toBe("impossible");
    expect(exceptionsOf(folded.order)).toEqual(["IMPOSSIBLE_EVENT"]);
    const seen = arrive([...E1.slice(0, 3), cancelled, anEvent("parcel.in_transit", "18:00")]);
    expect(exceptionsOf(seen.folded.order)).toEqual([]);
  });

  test("E5: the same event twice counts once", () => {
    const { folded, outcome, kind } = arrive([...E1, packed]);
    expect(kind).toBe("duplicate");
    expect(outcome.effect).toBe("duplicate");
    expect(folded).toEqual(arrive(E1).folded);
  });

  test("E6: a failed check begins a second attempt with its own times", () => {
    const { order } = arrive([
      ...E1.slice(0, 4),
      anEvent("check.failed", "10:20", { to: "picking" }),
      anEvent("pick.completed", "10:50"),
      anEvent("pack.completed", "11:05"),
    ]).folded;
    expect(order).toMatchObject({ stage: "packed", attempt: 2, flags: ["REWORK"] });
    expect(exceptionsOf(order)).toEqual(["QC_REJECT"]);
    const attempts = order?.timeline.map(({ stage, attempt }) => `${stage} ${attempt}`);
    expect(attempts?.slice(2)).toEqual([
      "picked 1",
      "packed 1",
      "picking 2",
      "picked 2",
      "packed 2",
    ]);
    expect(dwellOf(order).slice(1)).toEqual([
      "picked 35",
      "packed 30",
      "picking 10",
      "picked 30",
      "packed 15",
    ]);
  });

  describe("a failed check that is told again within two minutes", () => {
    const failed = anEvent("check.failed", "10:20", { to: "picking" });
    const anew = [anEvent("pick.completed", "10:50"), anEvent("pack.completed", "11:05")];
    const told = (again: RecordedEvent) => arrive([...E1.slice(0, 4), failed, again, ...anew]);
    test("sends the goods back once, and implies nothing", () => {
      const again = anEvent("check.failed", "10:20", { to: "picking" }, { id: "again" });
      const { order } = told(again).folded;
      expect(order).toEqual(arrive([...E1.slice(0, 4), failed, ...anew]).folded.order);
      expect([order?.attempt, exceptionsOf(order)]).toEqual([2, ["QC_REJECT"]]);
    });
    test("by another device is a duplicate scan", () => {
      const again = anEvent("check.failed", "10:21", { to: "picking" }, { station: "Q9" });
      const { order } = told(again).folded;
      expect([order?.attempt, exceptionsOf(order)]).toEqual([
        2,
        ["QC_REJECT", "DUPLICATE_SCAN(checked)"],
      ]);
    });
    test("of another parcel is another failure", () => {
      const of = (parcelId: string, at: string) => anEvent("check.failed", at, { parcelId });
      expect(anOrder([...E1.slice(0, 4), of("p", "10:20"), of("q", "10:21")]).attempt).toBe(3);
    });
  });

  test("E7: delivered comes first, then what was before", () => {
    const { order } = arrive([
      anOrderReceived("7:00"),
      anEvent("parcel.delivered", "18:00"),
      anEvent("parcel.handed_over", "8:00"),
      anEvent("parcel.in_transit", "12:00"),
    ]).folded;
    expect(order?.stage).toBe("delivered");
    expect(inferredOf(order)).toEqual(["allocated", "picked", "packed"]);
    expect(exceptionsOf(order)).toEqual([
      "MISSING_SCAN(allocated)",
      "MISSING_SCAN(picked)",
      "MISSING_SCAN(packed)",
    ]);
    expect(order).toMatchObject({ handedOverAt: clock("8:00"), closedAt: clock("18:00") });
  });

  test("E8: a clock that runs ten minutes ahead is not believed", () => {
    const early = anEvent("pick.completed", "9:40", {}, { recorded: "9:30" });
    const { order } = arrive([received, allocated, early]).folded;
    expect(order).toMatchObject({
      stage: "picked",
      stageSince: clock("9:30"),
      flags: ["CLOCK_SKEW"],
    });
    expect(exceptionsOf(order)).toEqual(["CLOCK_SKEW"]);
  });

  test("E9: a cancellation after hand-over becomes a request to intercept", () => {
    const { folded, outcome } = arrive([...E1, anEvent("order.cancelled", "16:30")]);
    expect(folded.order?.stage).toBe("handed_over");
    expect(exceptionsOf(folded.order)).toEqual(["INTERCEPT_REQUESTED"]);
    expect(outcome).toMatchObject({ effect: "impossible" });
    expect(outcome.words).toContain("intercept");
  });

  const voided = anEvent("event.corrected", "16:10", {
    of: { source: departed.source, id: departed.id },
    reason: "did_not_occur",
  });

  test("a label that was bad is good enough once the goods have left", () => {
    const bad = anEvent("parcel.exception", "10:20", { code: "LABEL_FAILED" });
    const before = arrive([...E1.filter((event) => event !== departed), bad]).folded;
    expect(exceptionsOf(before.order)).toEqual(["LABEL_FAILED"]);
    expect(exceptionsOf(arrive([...E1, bad]).folded.order)).toEqual(["LABEL_FAILED cleared"]);
  });

  test("E10: a hand-over that did not occur is taken back, the next one counts", () => {
    const between = arrive([...E1, voided]).folded;
    expect(between.order).toMatchObject({ stage: "packed", stageSince: clock("10:10") });
    expect(exceptionsOf(between.order)).toEqual(["NOT_SHIPPED"]);
    const { folded } = arrive([...E1, voided, anEvent("parcel.handed_over", "18:02")]);
    expect(folded.order).toMatchObject({ stage: "handed_over", handedOverAt: clock("18:02") });
    expect(exceptionsOf(folded.order)).toEqual(["NOT_SHIPPED cleared"]);
    expect(folded.outcomes.map(({ effect }) => effect)).toEqual([
      "applied",
      "applied",
      "applied",
      "applied",
      "corrected",
      "applied",
      "applied",
    ]);
  });
});

describe("one event in its place", () => {
  test("the same id with another body changes nothing and says so", () => {
    const { events } = arrive(E1);
    const other = { ...packed, hash: "another" };
    const applied = applyEvent(events, other, policy);
    expect(applied.kind).toBe("conflict");
    expect(applied.events).toBe(events);
    expect(applied.outcome.effect).toBe("impossible");
  });

  test("events wait for their order and are applied when it comes", () => {
    const waiting = arrive([packed, picked]);
    expect(waiting.folded.order).toBeNull();
    expect(waiting.folded.outcomes.map(({ effect }) => effect)).toEqual(["waiting", "waiting"]);
    const { folded } = arrive([packed, picked, received, allocated]);
    expect(folded).toEqual(arrive([received, allocated, picked, packed]).folded);
  });

  test("records that were kept in another order are put in order first", () => {
    const { events } = applyEvent([...E1].toReversed(), voidNote, policy);
    expect(events.map(({ type }) => type)).toEqual([...E1.map(({ type }) => type), "note.added"]);
  });
  const voidNote = anEvent("note.added", "17:00", { text: "checked" });

  test("ties are broken by type, then by whom we trust, then by name", () => {
    const at = (source: string, id: string) =>
      anEvent("pick.completed", "9:40", {}, { source, id });
    const sorted = [
      at("wms/a", "1"),
      at("wms/a", "2"),
      at("wms/b", "0"),
      at("carrier/x", "0"),
      at("shop/y", "0"),
      at("ui/ana", "0"),
      anEvent("pack.completed", "9:40"),
    ];
    expect([...sorted].toReversed().toSorted(compareEvents)).toEqual(sorted);
  });
});

describe("a split order", () => {
  const twoLines = anOrderReceived("9:00", {
    lines: [
      { line: 1, sku: "A", quantity: 1 },
      { line: 2, sku: "B", quantity: 1 },
    ],
  });
  const line = (number: number) => [{ line: number, quantity: 1 }];
  const pick = (number: number, at: string) =>
    anEvent("pick.completed", at, { lines: line(number) }, { id: `pick ${number}` });
  const pack = (number: number, at: string) => {
    const parcels = [{ parcelId: `P${number}`, lines: line(number) }];
    return anEvent("pack.completed", at, { parcels }, { id: `pack ${number}` });
  };
  const first = [twoLines, allocated, pick(1, "9:40"), pack(1, "9:50")];
  const arrived = anEvent("parcel.delivered", "12:00", { parcelId: "P1" });

  test("goes on being picked while its first parcel is packed", () => {
    const { folded, outcome } = arrive([...first, pick(2, "10:40")]);
    expect(outcome).toMatchObject({ effect: "applied" });
    expect(folded.order).toMatchObject({ stage: "packing", lines: [{ picked: 1 }, { picked: 1 }] });
    expect(exceptionsOf(folded.order)).not.toContain("UNEXPECTED_SCAN(picked)");
    expect(arrive([...first, pick(2, "10:40"), pack(2, "10:50")]).folded.order?.stage).toBe(
      "packed",
    );
  });

  test("is not over when its first parcel arrives before the rest is packed", () => {
    const { folded } = arrive([...first, arrived]);
    expect(folded.order).toMatchObject({ stage: "packing", parcels: [{ stage: "delivered" }] });
    expect(folded.order?.closedAt).toBeUndefined();
    const rest = [pick(2, "13:00"), pack(2, "13:10")];
    const home = anEvent("parcel.delivered", "18:00", { parcelId: "P2" });
    expect(arrive([...first, arrived, ...rest]).folded.order?.stage).toBe("packed");
    expect(arrive([...first, arrived, ...rest, home]).folded.order).toMatchObject({
      stage: "delivered",
      deliveredAt: clock("18:00"),
    });
  });
});

describe("a split order with a pack scan missing", () => {
  const lines = [
    { line: 1, sku: "A", quantity: 1 },
    { line: 2, sku: "B", quantity: 1 },
  ];
  const pack = (number: number, at: string, more = {}) => {
    const parcel = { parcelId: `P${number}`, lines: [{ line: number, quantity: 1 }], ...more };
    return anEvent("pack.completed", at, { parcels: [parcel] }, { id: `pack ${number}` });
  };
  const out = (number: number, at: string) =>
    anEvent("parcel.handed_over", at, { parcelId: `P${number}` }, { id: `out ${number}` });
  const start = [anOrderReceived("9:00", { lines }), allocated, picked];
  const checked = anEvent("check.passed", "10:30");
  const after = (...more: RecordedEvent[]) => anOrder([...start, ...more]);

  test("has left when the parcel that nobody scanned has, after a check of all of it", () => {
    expect(after(pack(1, "10:10"), checked, out(1, "16:00")).stage).toBe("checked");
    for (const leave of [
      [out(1, "16:00"), out(2, "17:00")],
      [out(2, "16:00"), out(1, "17:00")],
    ]) {
      const left = after(pack(1, "10:10"), checked, ...leave);
      expect(left).toMatchObject({ stage: "handed_over", stageSince: clock("17:00") });
    }
  });

  test("has left without a check too, and the packing is missing", () => {
    const left = after(pack(1, "10:10"), out(1, "16:00"), out(2, "17:00"));
    expect(left).toMatchObject({ stage: "handed_over", stageSince: clock("17:00") });
    expect(exceptionsOf(left)).toContain("MISSING_SCAN(packed)");
  });

  test("is delivered when both are, by the carrier's scans alone", () => {
    const first = [pack(1, "10:10", { trackingCode: "T1" }), checked];
    const by = (type: "parcel.in_transit" | "parcel.delivered", code: string, at: string) =>
      anEvent(type, at, { trackingCode: code }, { id: `${type} ${code}` });
    const onWay = [by("parcel.in_transit", "T1", "18:00"), by("parcel.in_transit", "T2", "18:10")];
    expect(after(...first, ...onWay).stage).toBe("in_transit");
    const one = [...first, ...onWay, by("parcel.delivered", "T1", "30:00")];
    expect(after(...one).stage).toBe("in_transit");
    const both = [...one, by("parcel.delivered", "T2", "31:00")];
    expect(after(...both)).toMatchObject({ stage: "delivered", deliveredAt: clock("31:00") });
  });

  test("checked and sent in parts, what is not packed yet has not left", () => {
    const part = [pack(1, "10:10"), checked, out(1, "16:00")];
    expect(after(...part, pack(2, "16:10")).stage).toBe("packed");
    const third = { line: 3, sku: "C", quantity: 1 };
    const more = anOrder([
      anOrderReceived("9:00", { lines: [...lines, third] }),
      allocated,
      picked,
      ...part,
      pack(2, "16:10"),
      out(2, "16:20"),
    ]);
    expect(more.stage).not.toBe("handed_over");
  });

  test("a tracking code that may be one of the packed parcels is no further one", () => {
    const three = [...lines, { line: 3, sku: "C", quantity: 1 }];
    const scan = anEvent("parcel.in_transit", "18:00", { trackingCode: "T" });
    const order = anOrder([
      anOrderReceived("9:00", { lines: three }),
      allocated,
      picked,
      pack(1, "10:10"),
      pack(2, "10:20"),
      out(1, "16:00"),
      out(2, "16:00"),
      scan,
    ]);
    expect(order.stage).toBe("packing");
  });
});

describe("parcels", () => {
  const two = anEvent("pack.completed", "10:10", {
    parcels: [{ parcelId: "A", trackingCode: "TA" }, { parcelId: "B" }],
  });
  const start = [received, allocated, picked, two];
  const out = (id: string, at: string) => anEvent("parcel.handed_over", at, { parcelId: id });
  const home = (at: string, data: object) => anEvent("parcel.delivered", at, data);

  test("an order shows its least advanced parcel and is delivered when all are", () => {
    const stageAfter = (...more: RecordedEvent[]) => anOrder([...start, ...more]).stage;
    expect(stageAfter(out("A", "16:00"))).toBe("packed");
    expect(stageAfter(out("A", "16:00"), out("B", "16:20"))).toBe("handed_over");
    const both = [out("A", "16:00"), out("B", "16:20")];
    const first = home("30:00", { trackingCode: "TA" });
    expect(stageAfter(...both, first)).toBe("handed_over");
    expect(stageAfter(...both, first, home("31:00", { parcelId: "B" }))).toBe("delivered");
  });

  test("a tracking code nobody knows belongs to the only parcel that has none", () => {
    const scan = anEvent("parcel.in_transit", "20:00", { trackingCode: "TB", location: "Hub" });
    const { parcels } = anOrder([...start, out("A", "16:00"), out("B", "16:00"), scan]);
    expect(parcels.map(({ trackingCode, stage }) => `${trackingCode} ${stage}`)).toEqual([
      "TA handed_over",
      "TB in_transit",
    ]);
  });

  test("a lost parcel beside a delivered one does not count as delivered", () => {
    const lost = anEvent("parcel.lost", "40:00", { parcelId: "B" });
    const both = [out("A", "16:00"), out("B", "16:00"), home("30:00", { parcelId: "A" }), lost];
    expect(anOrder([...start, ...both])).toMatchObject({ stage: "lost", closedAt: clock("40:00") });
  });

  test("a carrier goes round again after a failed try", () => {
    const { stage, exceptions } = anOrder([
      ...E1,
      anEvent("parcel.delivery_failed", "30:00"),
      anEvent("parcel.out_for_delivery", "50:00"),
    ]);
    expect(stage).toBe("out_for_delivery");
    expect(exceptions.map(({ code }) => code)).toEqual(["ATTEMPT_FAILED"]);
  });
});

describe("quantities", () => {
  const order = anOrderReceived("9:00", {
    lines: [
      { line: 1, sku: "S1", quantity: 2, unitPrice: 10 },
      { line: 2, sku: "S2", quantity: 1 },
    ],
  });
  const pick = (at: string, line: number, quantity: number) =>
    anEvent("pick.completed", at, { lines: [{ line, quantity }] });

  test("an order is worth what its prices say, without the tail of a binary fraction", () => {
    const line = (number: number, quantity: number, unitPrice: number) => {
      return { line: number, sku: `S${number}`, quantity, unitPrice };
    };
    const worth = (...lines: ReturnType<typeof line>[]) =>
      anOrder([anOrderReceived("9:00", { lines })]).value;
    expect(worth(line(1, 3, 1.1))).toBe(3.3);
    expect(worth(line(1, 1, 0.1), line(2, 1, 0.2))).toBe(0.3);
    expect(worth(line(1, 7, 0.0035))).toBe(0.0245);
    expect(worth(line(1, 1, 1e14))).toBe(1e14);
  });

  test("an order is picked when all its lines are", () => {
    const some = [order, allocated, pick("9:30", 1, 2)];
    expect(anOrder(some).stage).toBe("picking");
    expect(anOrder([...some, pick("9:40", 2, 1)])).toMatchObject({ stage: "picked", value: 20 });
  });

  test("what is short is not waited for", () => {
    const lines = [{ line: 2, missing: 1 }];
    const short = anEvent("pick.shorted", "9:35", { lines });
    const end = anOrder([order, allocated, pick("9:30", 1, 2), short]);
    expect(end.stage).toBe("picked");
    expect(exceptionsOf(end)).toEqual(["SHORT_PICK(line 2)"]);
  });

  test("what is found after all is short no longer", () => {
    const short = anEvent("pick.shorted", "9:20", { lines: [{ line: 1, missing: 1 }] });
    const some = [order, allocated, short, pick("9:30", 1, 2)];
    const { stage, lines, exceptions } = anOrder(some);
    expect(stage).toBe("picking");
    expect(lines[0]).toMatchObject({ picked: 2, short: 0 });
    expect(exceptions).toMatchObject([{ code: "SHORT_PICK", clearedAt: clock("9:30") }]);
  });

  test("what was short is found after the order went on without it: it is picked, and short no longer", () => {
    const short = anEvent("pick.shorted", "9:20", { lines: [{ line: 2, missing: 1 }] });
    const went = [order, allocated, short, pick("9:30", 1, 2)];
    const again = anOrder([...went, pick("9:31", 2, 1)]);
    expect(again.lines[1]).toMatchObject({ picked: 0, short: 1 });
    const packed = anEvent("pack.completed", "9:40", {});
    for (const [events, stage] of [
      [[...went, pick("9:50", 2, 1)], "picked"],
      [[...went, packed, pick("9:50", 2, 1)], "packed"],
    ] as const) {
      const found = anOrder(events);
      expect(found.stage).toBe(stage);
      expect(found.lines[1]).toMatchObject({ picked: 1, short: 0 });
      expect(found.exceptions).toMatchObject([{ code: "SHORT_PICK", clearedAt: clock("9:50") }]);
    }
  });

  test("a line that was not ordered counts for nothing", () => {
    const odd = anOrder([order, allocated, pick("9:30", 7, 9)]);
    expect(odd.lines.map(({ picked: units }) => units)).toEqual([0, 0]);
  });

  test("an order made smaller may be complete already", () => {
    const smaller = anEvent("order.amended", "9:35", {
      lines: [{ line: 1, sku: "S1", quantity: 2 }],
    });
    expect(anOrder([order, allocated, pick("9:30", 1, 2), smaller]).stage).toBe("picked");
  });

  test("packing by count waits for the last parcel", () => {
    const box = (at: string, parcelId: string, line: number, quantity: number) =>
      anEvent("pack.completed", at, { parcels: [{ parcelId, lines: [{ line, quantity }] }] });
    const some = [order, allocated, picked, box("10:00", "A", 1, 2)];
    expect(anOrder(some).stage).toBe("packing");
    expect(anOrder([...some, box("10:10", "B", 2, 1)]).stage).toBe("packed");
  });
});

describe("overlays", () => {
  const hold = (type: "hold.placed" | "hold.released", at: string) =>
    anEvent(type, at, { code: "HOLD_ADDRESS" });

  test("a hold lies over the stage, and an order with an open hold is not closed", () => {
    const open = [...E1, hold("hold.placed", "16:00"), anEvent("parcel.delivered", "30:00")];
    expect(anOrder(open)).toMatchObject({ stage: "delivered", holds: [{ clock: "pause" }] });
    expect(anOrder(open).closedAt).toBeUndefined();
    expect(anOrder([...open, hold("hold.released", "31:00")]).closedAt).toBe(clock("31:00"));
  });

  test("a hold that is placed again is the same hold with newer words", () => {
    const again = anEvent("hold.placed", "16:10", {
      code: "HOLD_ADDRESS",
      owner: "ana",
      reason: "no street number",
      until: clock("20:00"),
    });
    const { holds } = anOrder([...E1, hold("hold.placed", "16:00"), again]);
    expect(holds).toEqual([
      {
        code: "HOLD_ADDRESS",
        owner: "ana",
        reason: "no street number",
        until: clock("20:00"),
        placedAt: clock("16:00"),
        clock: "pause",
      },
    ]);
  });

  test("damage belongs to the house before hand-over and to the carrier after it", () => {
    const wet = (at: string) => anEvent("item.damaged", at, { code: "WET", note: "box soaked" });
    expect(anOrder([...E1, wet("10:30"), wet("20:00")]).exceptions).toMatchObject([
      { code: "DAMAGED_INTERNAL", note: "WET: box soaked" },
      { code: "DAMAGED_IN_TRANSIT" },
    ]);
  });

  test("an order rejected by a 3PL is allocated again, and the next release clears it", () => {
    const back = [
      received,
      allocated,
      anEvent("order.released", "9:10", { to: "3pl-north" }),
      anEvent("order.rejected", "9:20", { by: "3pl-north" }),
    ];
    expect(anOrder(back)).toMatchObject({ stage: "allocated", attempt: 2, node: "3pl-north" });
    const again = anEvent("order.released", "9:30", { to: "floor" });
    expect(exceptionsOf(anOrder([...back, again]))).toEqual(["TPL_REJECTED(3pl-north) cleared"]);
  });

  test("the fourth attempt is a loop", () => {
    const fail = (at: string) => anEvent("check.failed", at);
    const end = anOrder([...E1.slice(0, 4), fail("10:20"), fail("10:40"), fail("11:00")]);
    expect(end.attempt).toBe(4);
    expect(exceptionsOf(end)).toContain("REWORK_LOOP");
  });

  test("a second device within two minutes is a duplicate scan, and the first one counts", () => {
    const again = anEvent("pack.completed", "10:11", {}, { station: "P9" });
    const end = anOrder([...E1.slice(0, 4), again]);
    expect(end.stageSince).toBe(clock("10:10"));
    expect(exceptionsOf(end)).toEqual(["DUPLICATE_SCAN(packed)"]);
  });

  test("facts of the latest amendment count, and who the goods go to is not kept", () => {
    const shipTo = { name: "Ada", postalCode: "10115", city: "Potsdam" };
    const end = anOrder([
      anEvent("order.amended", "9:20", { service: "express", shipBy: clock("16:00") }),
      anOrderReceived("9:00"),
      anEvent("order.amended", "9:10", { service: "slow", shipTo }),
    ]);
    expect(end).toMatchObject({ service: "express", promisedShipBy: clock("16:00") });
    expect(end.shipTo).toEqual({ city: "Potsdam", country: "DE" });
  });

  test("an event recorded more than thirty days later marks the order old", () => {
    const old = anEvent(
      "order.allocated",
      "9:05",
      {},
      { recorded: clock("9:05") + 31 * 86_400_000 },
    );
    expect(anOrder([received, old]).flags).toEqual(["OLD"]);
  });
});

describe("corrections", () => {
  const correct = (at: string, target: RecordedEvent, data: object) =>
    anEvent("event.corrected", at, {
      of: { source: target.source, id: target.id },
      reason: "incorrect_data",
      ...data,
    });

  test("a wrong time is put right", () => {
    const right = correct("12:00", picked, { replacement: { occurredAt: clock("9:50") } });
    expect(dwellOf(anOrder([...E1, right])).slice(1, 3)).toEqual(["picked 45", "packed 20"]);
  });

  test("the latest correction decides, and a corrected correction is none", () => {
    const gone = correct("12:00", packed, { reason: "did_not_occur" });
    const back = correct("13:00", gone, { reason: "did_not_occur" });
    const four = E1.slice(0, 4);
    expect(anOrder([...four, gone]).stage).toBe("picked");
    expect(anOrder([...four, gone, back]).stage).toBe("packed");
  });

  test.each([
    ["no such type", { type: "no.such" }],
    ["an event of a site", { type: "system.canary" }],
    ["a correction", { type: "event.corrected" }],
    ["data that do not fit", { data: { lines: "all" } }],
  ])("a replacement that is %s changes nothing", (_, replacement) => {
    const { outcome, folded } = arrive([...E1, correct("16:30", picked, { replacement })]);
    expect(outcome).toMatchObject({ effect: "impossible" });
    expect(folded.order).toEqual(anOrder(E1));
  });

  test("a replacement that gives two lines one number changes nothing", () => {
    const line = { line: 1, sku: "SKU-1", quantity: 1 };
    const replacement = { data: { lines: [line, { ...line, sku: "SKU-2" }] } };
    const { outcome, folded } = arrive([...E1, correct("16:30", received, { replacement })]);
    expect(outcome).toMatchObject({ effect: "impossible" });
    expect(folded.order).toEqual(anOrder(E1));
    const apart = { data: { lines: [line, { ...line, line: 2, sku: "SKU-2" }] } };
    const other = correct("16:30", received, { replacement: apart });
    expect(anOrder([...E1, other]).lines).toHaveLength(2);
  });

  test("a correction waits for the event it speaks of", () => {
    const gone = correct("12:00", packed, { reason: "did_not_occur" });
    const before = arrive([received, allocated, picked, gone]);
    expect(before.outcome.effect).toBe("waiting");
    expect(arrive([received, allocated, picked, gone, packed]).folded.order?.stage).toBe("picked");
  });

  test("without its order.received an order is none, and everything waits", () => {
    const gone = correct("12:00", received, { reason: "did_not_occur" });
    const { order, outcomes } = foldOrder([...E1, gone], policy);
    expect(order).toBeNull();
    expect(outcomes.map(({ effect }) => effect)).toContain("corrected");
  });
});
