import { describe, expect, test } from "vitest";
import { factsOf, type OrderFacts } from "../../../domain/analytics/facts.ts";
import { boardG, dimWeightG, packagingCarbon } from "../../../domain/analytics/packaging.ts";
import type { RecordedEvent } from "../../../domain/event.ts";
import { EMPTY_FOLD, foldOn, inFoldOrder } from "../../../domain/fold.ts";
import { promisesOf } from "../../../domain/promise.ts";
import type { Site } from "../../../domain/site.ts";
import { HOUR_MS, MINUTE_MS } from "../../../domain/wall-clock.ts";
import {
  anEvent,
  anOrderForAnyCarrier,
  anOrderReceived,
  aPolicy,
  clock,
} from "../../support/builders.ts";

// Berlin is an hour ahead: shifts 06:00 to 22:00 are 5:00 to 21:00 here, the truck leaves at 15:00
function measured(events: RecordedEvent[], site: Partial<Site> = {}): OrderFacts {
  const policy = aPolicy(site);
  const sorted = inFoldOrder(events);
  const { order } = foldOn(EMPTY_FOLD, sorted, policy);
  return factsOf(order!, promisesOf(order!, policy), sorted, policy);
}
const received = anOrderReceived("8:00");
const budgets = {
  stageBudgets: { received: "PT10M", allocated: "PT1H", picked: "PT30M", packed: "PT30M" },
};

describe("legs", () => {
  test("a start scan splits waiting from hands; without one the split is unknown", () => {
    const { legs } = measured([
      received,
      anEvent("order.allocated", "8:10"),
      anEvent("pick.started", "9:00"),
      anEvent("pick.completed", "9:20"),
    ]);
    expect(
      legs.map(({ stage, work, wait }) => [
        stage,
        work / MINUTE_MS,
        wait === null ? null : wait / MINUTE_MS,
      ]),
    ).toEqual([
      ["allocated", 10, null],
      ["picked", 70, 50],
    ]);
  });

  test("a milestone that was never scanned shares its time with the next, and is booked to neither alone", () => {
    const { legs, scans } = measured([
      received,
      anEvent("order.allocated", "8:10"),
      anEvent("pack.completed", "9:40"),
    ]);
    expect(legs.map(({ stage }) => stage)).toEqual(["allocated", "picked+packed"]);
    expect(scans).toEqual({ expected: 4, recorded: 3 });
  });

  test("nights and holds are told apart from work, and the parts make up the whole", () => {
    const events = [
      received,
      anEvent("hold.placed", "20:00", { code: "HOLD_OPERATOR" }),
      anEvent("hold.released", "20:30", { code: "HOLD_OPERATOR" }),
      anEvent("order.allocated", "32:00"),
    ];
    const [leg] = measured(events).legs;
    expect(leg).toMatchObject({
      ms: 24 * HOUR_MS,
      hold: 30 * MINUTE_MS,
      night: 8 * HOUR_MS,
      work: 15.5 * HOUR_MS,
    });
  });
});

test("work done again counts from where it was sent back or from the milestone before, whether or not its start is scanned", () => {
  const events = (again: RecordedEvent[]) => [
    received,
    anEvent("order.allocated", "8:05"),
    anEvent("pick.completed", "8:40"),
    anEvent("pack.completed", "9:10"),
    anEvent("check.failed", "9:20", { to: "picking" }),
    anEvent("pick.completed", "9:50"),
    ...again,
    anEvent("pack.completed", "10:05"),
  ];
  const second = (more: RecordedEvent[]) =>
    measured(events(more))
      .legs.filter(({ attempt }) => attempt === 2)
      .map(({ stage, ms, wait }) => [stage, ms / MINUTE_MS, wait && wait / MINUTE_MS]);
  expect(second([])).toEqual([
    ["picked", 30, null],
    ["packed", 15, null],
  ]);
  expect(second([anEvent("pack.started", "10:00")])).toEqual([
    ["picked", 30, null],
    ["packed", 15, 10],
  ]);
});

