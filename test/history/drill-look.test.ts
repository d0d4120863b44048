/** What a screen counts and what the orders behind it add up to are the same, in the figure's own unit. */
import { expect, test } from "vitest";
import { CATALOG } from "../../domain/analytics/catalog.ts";
import type { Definition } from "../../domain/analytics/definition.ts";
import { LOSSES, STAGE_FIGURES } from "../../domain/analytics/definitions-flow.ts";
import { createLedger } from "../../domain/analytics/ledger.ts";
import type { Dimension } from "../../domain/analytics/places.ts";
import type { Leg } from "../../domain/analytics/legs.ts";
import type { Look } from "../../domain/analytics/look.ts";
import { countOrders } from "../../domain/analytics/measures.ts";
import { merge, noSums, type Sums } from "../../domain/analytics/sums.ts";
import { heatKey, lookAt } from "../../history/queries/drill-look.ts";
import { shown } from "../../history/queries/orders.ts";
import { someFacts } from "../domain/analytics/some-facts.ts";
import { clock } from "../support/builders.ts";

const ZONE = "Europe/Berlin";
const MIN = 60_000;
const aLeg = (at: string, work: number, attempt: number, wait: number | null): Leg => ({
  stage: "packed",
  from: "picked",
  to: "packed",
  at: clock(at),
  ms: work + 5 * MIN,
  work,
  hold: 2 * MIN,
  night: 3 * MIN,
  wait,
  attempt,
  station: "P1",
});
const aBox = (goodsMl: number, fillerG: number) => ({
  parcelId: "P",
  sides: [300, 200, 150] as [number, number, number],
  boxG: 160,
  isEstimated: false,
  fillerG,
  goodsMl,
  weightG: 900,
  isRecyclable: fillerG < 30,
});

/** Packed twice at one station, short by two of five units, and late for two reasons; and one that went well. */
const ORDERS = [
  someFacts("a", {
    stage: "delivered",
    departedAt: clock("10:30"),
    deliveredAt: clock("19:00"),
    closedAt: clock("19:00"),
    units: { ordered: 5, lines: 3, linesComplete: 2, short: 2, delivered: 3, deliveredInTime: 3 },
    parcels: { shipped: 2, scanned: 1 },
    picks: { at: clock("8:30"), lines: 3, caught: 1, escaped: 1 },
    scans: { expected: 7, recorded: 5 },
    legs: [aLeg("9:00", 20 * MIN, 1, 15 * MIN), aLeg("9:40", 9 * MIN, 2, 4 * MIN)],
    losses: [
      { about: "ship", reason: "SLOW", stage: "packed", owner: "internal", ms: 20 * MIN },
      { about: "ship", reason: "STOCK_OUT", stage: "picked", owner: "internal", ms: 10 * MIN },
    ],
    packed: [aBox(2_000, 20), aBox(8_000, 40)],
  }),
  someFacts("b", {
    stage: "delivered",
    departedAt: clock("9:50"),
    deliveredAt: clock("18:00"),
    closedAt: clock("18:00"),
    units: { ordered: 2, lines: 1, linesComplete: 1, short: 0, delivered: 2, deliveredInTime: 2 },
    parcels: { shipped: 1, scanned: 1 },
    picks: { at: clock("8:20"), lines: 1, caught: 0, escaped: 0 },
    scans: { expected: 6, recorded: 6 },
    legs: [aLeg("9:10", 6 * MIN, 1, null)],
    packed: [aBox(6_000, 0)],
  }),
  someFacts("c", {
    stage: "handed_over",
    departedAt: clock("9:55"),
    // of a parcel only the filler is known; the other has sides that make no whole millilitres
    packed: [{ parcelId: "P", isEstimated: true, fillerG: 25, isRecyclable: true }],
  }),
  someFacts("d", {
    stage: "handed_over",
    departedAt: clock("9:56"),
    packed: [{ ...aBox(1_000, 0), sides: [123, 111, 107] as [number, number, number] }],
  }),
];
const WINDOW = { from: clock("0:00"), to: clock("23:00"), now: clock("23:00"), zone: ZONE };

function sumsAt(dim: Dimension, value: string): Sums {
  const ledger = createLedger(ZONE);
  for (const facts of ORDERS) countOrders([facts], ledger, 1);
  const sums = noSums();
  for (const gain of ledger.gains())
    if (gain.grain === "day" && gain.dim === dim && gain.value === value) merge(sums, gain.sums);
  return sums;
}

