import { describe, expect, test } from "vitest";
import { forecastAll, forecastInSteps } from "../../../domain/forecast/pass.ts";
import { sitePlanOf } from "../../../domain/forecast/plan.ts";
import { createForecastState, laneStateOf } from "../../../domain/forecast/state.ts";
import {
  asOfNow,
  caseOf,
  changedCase,
  headsFor,
  isStale,
  tallyOf,
  turned,
  verdictInWords,
  type OrderChanges,
} from "../../../domain/forecast/what-if.ts";
import type { Row } from "../../../domain/board.ts";
import { aRow } from "../../support/board-rows.ts";
import { BER, ms } from "../time-fixtures.ts";

const NOW = ms("2026-02-11T10:00:00+01:00");
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DOCK = 15 * MINUTE;
const TRUCK = { id: "A-1", at: NOW + 2 * HOUR };
const NOTHING: OrderChanges = { released: new Set(), upgraded: new Map(), delayed: new Map() };

const SITE = {
  ...BER,
  stages: ["received", "picked", "packed", "staged", "handed_over"] as typeof BER.stages,
  stations: [
    { id: "P1", stage: "packed" as const, ratePerHour: 20 },
    { id: "P2", stage: "packed" as const, ratePerHour: 20 },
    { id: "K1", stage: "picked" as const, ratePerHour: 60 },
    { id: "D1", stage: "staged" as const, ratePerHour: 200 },
  ],
};
const PLAN = sitePlanOf(SITE);
const waiting = (count: number, change: Partial<Row> = {}) =>
  Array.from({ length: count }, (_, n) =>
    aRow({
      id: `SO-${n}`,
      stage: "picked",
      stageSince: NOW - HOUR,
      placedAt: NOW - 3 * HOUR + n * 1_000,
      pickup: TRUCK,
      due: TRUCK.at,
      ...change,
    }),
  ).flatMap((row) => caseOf(row, DOCK) ?? []);

describe("a row as the models see it", () => {
  test("has its deadline on the dock, its zone and its hold", () => {
    const row = aRow({ due: TRUCK.at, zone: "A", holds: [{ code: "HOLD_FRAUD", until: NOW }] });
    expect(caseOf(row, DOCK)?.order).toMatchObject({
      deadline: TRUCK.at - DOCK,
      zone: "A",
      hold: { type: "HOLD_FRAUD", until: NOW },
    });
  });

  test("is none after hand-over and without a promise", () => {
    expect(caseOf(aRow({ dueKind: "deliver", due: NOW }), DOCK)).toBeNull();
    expect(caseOf(aRow({ due: null }), DOCK)).toBeNull();
  });
});

describe("what changes for an order", () => {
  const [one] = waiting(1);
  if (one === undefined) throw new Error("one case");

  test("a truck that waits gives time to those promised for it, and to nobody whose promise is broken", () => {
    const delayed = new Map([["A-1", 15 * MINUTE]]);
    const changed = changedCase(one, { ...NOTHING, delayed }, DOCK);
    expect(changed.order.deadline - one.order.deadline).toBe(15 * MINUTE);
    const broken = { ...one, order: { ...one.order, deadline: one.order.deadline - MINUTE } };
    expect(changedCase(broken, { ...NOTHING, delayed }, DOCK)).toBe(broken);
    const later = { ...one, order: { ...one.order, deadline: one.order.deadline + HOUR } };
    expect(changedCase(later, { ...NOTHING, delayed }, DOCK)).toBe(later);
  });

  test("a hold ends only for those named", () => {
    const held = { ...one, order: { ...one.order, hold: { type: "HOLD_FRAUD" } } };
    const released = new Set([one.order.id]);
    expect(changedCase(held, { ...NOTHING, released }, DOCK).order.hold).toBeNull();
    expect(changedCase(held, NOTHING, DOCK)).toBe(held);
  });

  test("another service never takes time away", () => {
    const give = (deadline: number) =>
      changedCase(
        one,
        { ...NOTHING, upgraded: new Map([[one.order.id, { deadline, carrier: "B" }]]) },
        DOCK,
      ).order;
    expect(give(NOW)).toMatchObject({ deadline: one.order.deadline, carrier: "B" });
    expect(give(NOW + 9 * HOUR).deadline).toBe(NOW + 9 * HOUR);
  });
});

