import { describe, expect, test } from "vitest";
import {
  explain,
  likelihoodOf,
  percentInWords,
  withMorePeople,
} from "../../../domain/forecast/explain.ts";
import { observe } from "../../../domain/forecast/observe.ts";
import { forecastAll } from "../../../domain/forecast/pass.ts";
import { sitePlanOf } from "../../../domain/forecast/plan.ts";
import {
  createForecastState,
  restoreForecastState,
  type ForecastState,
} from "../../../domain/forecast/state.ts";
import {
  anOrder,
  at,
  DEADLINE,
  HOUR,
  manyOrders,
  MINUTE,
  NO_PLAN,
  PLAN,
  SITE,
  work,
} from "./floor-fixture.ts";

/** Packing does 95 an hour with four people; picking and the dock keep up. */
function learnedState(to = at(14)): ForecastState {
  const state = createForecastState({ discipline: "due" });
  for (const process of ["pick", "pack", "stage"] as const) {
    observe(
      state,
      [{ id: "first", process, kind: "started", at: at(6), recordedAt: at(6) }],
      PLAN,
      at(6),
    );
  }
  work(state, "pick", 200, { from: at(6), to: at(7), waiting: 0 });
  work(state, "stage", 400, { from: at(7), to: at(8), waiting: 0 });
  work(state, "pack", 95, { from: at(8), to, waiting: 50 });
  return state;
}

const now = at(14, 10);