describe("parcels that a carrier scanned", () => {
  const sent = [received, anEvent("parcel.handed_over", "14:00", { parcelId: "p" })];
  const lost = anEvent("parcel.lost", "40:00", { parcelId: "p" });
  const scan = anEvent("parcel.in_transit", "15:00", { parcelId: "p" });
  test("one that got lost unseen was never scanned", () => {
    expect(measured([...sent, lost]).parcels).toEqual({ shipped: 1, scanned: 0 });
    expect(measured([...sent, scan, lost]).parcels).toEqual({ shipped: 1, scanned: 1 });
  });
  test("coming back tells of a scan, being told back does not", () => {
    const back = anEvent("order.returned", "50:00", {});
    expect(measured([...sent, back]).parcels).toEqual({ shipped: 1, scanned: 0 });
    const returning = anEvent("parcel.returning", "30:00", { parcelId: "p" });
    expect(measured([...sent, returning, back]).parcels).toEqual({ shipped: 1, scanned: 1 });
  });
});

describe("when all of it had left", () => {
  const packed = anEvent("pack.completed", "9:00", {
    parcels: [{ parcelId: "p" }, { parcelId: "q" }],
  });
  const onItsWay = (parcelId: string, at: string) => anEvent("parcel.in_transit", at, { parcelId });
  test("nobody scanned the dock: not before the carrier was heard of with the last parcel", () => {
    const one = [received, packed, onItsWay("p", "12:00")];
    expect(measured(one).departedAt).toBeNull();
    expect(measured([...one, onItsWay("q", "18:00")]).departedAt).toBe(clock("18:00"));
  });

  test("nobody scanned the packing: not before the dock saw the last parcel, though it is heard of late", () => {
    const out = (parcelId: string, at: string) => anEvent("parcel.handed_over", at, { parcelId });
    const beside = [received, out("p", "12:00"), out("q", "18:00")];
    expect(measured(beside).departedAt).toBe(clock("18:00"));
    const behind = [received, out("p", "12:00"), onItsWay("p", "13:00"), out("q", "18:00")];
    expect(measured(behind).departedAt).toBe(clock("18:00"));
    const onWay = [...behind, onItsWay("q", "19:00")];
    expect(measured(onWay).departedAt).toBe(clock("18:00"));
  });

  test("the dock scanned one of two parcels: when the carrier was heard of with the other, whoever of them it scanned first", () => {
    const out = anEvent("parcel.handed_over", "12:00", { parcelId: "p" });
    const before = [received, packed, out, onItsWay("p", "13:00"), onItsWay("q", "14:00")];
    const after = [received, packed, out, onItsWay("q", "14:00"), onItsWay("p", "15:00")];
    for (const events of [before, after])
      expect(measured(events)).toMatchObject({
        departedAt: clock("14:00"),
        dockedOutAt: clock("14:00"),
        clickWorkMs: 6 * HOUR_MS,
        parcels: { shipped: 2, scanned: 2 },
      });
  });

  test("nobody scanned the dock at all: nothing is measured from there", () => {
    expect(
      measured([received, packed, onItsWay("p", "12:00"), onItsWay("q", "13:00")]),
    ).toMatchObject({ dockedOutAt: null, clickWorkMs: null, parcels: { shipped: 0, scanned: 0 } });
  });

  test("the carrier is judged from its first scan, also when nobody scanned the dock", () => {
    const { dockedOutAt, commitBy } = measured([received, onItsWay("p", "12:00")]);
    expect(dockedOutAt).toBeNull();
    expect(commitBy).toBeGreaterThan(clock("12:00"));
  });

  test.each([
    ["its service level names", anOrderForAnyCarrier("8:00")],
    ["the shop named", anOrderReceived("8:00", { carrier: "in 1" })],
  ])("by its own days, though %s another", (_who, order) => {
    const carriers = [1, 4].map((transitDays) => ({
      id: `in ${transitDays}`,
      pickups: [{ days: [1, 2, 3, 4, 5], at: "16:00" }],
      transitDays,
    }));
    const handedTo = (carrier: string) =>
      measured([order, anEvent("parcel.handed_over", "12:00", { carrier })], { carriers });
    const [quick, slow] = [handedTo("in 1"), handedTo("in 4")];
    expect([quick.carrier, slow.carrier]).toEqual(["in 1", "in 4"]);
    expect(slow.deliverBy).toBe(quick.deliverBy);
    expect(quick.commitBy).toBe(quick.deliverBy);
    expect(slow.commitBy).toBeGreaterThan(quick.commitBy ?? Number.POSITIVE_INFINITY);
  });
});

