import { expect, test } from "vitest";
import { DAILY, HOURLY, rateAt, surgeArrivals, usualArrivals } from "../../simulator/arrivals.ts";
import type { Incident } from "../../simulator/model.ts";
import { localTimeOf } from "../../simulator/local-time.ts";
import { DAY, HOUR, MONDAY, oneSite, planFor, preset } from "./world.ts";

const plan = planFor(oneSite(preset("normal"), 4_000));
const WEEKS = 20;

const hours = Array.from({ length: WEEKS * 7 * 24 }, (_, index) => MONDAY + index * HOUR);
const arrivals = hours.flatMap((hour) => usualArrivals(plan, hour));
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

test("the tables count the 99,441 orders that they were made from", () => {
  expect(total(HOURLY)).toBe(99_441);
  expect(total(DAILY)).toBe(99_441);
});

test("as many orders come as the rate says", () => {
  const expected = total(hours.map((hour) => rateAt(plan, hour)));
  expect(Math.abs(arrivals.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  expect(arrivals.length / (WEEKS * 7)).toBeGreaterThan(4_000 * 0.93);
  expect(arrivals.length / (WEEKS * 7)).toBeLessThan(4_000 * 1.07);
});

test("hours and weekdays have the shares of the tables", () => {
  const byHour = HOURLY.map(() => 0);
  const byDay = DAILY.map(() => 0);
  for (const at of arrivals) {
    const { minute, weekday } = localTimeOf(plan.zone, at);
    byHour[Math.floor(minute / 60)]! += 1;
    byDay[weekday - 1]! += 1;
  }
  const shares = (counts: number[]): number[] => counts.map((count) => count / total(counts));
  shares(byHour).forEach((share, hour) => expect(share).toBeCloseTo(HOURLY[hour]! / 99_441, 2));
  // a day's luck has a coefficient of variation of 0.15, so twenty of a weekday differ by some percent
  shares(byDay).forEach((share, day) =>
    expect(Math.abs(share / (DAILY[day]! / 99_441) - 1)).toBeLessThan(0.15),
  );
});

test("a surge adds orders of its own, many at first, none outside of it", () => {
  const start = MONDAY + 10 * HOUR;
  const surge: Incident = {
    id: "s",
    kind: "surge",
    site: "R1A",
    factor: 4,
    start,
    end: start + 3 * HOUR,
  };
  const extra = (hour: number): number => surgeArrivals(plan, surge, MONDAY + hour * HOUR).length;
  expect(extra(9) + extra(13)).toBe(0);
  const [first, second, third] = [extra(10), extra(11), extra(12)];
  expect(first).toBeGreaterThan(second);
  expect(second).toBeGreaterThan(third);
  const usual = rateAt(plan, start);
  expect(first).toBeGreaterThan(usual * 3 * 0.63 * 0.7);
  expect(first).toBeLessThan(usual * 3 * 0.63 * 1.3);
});

test("a viral day has 3.3 times the orders", () => {
  const viral = planFor({ ...oneSite(preset("viral"), 4_000), seed: plan.preset.seed });
  const noon = MONDAY + 12 * HOUR;
  expect(rateAt(viral, noon)).toBeCloseTo(rateAt(plan, noon), 6);
  expect(rateAt(viral, noon + DAY)).toBeCloseTo(3.3 * rateAt(plan, noon + DAY), 6);
});
