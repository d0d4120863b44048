import { describe, expect, test } from "vitest";
import { figuresOf } from "../../../domain/analytics/catalog.ts";
import { CARRIERS, CYCLES } from "../../../domain/analytics/definitions-flow.ts";
import { QUALITY } from "../../../domain/analytics/definitions-quality.ts";
import { SERVICE } from "../../../domain/analytics/definitions-service.ts";
import type { OrderFacts } from "../../../domain/analytics/facts.ts";
import { createLedger } from "../../../domain/analytics/ledger.ts";
import { countOrders } from "../../../domain/analytics/measures.ts";
import { merge, noSums, type Sums } from "../../../domain/analytics/sums.ts";
import { clock } from "../../support/builders.ts";
import { someFacts } from "./some-facts.ts";

const NOW = clock("24:00");
const LATER = {
  shipBy: clock("60:00"),
  netShipBy: clock("60:00"),
  deliverBy: clock("90:00"),
  netDeliverBy: clock("90:00"),
};
/** a promise: leave by 10:00, arrive by 20:00, both inside the window */
const units = (ordered: number, delivered = ordered, inTime = delivered) => ({
  ordered,
  lines: 1,
  linesComplete: 1,
  short: 0,
  delivered,
  deliveredInTime: inTime,
});
const inTime = { departedAt: clock("9:50"), deliveredAt: clock("19:00") };
const open = { departedAt: null, deliveredAt: null, closedAt: null };
const by = (who: "customer" | "seller", at: string) => ({
  ...open,
  cancelled: { by: who, at: clock(at), isAfterPick: false },
});

/** The ten orders that were worked by hand. */
const SET: OrderFacts[] = [
  someFacts("o1", { ...inTime, units: units(2) }),
  someFacts("o2", { ...inTime, units: units(1), departedAt: clock("10:10") }),
  someFacts("o3a", { ...inTime, customerOrder: "o3", units: units(2) }),
  someFacts("o3b", {
    customerOrder: "o3",
    departedAt: clock("34:00"),
    deliveredAt: clock("44:00"),
    units: units(1, 1, 0),
  }),
  someFacts("o4", { ...inTime, units: { ...units(10, 9), short: 1 } }),
  someFacts("o5", { ...by("customer", "8:30"), units: units(1, 0) }),
  someFacts("o6", { ...by("seller", "9:00"), units: units(1, 0) }),
  someFacts("o7", {
    departedAt: clock("12:00"),
    deliveredAt: clock("21:00"),
    netShipBy: clock("13:00"),
    netDeliverBy: clock("22:00"),
    units: units(1),
  }),
  someFacts("o8", { ...inTime, units: units(2), isDamagedInTransit: true }),
  someFacts("o9", { ...open, ...LATER, units: units(1, 0) }),
  someFacts("o10", { ...open, units: units(1, 0) }),
];

function sumsOf(set: readonly OrderFacts[], now: number): Sums {
  const ledger = createLedger("Europe/Berlin");
  for (const customer of new Set(set.map(({ customerOrder }) => customerOrder)))
    countOrders(
      set.filter((one) => one.customerOrder === customer),
      ledger,
      1,
    );
  const sums = noSums();
  for (const gain of ledger.gains())
    if (gain.grain === "hour" && gain.dim === "all" && gain.bucket < now) merge(sums, gain.sums);
  return sums;
}