describe("time that the customer held it", () => {
  const hold = (code: string, from: string, to?: string) => [
    anEvent("hold.placed", from, { code }),
    ...(to === undefined ? [] : [anEvent("hold.released", to, { code })]),
  ];
  const held = (...holds: RecordedEvent[][]) =>
    measured([received, ...holds.flat(), anEvent("parcel.delivered", "20:00")]).customerHoldMs /
    HOUR_MS;
  test("two holds at once are one pause", () =>
    expect(
      held(hold("HOLD_PAYMENT", "9:00", "12:00"), hold("HOLD_ADDRESS", "10:00", "13:00")),
    ).toBe(4));
  test("ours and the weather's are not the customer's", () =>
    expect(
      held(hold("HOLD_OPERATOR", "9:00", "12:00"), hold("HOLD_WEATHER", "9:00", "12:00")),
    ).toBe(0));
  test("it ends when the goods arrive", () => {
    expect(held(hold("HOLD_ADDRESS", "17:00", "30:00"))).toBe(3);
    expect(held(hold("HOLD_ADDRESS", "17:00"))).toBe(3);
  });
});

describe("deadlines of our own clock", () => {
  test("a hold that nobody released gives no time back once the goods have left", () => {
    const { shipBy, netShipBy, netDeliverBy, deliverBy } = measured([
      received,
      anEvent("hold.placed", "9:00", { code: "HOLD_ADDRESS" }),
      anEvent("parcel.handed_over", "16:00"),
    ]);
    expect([netShipBy, netDeliverBy]).toEqual([shipBy, deliverBy]);
  });

  test("nor does one that came after the carrier had it, though the dock was not scanned", () => {
    const { shipBy, netShipBy } = measured([
      received,
      anEvent("parcel.in_transit", "16:00"),
      anEvent("hold.placed", "17:00", { code: "HOLD_ADDRESS" }),
      anEvent("hold.released", "33:00", { code: "HOLD_ADDRESS" }),
    ]);
    expect(netShipBy).toBe(shipBy);
  });

  test("a hold of the customer moves the net deadline, not the promise; while it is open nobody knows", () => {
    const placed = anEvent("hold.placed", "9:00", { code: "HOLD_ADDRESS" });
    const open = measured([received, placed]);
    expect(open).toMatchObject({ shipBy: clock("15:00"), netShipBy: null, netDeliverBy: null });
    const { shipBy, netShipBy, netDeliverBy, deliverBy } = measured([
      received,
      placed,
      anEvent("hold.released", "33:00", { code: "HOLD_ADDRESS" }),
    ]);
    expect(shipBy).toBe(clock("15:00"));
    expect(netShipBy).toBe(clock("39:00"));
    expect(netDeliverBy).toBeGreaterThan(deliverBy!);
  });
});

