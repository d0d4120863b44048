import { describe, expect, test } from "vitest";
import {
  FLOOR_WEIGHT,
  addLabels,
  calibrated,
  calibrationBin,
  emptyCalibration,
  monotone,
  refit,
} from "../../../domain/forecast/calibration.ts";
import { timeInWords } from "../../../domain/forecast/explain.ts";
import { SLOT_MS, slotOfWeek, valueAt } from "../../../domain/forecast/grid.ts";
import { observe } from "../../../domain/forecast/observe.ts";
import { forecastAll } from "../../../domain/forecast/pass.ts";
import { rosterOf, sitePlanOf } from "../../../domain/forecast/plan.ts";
import {
  addResidual,
  normalMiss,
  survivalOf,
  type ResidualState,
} from "../../../domain/forecast/residuals.ts";
import { remember, settle } from "../../../domain/forecast/settle.ts";
import { createForecastState, type ForecastState } from "../../../domain/forecast/state.ts";
import {
  at,
  anOrder,
  DEADLINE,
  HOUR,
  manyOrders,
  MINUTE,
  NO_PLAN,
  PLAN,
  SITE,
  work,
} from "./floor-fixture.ts";

function begun(process: "pack" | "stage"): ForecastState {
  const state = createForecastState({ discipline: "due" });
  observe(
    state,
    [{ id: "first", process, kind: "started", at: at(6), recordedAt: at(6) }],
    PLAN,
    at(6),
  );
  return state;
}

const packRate = (state: ForecastState): number => state.lanes["pack"]?.perHead ?? 0;