describe("the set that was worked by hand", () => {
  const figures = figuresOf(SERVICE, sumsOf(SET, NOW));
  test.each([
    ["onTimeShip", 4, 7],
    ["onTimeShipGross", 3, 7],
    ["onTimeShipParts", 5, 8],
    ["onTimeDelivery", 5, 7],
    ["inFull", 5, 8],
    ["otif", 4, 8],
    ["otifUnits", 17, 21],
    ["perfectOrder", 3, 8],
    ["sellerCancelRate", 1, 10],
    ["sellerCancelUnits", 2, 23],
  ])("%s is %i of %i", (key, n, d) => {
    expect(figures[key]?.of).toEqual({ n, d });
  });

  test("the index of perfect orders is the product of its rates, papers among them", () => {
    const papers = SET.map((one) => (one.id === "o1" ? { ...one, isWithoutDocuments: true } : one));
    const index = (set: OrderFacts[]) =>
      figuresOf(SERVICE, sumsOf(set, clock("100:00")))["perfectOrderIndex"]?.value;
    // seven parts of orders arrived: one was damaged on its way, and one came without papers
    expect(index(SET)).toBeCloseTo((5 / 8) * (5 / 9) * (6 / 7), 12);
    expect(index(papers)).toBeCloseTo((5 / 8) * (5 / 9) * (6 / 7) * (6 / 7), 12);
  });

  test("taking every order back leaves nothing", () => {
    const ledger = createLedger("Europe/Berlin");
    for (const one of SET) countOrders([one], ledger, 1);
    for (const one of SET) countOrders([one], ledger, -1);
    expect(ledger.gains()).toEqual([]);
  });

  test("an order due later is counted once its deadline is past, and then it has failed", () => {
    const later = figuresOf(SERVICE, sumsOf(SET, clock("100:00")));
    expect(later["onTimeShip"]?.of).toEqual({ n: 4, d: 8 });
    expect(later["otif"]?.of).toEqual({ n: 4, d: 9 });
  });

  test("the carrier's first scan stands for a departure that nobody scanned", () => {
    const unseen = { departedAt: clock("9:55"), dockedOutAt: null };
    const set = [someFacts("o1", { ...inTime, ...unseen, units: units(2) })];
    const figures = figuresOf([...SERVICE, ...QUALITY, ...CYCLES], sumsOf(set, NOW));
    const of = (key: string) => figures[key]?.of;
    expect([of("onTimeShip"), of("fillOrders"), of("damageInside")]).toEqual([
      { n: 1, d: 1 },
      { n: 1, d: 1 },
      { n: 0, d: 1 },
    ]);
    // how long it took to the dock, and from there on, nobody knows
    expect([of("clickToShip")?.d, of("clickToShipWorking")?.d, of("transit")?.d]).toEqual([
      0, 0, 0,
    ]);
  });

  test("what the seller cancelled while there was still time by our own clock was not late", () => {
    const cancelled = {
      ...by("seller", "11:00"),
      netShipBy: clock("13:00"),
      netDeliverBy: clock("22:00"),
    };
    const figures = figuresOf(SERVICE, sumsOf([someFacts("o1", cancelled)], NOW));
    expect(figures["onTimeShip"]?.of).toEqual({ n: 0, d: 0 });
    expect(figures["onTimeShipGross"]?.of).toEqual({ n: 0, d: 1 });
    expect(figures["inFull"]?.of).toEqual({ n: 0, d: 1 });
  });

  test("what the seller cancelled under a hold of the customer keeps the rest of the order counted", () => {
    const held = { ...by("seller", "9:00"), netShipBy: null };
    const parts = [
      someFacts("o1a", { ...inTime, customerOrder: "o1", units: units(1) }),
      someFacts("o1b", { ...held, customerOrder: "o1", units: units(1, 0) }),
    ];
    const figures = figuresOf(SERVICE, sumsOf(parts, NOW));
    expect(figures["onTimeShip"]?.of).toEqual({ n: 1, d: 1 });
    expect(figures["inFull"]?.of).toEqual({ n: 0, d: 1 });
  });

  test("a carrier answers for what it was told of, scanned at the dock or not", () => {
    const parcel = someFacts("o1", { departedAt: clock("9:55"), commitBy: clock("20:00") });
    const late = { ...parcel, deliveredAt: clock("21:00") };
    expect(figuresOf(CARRIERS, sumsOf([late], NOW))["carrierOnTime"]?.of).toEqual({ n: 0, d: 1 });
  });
});