describe("a forecast", () => {
  test("expects an order when the work ahead of it is done at the rate of the floor", () => {
    const state = learnedState(now);
    const orders = manyOrders(143);
    const last = forecastAll(state, orders, PLAN, now).forecasts[142];
    // 142 orders at 95 an hour take 90 minutes
    expect(((last?.eta ?? 0) - now) / MINUTE).toBeGreaterThan(85);
    expect(((last?.eta ?? 0) - now) / MINUTE).toBeLessThan(97);
    expect(last?.ahead).toBe(142);
    expect(last?.bottleneck).toBe("pack");
  });

  test("gives the first in line its time, the last none, and the same alone as among all", () => {
    const state = learnedState(now);
    const orders = manyOrders(250);
    const pass = forecastAll(state, orders, PLAN, now);
    const chances = pass.forecasts.map(({ p }) => p);
    expect(chances[0]).toBeLessThan(0.001);
    expect(chances[249]).toBeGreaterThan(0.95);
    expect(chances).toEqual(chances.toSorted((a, b) => a - b));
    const order = orders[120];
    expect(order && pass.one(order)).toEqual(pass.forecasts[120]);
  });

  test("counts upstream work that has a better key, not work that has a worse one", () => {
    const state = learnedState(now);
    const order = anOrder(0);
    const upstream = manyOrders(60, { stage: "allocated", deadline: DEADLINE - HOUR });
    const later = manyOrders(60, { deadline: DEADLINE + HOUR }).map((one) => ({
      ...one,
      id: `${one.id}b`,
    }));
    const alone = forecastAll(state, [order], PLAN, now).forecasts[0];
    const behind = forecastAll(state, [order, ...upstream], PLAN, now).forecasts[0];
    const before = forecastAll(state, [order, ...later], PLAN, now).forecasts[0];
    expect(before?.eta).toBe(alone?.eta);
    expect(((behind?.eta ?? 0) - (alone?.eta ?? 0)) / MINUTE).toBeGreaterThan(30);
  });

  test("knows a late order, a ready one and one that was ready too late", () => {
    const state = learnedState(now);
    const orders = [
      anOrder(1, { deadline: now - MINUTE }),
      anOrder(2, { stage: "staged", stageSince: DEADLINE - MINUTE }),
      anOrder(3, { stage: "staged", stageSince: DEADLINE + MINUTE }),
    ];
    expect(forecastAll(state, orders, PLAN, now).forecasts.map(({ p }) => p)).toEqual([1, 0, 1]);
  });

  test("waits for the end of a hold, and others do not wait for the held one", () => {
    const state = learnedState(now);
    const until = at(15, 30);
    const held = anOrder(0, { hold: { type: "ADDRESS", since: at(13), until } });
    const [first, second] = forecastAll(state, [held, anOrder(1)], PLAN, now).forecasts;
    expect(first?.heldUntil).toBe(until);
    expect(first?.eta).toBeGreaterThan(until);
    expect(second?.ahead).toBe(0);
  });

  test("does not work through the night", () => {
    const state = learnedState(now);
    const orders = manyOrders(1000, { deadline: at(15 + 24, 45) });
    const last = forecastAll(state, orders, PLAN, now).forecasts[999];
    // 750 until 22:00, the rest from 06:00
    expect(last?.eta).toBeGreaterThan(at(6 + 24));
    expect(last?.eta).toBeLessThan(at(9 + 24, 30));
  });

  test("sees a stop within half an hour", () => {
    const state = learnedState(at(13, 30));
    const lane = state.lanes["pack"];
    if (lane !== undefined) lane.waiting = 100;
    observe(state, [], PLAN, at(14, 5));
    const order = anOrder(1);
    const stopped = forecastAll(state, [...manyOrders(100), order], PLAN, at(14, 5));
    const view = stopped.floor.lanes.find(({ name }) => name === "pack");
    expect(view?.capacity.factor).toBeLessThan(0.3);
  });

  test("expects more urgent orders to come at the hour at which they came before", () => {
    const state = learnedState(now);
    const tomorrow = at(15 + 24, 45);
    const before = forecastAll(state, manyOrders(100, { deadline: tomorrow }), PLAN, now);
    const weekAgo = createForecastState({ discipline: "due" });
    Object.assign(weekAgo, { lanes: state.lanes, since: state.since });
    const received = Array.from({ length: 80 }, (_, number) => ({
      id: `R${number}`,
      process: "allocate" as const,
      kind: "received" as const,
      at: at(14, 30) - 7 * 24 * HOUR + number * 20_000,
      recordedAt: at(14, 30) - 7 * 24 * HOUR + number * 20_000,
      deadline: DEADLINE - 7 * 24 * HOUR,
    }));
    observe(weekAgo, received, PLAN, at(15, 30) - 7 * 24 * HOUR);
    observe(weekAgo, [], PLAN, now);
    const after = forecastAll(weekAgo, manyOrders(100, { deadline: tomorrow }), PLAN, now);
    const [early, late] = [before.forecasts[99], after.forecasts[99]];
    expect(late?.overtaking).toBeGreaterThan(30);
    expect(late?.eta).toBeGreaterThan((early?.eta ?? Infinity) + 20 * MINUTE);
  });

  test("uses the site's budgets and says so while nothing is known", () => {
    const state = createForecastState();
    const pass = forecastAll(state, [anOrder(1)], NO_PLAN, now);
    const [forecast] = pass.forecasts;
    expect(pass.basis).toBe("budgets");
    // 40 min from picked to packed, 15 to the dock
    expect(((forecast?.eta ?? 0) - now) / MINUTE).toBe(55);
    expect(forecast && explain(state, forecast, pass, NO_PLAN)).toContain(
      "Not enough history: budgets used",
    );
  });

  test("takes the stations of the site file until rates are learned", () => {
    const station = { id: "P1", stage: "packing" as const, ratePerHour: 30 };
    const site = { ...SITE, stations: [station, { ...station, id: "P2" }] };
    const plan = sitePlanOf(site);
    const last = forecastAll(createForecastState(), manyOrders(61), plan, now).forecasts[60];
    expect(((last?.eta ?? 0) - now) / MINUTE).toBeGreaterThan(60);
    expect(((last?.eta ?? 0) - now) / MINUTE).toBeLessThan(80);
  });

  test("changes nothing of its state, which is plain JSON and comes back as it was", () => {
    const state = learnedState(now);
    const stored = JSON.stringify(state);
    const before = forecastAll(state, manyOrders(50), PLAN, now).forecasts;
    expect(JSON.stringify(state) === stored).toBe(true);
    const restored = restoreForecastState(JSON.parse(stored));
    expect(forecastAll(restored, manyOrders(50), PLAN, now).forecasts).toEqual(before);
    expect(restoreForecastState({ ...state, version: 0 }).lanes).toEqual({});
    expect(restoreForecastState(null).since).toBeNull();
  });
});