describe("people", () => {
  const cases = waiting(100);
  const pass = forecastAll(
    createForecastState(),
    cases.map(({ order }) => order),
    PLAN,
    NOW,
  );
  const words = (lane: string) => lane;

  test("more at the bottleneck save orders, and fewer lose some", () => {
    const forecastWith = (people: number) => {
      const { change } = headsFor([{ to: "pack", people }], pass.floor, words);
      return forecastAll(
        createForecastState(),
        cases.map(({ order }) => order),
        PLAN,
        NOW,
        change,
      ).forecasts;
    };
    const more = turned(cases, pass.forecasts, forecastWith(2));
    expect(more.saved.length).toBeGreaterThan(10);
    expect(more.lost).toEqual([]);
    const back = turned(cases, forecastWith(2), pass.forecasts);
    expect(back.lost).toEqual(more.saved);
  });

  test("who is not there cannot leave, and that is said", () => {
    const { change, notes } = headsFor(
      [{ from: "pick", to: "pack", people: 3 }],
      pass.floor,
      words,
    );
    expect(change).toEqual({ pick: -1, pack: 1 });
    expect(notes).toEqual(["Only 1 people work in pick: more cannot leave."]);
  });

  test("where nobody is known to work nothing is pretended", () => {
    const { change, notes } = headsFor([{ to: "check", people: 2 }], pass.floor, words);
    expect(change).toEqual({});
    expect(notes[0]).toContain("Nobody is known to work in check");
  });

  test("who comes after a break or with the next shift is reckoned with", () => {
    const shift = (from: string, heads: number) => ({
      heads: [{ process: "pack" as const, days: [3], from, to: "22:00", heads }],
    });
    const floorWith = (from: string) =>
      forecastAll(
        createForecastState(),
        cases.map(({ order }) => order),
        sitePlanOf(SITE, shift(from, 4)),
        NOW,
      ).floor;
    const soon = headsFor([{ to: "pack", people: 2 }], floorWith("11:00"), words);
    expect(soon).toEqual({ change: { pack: 2 }, notes: [] });
    const late = headsFor([{ to: "pack", people: 2 }], floorWith("15:00"), words);
    expect(late.notes[0]).toContain("Nobody is known to work in pack in the next hours");
  });

  test("come to the zone where work waits", () => {
    const zoned = [...waiting(30, { stage: "released", zone: "A" }), ...waiting(10, { zone: "B" })];
    const { floor } = forecastAll(
      createForecastState(),
      zoned.map(({ order }) => order),
      PLAN,
      NOW,
    );
    const { change } = headsFor([{ to: "pick", people: 2 }], floor, words);
    expect(change["pick:A"]).toBeGreaterThan(1.9);
  });
});

test("the tally of all orders and of their trucks adds up", () => {
  const cases = [...waiting(100), ...waiting(3, { due: NOW - HOUR, pickup: TRUCK })];
  const { forecasts } = forecastAll(
    createForecastState(),
    cases.map(({ order }) => order),
    PLAN,
    NOW,
  );
  const tally = tallyOf(cases, forecasts, NOW);
  expect(tally.safe + tally.savable + tally.lost).toBe(103);
  expect(tally.lost).toBe(3);
  expect(tally.pickups).toHaveLength(1);
  expect(tally.pickups[0]).toMatchObject({ pickup: "A-1", orders: 103 });
  expect(tally.pickups[0]?.misses).toBe(tally.savable + tally.lost);
  expect(tally.pickups[0]?.expectedMisses).toBeCloseTo(tally.expectedMisses, 5);
});

test("a pass in steps says the same as a pass at once", () => {
  const orders = waiting(50).map(({ order }) => order);
  const steps = forecastInSteps(createForecastState(), orders, PLAN, NOW);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  expect(step.value.forecasts).toEqual(
    forecastAll(createForecastState(), orders, PLAN, NOW).forecasts,
  );
});

test("what was kept some minutes ago counts as the last half hour, and later not at all", () => {
  const state = createForecastState();
  const lane = laneStateOf(state, "pack");
  Object.assign(lane, { perHead: 20, waiting: 40, learned: 20 });
  const step = Math.floor(NOW / (5 * MINUTE));
  lane.recent = [1, 2, 3, 4, 5, 6].map((back) => [step - back, 4, 4]);
  state.observedAt = NOW;
  const later = NOW + 10 * MINUTE;
  expect(asOfNow(state, later).lanes["pack"]?.recent[0]?.[0]).toBe(step - 1 + 2);
  expect(lane.recent[0]?.[0]).toBe(step - 1);
  expect(isStale(state, later)).toBe(false);
  const muchLater = NOW + HOUR;
  expect(isStale(state, muchLater)).toBe(true);
  // no work is known to wait: no stop is read from silence
  expect(asOfNow(state, muchLater).lanes["pack"]).toMatchObject({ recent: [], waiting: 0 });
});

test("the verdict is a sentence", () => {
  const tally = (expectedMisses: number, savable = 0) => ({
    safe: 0,
    savable,
    lost: 2,
    expectedMisses,
    pickups: [],
  });
  expect(verdictInWords(tally(37.4, 36), tally(12.2, 12), 25, 1)).toBe(
    "Saves 25 orders, loses 1 order: 14 instead of 38 misses are expected.",
  );
  expect(verdictInWords(tally(20.2, 17), tally(39.6, 38), 0, 21)).toBe(
    "Saves none, loses 21 orders: 40 instead of 19 misses are expected.",
  );
  expect(verdictInWords(tally(9.4), tally(8.6), 0, 0)).toContain("8.6 instead of 9.4");
  expect(verdictInWords(tally(3), tally(3.1), 0, 0)).toBe("It changes nothing that can be told.");
  expect(verdictInWords(tally(9), tally(7), 0, 0)).toContain("No order's verdict turns");
});