describe("the rate of a lane", () => {
  test("is the output of half hours in which work waited, a head", () => {
    const state = begun("pack");
    work(state, "pack", 100, { from: at(7), to: at(11), waiting: 20 });
    expect(packRate(state)).toBeCloseTo(25, 0);
  });

  test("is never lowered by half hours in which it had nothing to wait for, and raised by better ones", () => {
    const state = begun("pack");
    work(state, "pack", 100, { from: at(7), to: at(11), waiting: 20 });
    work(state, "pack", 20, { from: at(11), to: at(16), waiting: 0 });
    expect(packRate(state)).toBeCloseTo(25, 0);
    work(state, "pack", 160, { from: at(16), to: at(20), waiting: 0 });
    expect(packRate(state)).toBeGreaterThan(28);
  });

  test("is learned for the half hour of the week where no shift plan tells who comes", () => {
    const state = begun("pack");
    const plan = NO_PLAN;
    for (const [day, perHour] of [
      [0, 120],
      [1, 60],
    ] as const) {
      const from = at(8) + day * 24 * HOUR;
      work(state, "pack", perHour, { from, to: from + 4 * HOUR, waiting: 20, plan });
    }
    const rateAt = (moment: number): number => {
      const pass = forecastAll(state, [anOrder(1)], plan, moment);
      return pass.floor.lanes.find(({ name }) => name === "pack")?.capacity.plannedRate ?? 0;
    };
    expect(rateAt(at(9) + 7 * 24 * HOUR)).toBeGreaterThan(100);
    expect(rateAt(at(9) + 8 * 24 * HOUR)).toBeLessThan(90);
    expect(rateAt(at(23) + 7 * 24 * HOUR)).toBe(0);
  });

  test("follows a better week at once, and a worse one in part", () => {
    const state = begun("pack");
    const week = 7 * 24 * HOUR;
    const mondays = [60, 120, 60].map((perHour, place) => {
      const from = at(8) + place * week;
      work(state, "pack", perHour, { from, to: from + 4 * HOUR, waiting: 20, plan: NO_PLAN });
      const pass = forecastAll(state, [anOrder(1)], NO_PLAN, at(9) + (place + 1) * week);
      return pass.floor.lanes.find(({ name }) => name === "pack")?.capacity.plannedRate ?? 0;
    });
    const [first = 0, better = 0, worse = 0] = mondays;
    expect(first).toBeCloseTo(60, 0);
    expect(better).toBeGreaterThan(105);
    expect(worse).toBeGreaterThan(75);
    expect(worse).toBeLessThan(105);
  });

  test("of today holds until its end, and not on the days after it", () => {
    const state = begun("pack");
    work(state, "pack", 100, { from: at(7), to: at(21), waiting: 20 });
    const day = 24 * HOUR;
    work(state, "pack", 150, { from: at(7) + day, to: at(11) + day, waiting: 20 });
    const pass = forecastAll(state, [anOrder(1)], PLAN, at(11) + day);
    const pack = pass.floor.lanes.find(({ name }) => name === "pack")?.capacity;
    const inHour = (hour: number): number =>
      valueAt(pack!.total, (hour + 1) * 60) - valueAt(pack!.total, hour * 60);
    const expected = pack!.plannedRate;
    // 19:00 of the day, and 9:00 of the next
    expect(inHour(8)).toBeGreaterThan(1.15 * expected);
    expect(inHour(22)).toBeLessThan(1.02 * expected);
  });

  test("is expected beyond the plan where it was on that weekday, and never below it", () => {
    const state = begun("pack");
    const week = 7 * 24 * HOUR;
    const workOn = (day: number, perHour: number) =>
      work(state, "pack", perHour, { from: at(7) + day, to: at(15) + day, waiting: 20 });
    const atOpening = (day: number): number => {
      const pass = forecastAll(state, [anOrder(1)], PLAN, at(6) + day);
      return pass.floor.lanes.find(({ name }) => name === "pack")?.capacity.factor ?? 0;
    };
    const days = [0, 1, 2, 3, 4].map((day) => day * 24 * HOUR);
    for (const day of days) workOn(day, 100);
    expect(atOpening(week)).toBeCloseTo(1, 1);
    for (const day of days) workOn(week + day, day === 0 ? 150 : day === days[1] ? 60 : 100);
    // the Monday was half as strong again, the Tuesday short of people
    expect(atOpening(2 * week)).toBeGreaterThan(1.15);
    expect(atOpening(2 * week)).toBeLessThan(1.35);
    expect(atOpening(2 * week + days[1]!)).toBe(1);
    expect(atOpening(2 * week + days[2]!)).toBeCloseTo(1, 1);
  });

  test("is what was done all the same where the calendar says closed, more with every week, and fades", () => {
    const state = begun("pack");
    const plan = NO_PLAN;
    const night = at(23);
    const rateAt = (moment: number): number => {
      const pass = forecastAll(state, [anOrder(1)], plan, moment);
      return pass.floor.lanes.find(({ name }) => name === "pack")?.capacity.plannedRate ?? 0;
    };
    work(state, "pack", 60, { from: night, to: night + HOUR, waiting: 20, plan });
    const week = 7 * 24 * HOUR;
    const once = rateAt(night + week);
    expect(once).toBeGreaterThan(20);
    expect(once).toBeLessThan(40);
    work(state, "pack", 60, { from: night + week, to: night + week + HOUR, waiting: 20, plan });
    const twice = rateAt(night + 2 * week);
    expect(twice).toBeGreaterThan(once);
    expect(rateAt(night + 3 * HOUR + week)).toBe(0);
    observe(state, [], plan, night + 9 * week);
    expect(rateAt(night + 9 * week)).toBeLessThan(twice / 2);
  });

  test("goes on for a while where somebody works now though the calendar says closed and no plan knows of it", () => {
    const state = begun("pack");
    const plan = NO_PLAN;
    const rateAt = (now: number): number => {
      const pass = forecastAll(state, [anOrder(1)], plan, now);
      return pass.floor.lanes.find(({ name }) => name === "pack")?.capacity.currentRate ?? 0;
    };
    // ends what was begun, and goes home
    work(state, "pack", 60, { from: at(21), to: at(22, 5), waiting: 20, plan });
    expect(rateAt(at(22, 10))).toBe(0);
    work(state, "pack", 60, { from: at(22, 10), to: at(23), waiting: 20, plan });
    expect(rateAt(at(23))).toBeGreaterThan(50);
    expect(rateAt(at(23))).toBeLessThan(80);
    expect(rateAt(at(23, 45))).toBe(0);
  });

  test("is that of the people who are planned, also outside the shifts, but not on a closed day", () => {
    const heads = { process: "pack" as const, days: [1, 2, 3, 4, 5, 6, 7], heads: 4 };
    const night = { ...heads, from: "22:00", to: "06:00" };
    const site = { ...SITE, closures: [{ date: "2026-01-18" }] };
    const roster = rosterOf(sitePlanOf(site, { heads: [night] }));
    expect(roster.headsAt("pack", at(23))).toBe(4);
    expect(roster.isOpen(at(23))).toBe(true);
    expect(roster.isOpen(at(3))).toBe(true);
    expect(roster.headsAt("pack", at(12))).toBe(0);
    // Monday 20:00 to Tuesday 08:00 without a gap; Saturday 22:00 to midnight, Sunday is closed, from Monday midnight on again
    expect(roster.openMs(at(20), at(32))).toBe(12 * HOUR);
    const saturday = at(12) + 5 * 24 * HOUR;
    expect(roster.openMs(saturday, saturday + 24 * HOUR)).toBe(2 * HOUR);
    expect(roster.headsAt("pack", saturday + 11 * HOUR)).toBe(4);
    expect(roster.headsAt("pack", saturday + 13 * HOUR)).toBe(0);
  });

  test("follows the clock on the wall on the days on which it is changed", () => {
    const heads = { process: "pack" as const, days: [7], from: "06:00", to: "14:00", heads: 4 };
    const roster = rosterOf(sitePlanOf(SITE, { heads: [heads] }));
    for (const [from, to] of [
      [Date.UTC(2026, 2, 29, 4), Date.UTC(2026, 2, 29, 12)],
      [Date.UTC(2026, 9, 25, 5), Date.UTC(2026, 9, 25, 13)],
    ] as const) {
      expect(roster.headsAt("pack", from - MINUTE)).toBe(0);
      expect(roster.headsAt("pack", from)).toBe(4);
      expect(roster.headsAt("pack", to - MINUTE)).toBe(4);
      expect(roster.headsAt("pack", to)).toBe(0);
      expect(roster.openMs(from - 3 * HOUR, to + 3 * HOUR)).toBe(8 * HOUR);
      expect(slotOfWeek("Europe/Berlin", from / SLOT_MS)).toBe(6 * 48 + 12);
      expect(timeInWords("Europe/Berlin", from, from)).toBe("06:00");
    }
  });

  test("does not count what is told long after its half hour, and waits for what comes a little late", () => {
    const state = begun("pack");
    const told = (moment: number, recordedAt: number) => ({
      id: "late",
      process: "pack" as const,
      kind: "completed" as const,
      at: moment,
      startedAt: moment - MINUTE,
      recordedAt,
    });
    observe(state, [told(at(7, 29), at(7, 31))], PLAN, at(7, 32));
    expect(state.lanes["pack"]?.open).toHaveLength(1);
    observe(state, [told(at(8, 10), at(9))], PLAN, at(9));
    expect(state.lanes["pack"]?.open).toEqual([]);
  });

  test("without start scans is busy only when more wait than people work", () => {
    const state = begun("stage");
    const passages = Array.from({ length: 60 }, (_, number) => ({
      id: `S${number}`,
      process: "stage" as const,
      kind: "completed" as const,
      at: at(7) + number * MINUTE,
      recordedAt: at(7) + number * MINUTE,
    }));
    for (const passage of passages) {
      const lane = state.lanes["stage"];
      if (lane !== undefined) lane.waiting = 4;
      observe(state, [passage], PLAN, passage.recordedAt);
    }
    observe(state, [], PLAN, at(9));
    expect(state.lanes["stage"]?.learned).toBe(0);
    expect(state.lanes["stage"]?.perHead).toBeGreaterThan(0);
  });
});

