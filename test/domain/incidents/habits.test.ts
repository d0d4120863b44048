import { expect, test } from "vitest";
import {
  decodeHabits,
  emptyHabits,
  encodeHabits,
  noteHabits,
  usualOf,
} from "../../../domain/incidents/habits.ts";
import { DAY_MS, HOUR_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";

const NINE = clock("9:00");
const WEEK = 7 * DAY_MS;
const found = (orders: number, habit: string | null = "carrier=A") => ({
  habit,
  counts: { orders, atRisk: orders, late: 0, lost: 0, blind: 0 },
});

test("what a cause usually has is the mean of this hour in the weeks before, looks without it included", () => {
  const habits = emptyHabits();
  for (const weeks of [1, 2])
    for (const orders of [10, 20, 0])
      noteHabits(
        habits,
        "UTC",
        orders === 0 ? [] : [found(orders), found(3, null)],
        NINE - weeks * WEEK,
      );
  expect(usualOf(habits, "UTC", "carrier=A", NINE)).toBe(10);
  expect(usualOf(habits, "UTC", "carrier=B", NINE)).toBe(0);
  expect(usualOf(habits, "UTC", "carrier=A", NINE + HOUR_MS)).toBe(0);
  expect(usualOf(habits, "UTC", "carrier=A", NINE + DAY_MS)).toBe(0);
});

test("what is usual at four is that of four on the day on which the clocks change", () => {
  const habits = emptyHabits();
  const four = (date: string, offset: string) => Date.parse(`${date}T16:10:00${offset}`);
  for (const date of ["2026-10-11", "2026-10-18"])
    noteHabits(habits, "Europe/Berlin", [found(10)], four(date, "+02:00"));
  const usual = usualOf(habits, "Europe/Berlin", "carrier=A", four("2026-10-25", "+01:00"));
  expect(usual).toBe(10);
});

test("this week, a single week and what is older than four weeks say nothing", () => {
  const habits = emptyHabits();
  noteHabits(habits, "UTC", [found(50)], NINE);
  noteHabits(habits, "UTC", [found(50)], NINE - WEEK);
  expect(usualOf(habits, "UTC", "carrier=A", NINE)).toBe(0);
  expect(usualOf(habits, "UTC", "carrier=A", NINE + WEEK)).toBe(50);
  expect(usualOf(habits, "UTC", "carrier=A", NINE + 6 * WEEK)).toBe(0);
});

test("survives being written; what cannot be read begins afresh, and old hours go", () => {
  const habits = emptyHabits();
  noteHabits(habits, "UTC", [found(5)], NINE);
  expect(decodeHabits(encodeHabits(habits), NINE)).toEqual(habits);
  expect(decodeHabits(encodeHabits(habits), NINE + 20 * WEEK)).toEqual({});
  expect(decodeHabits("{broken", NINE)).toEqual({});
  expect(decodeHabits(null, NINE)).toEqual({});
});