describe("losses", () => {
  test("the parts of a late hand-over add up to its lateness, in proportion to what took longer than planned", () => {
    const events = [
      received,
      anEvent("order.allocated", "8:10"),
      anEvent("exception.raised", "9:00", { code: "EQUIPMENT_DOWN" }),
      anEvent("pick.completed", "12:10"),
      anEvent("pack.completed", "13:40"),
      anEvent("parcel.handed_over", "17:00"),
    ];
    const { losses } = measured(events, budgets);
    expect(losses.reduce((sum, { ms }) => sum + ms, 0)).toBe(2 * HOUR_MS);
    expect(losses.map(({ reason, stage, owner }) => [reason, stage, owner])).toEqual([
      ["EQUIPMENT_DOWN", "picked", "internal"],
      ["SLOW", "packed", "internal"],
      ["SLOW", "handed_over", "internal"],
    ]);
  });

  test("what the carrier adds on its way is the carrier's, what we shipped late is ours", () => {
    const given = anOrderReceived("8:00", { shipBy: clock("10:00"), deliverBy: clock("20:00") });
    const { losses } = measured([
      given,
      anEvent("parcel.handed_over", "11:00"),
      anEvent("parcel.delivered", "24:00"),
    ]);
    const delivery = losses
      .filter(({ about }) => about === "deliver")
      .map(({ owner, ms }) => [owner, ms / HOUR_MS]);
    expect(delivery).toEqual([
      ["internal", 1],
      ["carrier", 3],
    ]);
  });

  test("what left late by the carrier's scan alone lost as much as if the dock had scanned it", () => {
    const way = [received, anEvent("order.allocated", "8:10"), anEvent("pick.completed", "12:10")];
    const unseen = [...way, anEvent("parcel.in_transit", "17:00")];
    const { losses, departedAt, shipBy } = measured(unseen, budgets);
    expect(losses.reduce((sum, { ms }) => sum + ms, 0)).toBe((departedAt ?? 0) - (shipBy ?? 0));
    expect(losses.map(({ reason, stage }) => [reason, stage])).toEqual([["SLOW", "picked"]]);
    const arrived = measured([...unseen, anEvent("parcel.delivered", "180:00")], budgets).losses;
    expect(arrived.filter(({ about }) => about === "deliver")).toMatchObject([
      { reason: "SHIPPED_LATE", ms: 2 * HOUR_MS },
      { reason: "IN_TRANSIT" },
    ]);
  });

  test("an order in time lost nothing", () => {
    expect(measured([received, anEvent("parcel.handed_over", "14:00")], budgets).losses).toEqual(
      [],
    );
  });
});

describe("who cancelled", () => {
  const cancelled = (data: object, more: RecordedEvent[] = []) =>
    measured([received, ...more, anEvent("order.cancelled", "9:00", data)]).cancelled;
  test.each([
    [{ by: "seller", reason: "changed my mind" }, "seller"],
    [{ reason: "out of stock" }, "seller"],
    [{ reason: "the customer changed their mind" }, "customer"],
    [{}, "customer"],
  ])("%o: the %s", (data, by) => expect(cancelled(data)?.by).toBe(by));

  test("without a word it is ours when goods were missing", () => {
    expect(
      cancelled({}, [
        anEvent("order.backordered", "8:30"),
        anEvent("exception.raised", "8:31", { code: "STOCK_OUT" }),
      ])?.by,
    ).toBe("seller");
  });
});

describe("parcels", () => {
  const box = { lengthMm: 300, widthMm: 200, heightMm: 150, goodsVolumeMl: 4_500 };
  test("a box nobody weighed counts by its sides (the worked example)", () => {
    expect(boardG([300, 200, 150]) / 1_000).toBeCloseTo(0.199, 2);
    expect(dimWeightG([400, 300, 200], 5_000)).toBe(4_800);
    const { packed } = measured([
      received,
      anEvent("pack.completed", "9:00", { parcels: [{ parcelId: "p", box, weightG: 1_200 }] }),
    ]);
    expect(packed).toEqual([
      {
        parcelId: "p",
        isEstimated: true,
        fillerG: 0,
        isRecyclable: true,
        sides: [300, 200, 150],
        boxG: boardG([300, 200, 150]),
        goodsMl: 4_500,
        weightG: 1_200,
      },
    ]);
  });

  test.each([
    [undefined, 0.0982],
    ["carton", 0.0652],
    ["film", 0.52],
  ])("a box of 200 g of %s is %f kg CO2e", (material, kg) => {
    const told = { materialG: 200, ...(material !== undefined && { material }) };
    const { packed } = measured([
      received,
      anEvent("pack.completed", "9:00", { parcels: [{ parcelId: "p", box: told }] }),
    ]);
    expect(packed.map(packagingCarbon)).toEqual([expect.closeTo(kg, 9)]);
  });

  test("packed again it counts as it was packed last; taken back it does not count", () => {
    const first = anEvent("pack.completed", "9:00", {
      parcels: [{ parcelId: "p", box: { ...box, materialG: 100 } }],
    });
    const again = anEvent("pack.completed", "9:30", {
      parcels: [{ parcelId: "p", box: { ...box, materialG: 150 } }],
    });
    expect(measured([received, first, again]).packed.map(({ boxG }) => boxG)).toEqual([150]);
    const correction = anEvent("event.corrected", "10:00", {
      of: { source: again.source, id: again.id },
      reason: "did_not_occur",
    });
    expect(measured([received, first, again, correction]).packed.map(({ boxG }) => boxG)).toEqual([
      100,
    ]);
  });
});