describe("the error of expected times", () => {
  test("is normal until something was learned", () => {
    const survival = survivalOf({});
    expect(normalMiss(60, 60)).toBeCloseTo(0.5, 6);
    // sd = sqrt(60 + 10.8^2 + 9) = 13.64
    expect(normalMiss(60, 60 + 13.6426)).toBeCloseTo(0.158_655, 3);
    expect(normalMiss(60, 60 - 13.6426)).toBeCloseTo(0.841_345, 3);
    expect(survival(2, 60, 80)).toBeCloseTo(normalMiss(60, 80), 9);
  });

  test("moves to what was seen, first for the process and size that showed it", () => {
    const state: ResidualState = {};
    for (let count = 0; count < 2_000; count += 1) {
      const actualMinutes = 60 * (1.4 + 0.2 * ((count % 100) / 100));
      addResidual(state, {
        process: "pack",
        expectedMinutes: 60,
        actualMinutes,
        isCensored: false,
      });
    }
    const survival = survivalOf(state);
    expect(survival(2, 60, 80)).toBeGreaterThan(0.95);
    expect(survival(2, 60, 100)).toBeLessThan(0.06);
    expect(survival(1, 60, 80)).toBeGreaterThan(0.8);
  });

  test("counts an order out of sight as at risk until then, not as ended", () => {
    const state: ResidualState = {};
    const add = (actualMinutes: number, isCensored: boolean): void =>
      addResidual(state, { process: "pack", expectedMinutes: 60, actualMinutes, isCensored });
    for (let count = 0; count < 4_000; count += 1) {
      add(30, true);
      add(120, false);
    }
    expect(survivalOf(state)(2, 60, 100)).toBeGreaterThan(0.9);
  });
});