describe("a forecast in words", () => {
  test("names the truck, the queue, the rate and the time", () => {
    const state = learnedState(now);
    const orders = manyOrders(160);
    const pass = forecastAll(state, orders, PLAN, now);
    const forecast = pass.forecasts[159];
    const [headline] = forecast === undefined ? [] : explain(state, forecast, pass, PLAN);
    expect(headline).toMatch(
      /^\d+ % likely to miss the 16:00 truck: 159 orders ahead in packing, current rate 9\d an hour, expected ready 15:5\d$/,
    );
  });

  test("names no truck where the ship-by is none's time, and tells awaited stock from a hold", () => {
    const state = learnedState(now);
    const early = anOrder(0, { deadline: DEADLINE - 7 * MINUTE });
    const held = { since: at(13), until: at(15) };
    const onHold = anOrder(1, { hold: { type: "ADDRESS", ...held } });
    const awaited = anOrder(2, { hold: { type: "backorder", ...held } });
    const missed = anOrder(3, { deadline: DEADLINE - 3 * HOUR });
    const pass = forecastAll(state, [early, onHold, awaited, missed], PLAN, now);
    const all = pass.forecasts.map((one) => explain(state, one, pass, PLAN));
    const [first, second, third, fourth] = all;
    expect(fourth?.[0]).toMatch(/^Has missed its ship-by, 13:00: .*expected ready/);
    expect(first?.[0]).toMatch(/ likely to miss its ship-by, 15:53: /);
    expect(second?.[0]).toMatch(/ likely to miss the 16:00 truck: /);
    expect(second).toContain("On hold, expected until 15:00");
    expect(third).toContain("Out of stock, expected until 15:00");
  });

  test("says what two more packers would change", () => {
    const state = learnedState(now);
    const orders = manyOrders(160);
    const order = orders[159] ?? anOrder(159);
    const before = forecastAll(state, orders, PLAN, now).one(order).p;
    const after = withMorePeople(state, orders, order, PLAN, now, { lane: "pack", added: 2 });
    expect(before).toBeGreaterThan(0.6);
    expect(after?.p).toBeLessThan(0.1);
    expect(after?.words).toMatch(/^With 2 more packers: (less than 1|\d+) %$/);
    const fewer = withMorePeople(state, orders, order, PLAN, now, { lane: "pack", added: -1 });
    expect(fewer?.p).toBeGreaterThan(before);
    expect(fewer?.words).toMatch(/^With 1 packer less: /);
  });

  test("does not guess what more people would change where nobody is known to work", () => {
    const state = learnedState(now);
    const order = anOrder(1);
    expect(
      withMorePeople(state, [order], order, NO_PLAN, now, { lane: "pack", added: 2 }),
    ).toBeNull();
  });

  test("gives at most three reasons, holds and a slow floor among them", () => {
    const state = learnedState(at(13, 30));
    const lane = state.lanes["pack"];
    if (lane !== undefined) lane.waiting = 100;
    observe(state, [], PLAN, at(14, 5));
    const order = anOrder(999, { hold: { type: "ADDRESS", since: at(13), until: at(14, 20) } });
    const pass = forecastAll(state, [...manyOrders(100), order], PLAN, at(14, 5));
    const reasons = explain(state, pass.one(order), pass, PLAN);
    expect(reasons).toHaveLength(3);
    expect(reasons[1]).toBe("On hold, expected until 14:20");
    expect(reasons[2]).toMatch(/^Packing is slower than expected: \d+ an hour instead of 9\d$/);
  });

  test("never claims certainty, and says the word before the number", () => {
    expect([0.001, 0.996, 0.5, 1].map(percentInWords)).toEqual([
      "less than 1 %",
      "more than 99 %",
      "50 %",
      "100 %",
    ]);
    expect([0.1, 0.3, 0.6, 0.85].map(likelihoodOf)).toEqual([
      "unlikely",
      "possible",
      "likely",
      "very likely",
    ]);
  });
});