const looksAt = (metric: string, dim: Dimension, value: string): Look[] =>
  ORDERS.flatMap((facts) => lookAt(facts, { ...WINDOW, metric, dim, value }) ?? []);

const sumOf = (looks: readonly Look[], of: (look: Look) => number | undefined): number =>
  looks.reduce((sum, look) => sum + (of(look) ?? 0), 0);

/** Of the figure's own numerator and denominator, or of its value. */
function addsUp({ key, read }: Definition, dim: Dimension, value: string): void {
  const figure = read(sumsAt(dim, value));
  const looks = looksAt(key, dim, value);
  const parts = looks.filter(({ of }) => of !== undefined);
  if (parts.length > 0)
    expect({ key, n: sumOf(parts, ({ of }) => of?.n), d: sumOf(parts, ({ of }) => of?.d) }).toEqual(
      { key, n: expect.closeTo(figure.of?.n ?? NaN, 6), d: expect.closeTo(figure.of?.d ?? NaN, 6) },
    );
  else
    expect({ key, sum: sumOf(looks, (look) => look.value) }).toEqual({
      key,
      sum: expect.closeTo(figure.of?.n ?? figure.value ?? NaN, 6),
    });
}

const UNITS = ["otifUnits", "fillLines", "fillUnits", "sellerCancelUnits", "validTracking"];
const RATES = ["pickAccuracyLines", "caughtInside", "scanCompleteness"];
const named = (list: readonly Definition[], keys: readonly string[]): Definition[] =>
  keys.map((key) => list.find((one) => one.key === key)!);

test.each([
  ...named(CATALOG.otif, UNITS),
  ...named(CATALOG.quality, RATES),
  ...CATALOG.packaging,
  ...CATALOG["cycle-times"].filter(({ key }) => key !== "clickToShipWorking"),
  ...LOSSES,
])("$key of all orders", (definition) => addsUp(definition, "all", ""));

test.each(named(STAGE_FIGURES, ["work", "elapsed", "wait", "touch", "hold", "night", "waitShare"]))(
  "$key of all passes of a station, twice of one order",
  (definition) => addsUp(definition, "station", "P1"),
);

test("units that went through a station", () => {
  addsUp(named(STAGE_FIGURES, ["throughputUnits"])[0]!, "station", "P1");
});

test("each pass is a duration of its own", () => {
  expect(looksAt("work", "station", "P1").map(({ passes }) => passes)).toEqual([
    [20 * MIN, 9 * MIN],
    [6 * MIN],
  ]);
});

test("an order whose clock a hold has stopped is shown with what was promised, not with nothing", () => {
  const [shipBy, deliverBy] = [clock("15:00"), clock("60:00")];
  const held = someFacts("held", { shipBy, deliverBy, netShipBy: null, netDeliverBy: null });
  const look = { at: clock("8:00"), isFailed: false };
  expect(shown(held, look)).toMatchObject({ shipBy, deliverBy });
  const goesOn = { ...held, netShipBy: clock("17:00"), netDeliverBy: clock("62:00") };
  expect(shown(goesOn, look)).toMatchObject({ shipBy: clock("17:00"), deliverBy: clock("62:00") });
});

test.each([
  ["Europe/London", "2026-10-25T17:25:00Z", "7 17"],
  ["Europe/London", "2026-10-25T00:30:00Z", "7 1"],
  ["Europe/London", "2026-10-25T01:30:00Z", "7 1"],
  ["Europe/London", "2026-03-29T17:25:00Z", "7 18"],
  ["America/New_York", "2026-11-01T16:11:00Z", "7 11"],
  ["America/New_York", "2026-11-02T04:59:00Z", "7 23"],
  ["America/Santiago", "2026-09-06T12:14:00Z", "7 9"],
  ["Asia/Kathmandu", "2026-06-01T00:30:00Z", "1 6"],
])("the hour of the week is the one that the clocks show: %s %s", (zone, at, key) => {
  expect(heatKey(zone, Date.parse(at))).toBe(key);
});

test("a moment belongs to the hour in which it is counted, where the clocks change by half of one", () => {
  // counted in the hour from 02:30, which is the first after the change at 02:00
  expect(heatKey("Australia/Lord_Howe", Date.parse("2026-10-03T16:10:00Z"))).toBe("7 2");
});
