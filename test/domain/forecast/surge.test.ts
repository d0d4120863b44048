import { expect, test } from "vitest";
import {
  arrivalsNow,
  closeArrivals,
  countArrival,
  emptyArrivals,
} from "../../../domain/forecast/arrivals.ts";
import { poissonBelow } from "../../../domain/forecast/chance.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const ZONE = "Europe/Berlin";
const TEN = Date.UTC(2026, 0, 14, 9);

/** Some days of so many orders each half hour, and of today so many since ten. */
function floorWith(usual: number, today: readonly number[], days = 3) {
  const state = emptyArrivals();
  const half = (at: number, orders: number): void => {
    for (let one = 0; one < orders; one += 1) countArrival(state, at, at + DAY);
  };
  for (let at = TEN - days * DAY; at < TEN; at += 30 * MINUTE) {
    half(at, usual);
    closeArrivals(state, ZONE, at);
  }
  today.forEach((orders, place) => half(TEN + place * 30 * MINUTE, orders));
  closeArrivals(state, ZONE, TEN + (today.length - 1) * 30 * MINUTE);
  return state;
}

test("three times the usual orders are a surge within the half hour that follows the first", () => {
  const seen = arrivalsNow(floorWith(20, [60, 30]), ZONE, TEN + 45 * MINUTE);
  expect(seen).toMatchObject({ perHour: 120, usual: 40, since: TEN });
});

test("what is usual is not known from a day or two: a site begins with what is left of its orders", () => {
  const perHour = (days: number) =>
    arrivalsNow(floorWith(4, [60, 30], days), ZONE, TEN + 45 * MINUTE)?.perHour ?? null;
  expect([1, 2, 3].map(perHour)).toEqual([null, null, 120]);
});

test("a busy morning, and a few more of few, are none", () => {
  expect(arrivalsNow(floorWith(20, [28, 15]), ZONE, TEN + 45 * MINUTE)).toBeNull();
  expect(arrivalsNow(floorWith(4, [14, 7]), ZONE, TEN + 45 * MINUTE)).toBeNull();
});

test("chance is counted for few and for thousands", () => {
  expect(poissonBelow(0, 7)).toBeCloseTo(Math.exp(-7), 8);
  expect(poissonBelow(2, 1)).toBeCloseTo(0.9197, 4);
  expect(poissonBelow(2_000, 2_000)).toBeCloseTo(0.506, 2);
  expect(poissonBelow(1_700, 2_000)).toBeLessThan(1e-6);
});