test("checks and picks: the first inspection counts, what it finds wrong was picked wrong", () => {
  const { checks, picks } = measured([
    received,
    anEvent("pick.completed", "9:00"),
    anEvent("check.failed", "9:30", { to: "picking" }),
    anEvent("pick.completed", "9:40"),
    anEvent("check.passed", "9:50"),
  ]);
  expect(checks).toMatchObject({ isPassed: false, count: 2 });
  expect(picks).toMatchObject({ lines: 1, caught: 1, escaped: 0 });
});

describe("wrong picks found in the house", () => {
  const picked = [received, anEvent("pick.completed", "9:00")];
  const failed = (at: string, data: object, id = `f${at}`) =>
    anEvent("check.failed", at, { to: "picking", ...data }, { id });
  const caught = (...events: RecordedEvent[]) => measured([...picked, ...events]).picks.caught;
  test("one failure told twice is one", () => {
    expect(caught(failed("9:30", {}), failed("9:31", {}, "again"))).toBe(1);
    expect(caught(failed("9:30", { parcelId: "p" }), failed("9:31", { parcelId: "q" }))).toBe(2);
  });
  test("what was damaged was picked rightly", () => {
    expect(caught(failed("9:30", { defect: { code: "DAMAGED" } }))).toBe(0);
    expect(caught(failed("9:30", { defect: { code: "WRONG_COUNT" } }))).toBe(1);
  });
  test("found by another than the check counts too, and once where the check says it as well", () => {
    const raised = anEvent("exception.raised", "9:30", { code: "WRONG_ITEM" });
    expect(caught(raised)).toBe(1);
    expect(caught(raised, failed("9:30", { defect: { code: "WRONG_ITEM" } }))).toBe(1);
  });
});

test("scans: what a site need not scan makes up for nothing that is missing", () => {
  const stages = [
    "received",
    "allocated",
    "released",
    "picking",
    "picked",
    "packed",
    "staged",
  ] as const;
  const { scans } = measured(
    [
      received,
      anEvent("order.released", "8:20"),
      anEvent("pick.started", "8:30"),
      anEvent("pick.completed", "9:00"),
      anEvent("parcel.staged", "9:30"),
    ],
    { stages: [...stages] },
  );
  // received, allocated, picked, packed: two of them never scanned
  expect(scans).toEqual({ expected: 4, recorded: 2 });
});

test("what the customer finds in the parcel after it arrived was picked wrong, or sent without its papers", () => {
  const arrived = [
    received,
    anEvent("pick.completed", "9:00"),
    anEvent("parcel.handed_over", "14:00"),
    anEvent("parcel.delivered", "30:00"),
  ];
  const found = (code: string) =>
    measured([...arrived, anEvent("exception.raised", "40:00", { code })]);
  expect(found("WRONG_ITEM")).toMatchObject({ isWrongItem: true, picks: { escaped: 1 } });
  expect(found("DOCUMENTS_MISSING").isWithoutDocuments).toBe(true);
  expect(found("CARRIER_DELAY").exceptions).not.toContain("CARRIER_DELAY");
});

test("units that were short when it left did not arrive", () => {
  const two = anOrderReceived("8:00", {
    lines: [{ line: 1, sku: "S", quantity: 10 }],
    deliverBy: clock("40:00"),
  });
  const { units } = measured([
    two,
    anEvent("pick.shorted", "9:00", { lines: [{ line: 1, missing: 1 }] }),
    anEvent("parcel.handed_over", "14:00"),
    anEvent("parcel.delivered", "39:00"),
  ]);
  expect(units).toMatchObject({
    ordered: 10,
    short: 1,
    delivered: 9,
    deliveredInTime: 9,
    linesComplete: 0,
  });
});