describe("calibration", () => {
  test("finds the closest values that never fall", () => {
    expect(monotone([0.1, 0.3, 0.2, 0.9], [1, 1, 1, 1])).toEqual([0.1, 0.25, 0.25, 0.9]);
    expect(monotone([0.9, 0.1], [1, 3])[0]).toBeCloseTo(0.3, 9);
    expect(monotone([0.1, 0.2], [1, 1])).toEqual([0.1, 0.2]);
  });

  test("leaves forecasts alone until enough is known, then shows what is seen", () => {
    const state = emptyCalibration();
    addLabels(state, calibrationBin(0.3), 150, true);
    addLabels(state, calibrationBin(0.3), 150, false);
    refit(state, FLOOR_WEIGHT);
    expect(calibrated(state.curve, 0.3)).toBe(0.3);
    addLabels(state, calibrationBin(0.3), 10_000, true);
    addLabels(state, calibrationBin(0.3), 10_000, false);
    addLabels(state, calibrationBin(0.01), 50_000, false);
    refit(state, FLOOR_WEIGHT);
    expect(calibrated(state.curve, 0.3)).toBeGreaterThan(0.4);
    expect(calibrated(state.curve, 0.01)).toBeLessThan(0.01);
    expect(calibrated(state.curve, 0.999)).toBeGreaterThan(0.9);
  });
});

describe("what became of forecasts", () => {
  const now = at(14);
  function remembered(): ForecastState {
    const state = begun("pack");
    work(state, "pack", 100, { from: at(7), to: at(11), waiting: 20 });
    const orders = manyOrders(10);
    remember(state, forecastAll(state, orders, PLAN, now), orders);
    return state;
  }
  const rows = (state: ForecastState): number =>
    state.calibration.rows.reduce((sum, count) => sum + count, 0);
  const residuals = (state: ForecastState, kind: "seen" | "lost"): number =>
    (state.residuals["all"]?.[kind] ?? []).reduce((sum, count) => sum + count, 0);

  test("is learned when an order is ready", () => {
    const state = remembered();
    expect(Object.keys(state.pending)).toHaveLength(10);
    settle(state, [{ id: "O3", readyAt: at(14, 20) }], PLAN, at(14, 20));
    expect(rows(state)).toBe(1);
    expect(residuals(state, "seen")).toBe(1);
    expect(state.pending["O3"]).toBeUndefined();
  });

  test("is a miss at the deadline, and an error when it is ready at last", () => {
    const state = remembered();
    settle(state, [{ id: "O3", readyAt: null }], PLAN, DEADLINE - MINUTE);
    expect(rows(state)).toBe(0);
    settle(state, [{ id: "O3", readyAt: null }], PLAN, DEADLINE);
    settle(state, [{ id: "O3", readyAt: null }], PLAN, DEADLINE + MINUTE);
    expect(state.calibration.misses.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(residuals(state, "seen")).toBe(0);
    settle(state, [{ id: "O3", readyAt: DEADLINE + HOUR }], PLAN, DEADLINE + HOUR);
    expect(rows(state)).toBe(1);
    expect(residuals(state, "seen")).toBe(1);
  });

  test("of a cancelled order is only that it was not ready until then", () => {
    const state = remembered();
    settle(state, [{ id: "O3", readyAt: null, isCancelled: true }], PLAN, at(15));
    expect([rows(state), residuals(state, "seen"), residuals(state, "lost")]).toEqual([0, 0, 1]);
  });

  test("is remembered every 20 minutes, once at the entry of a process and once at random", () => {
    const state = remembered();
    const orders = manyOrders(10);
    for (let minute = 1; minute <= 60; minute += 1) {
      const moment = now + minute * MINUTE;
      remember(state, forecastAll(state, orders, PLAN, moment), orders);
    }
    const pending = state.pending["O3"];
    expect(Object.values(pending?.bins ?? {}).reduce((sum, count) => sum + count, 0)).toBe(4);
    expect([pending?.entries.length, pending?.random.length]).toEqual([1, 1]);
  });
});
