import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/incidents/detect.ts";
import { emptyUsual, noteUsual, usualAt } from "../../../domain/incidents/usual.ts";
import { aScene, HOUR, inTrouble, MINUTE, NOW } from "./scene-fixture.ts";

const WEEK = 168 * HOUR;
const ZONE = "Europe/Berlin";
const orders = (count: number) =>
  Array.from({ length: count }, (_, place) => inTrouble(`SO-${place}`));
const found = (count: number) => detect(aScene(orders(count)));

/** Watches four Mondays at 14:00 with so many orders for the 16:00 truck. */
function fourWeeks(counts: readonly number[]) {
  const state = emptyUsual(NOW - 4 * WEEK);
  counts.forEach((count, week) => {
    const at = NOW - (4 - week) * WEEK;
    noteUsual(state, ZONE, found(count), at);
    noteUsual(state, ZONE, found(Math.max(5, count - 2)), at + 30 * MINUTE);
    noteUsual(state, ZONE, [], at + HOUR);
  });
  return state;
}

describe("what is usual at an hour of the week", () => {
  test("is the average of the last four weeks, of the most in each", () => {
    const usual = usualAt(fourWeeks([8, 12, 10, 10]), ZONE, NOW);
    expect(usual("pickup|A-1600")).toBe(10);
    expect(usual("pickup|B-1800")).toBe(0);
    expect(usualAt(fourWeeks([8, 12, 10, 10]), ZONE, NOW + 2 * HOUR)("pickup|A-1600")).toBe(0);
  });

  test("is nothing on the first day, and that hour of the days before until a week was watched", () => {
    const state = emptyUsual(NOW);
    noteUsual(state, ZONE, found(10), NOW);
    noteUsual(state, ZONE, [], NOW + HOUR);
    expect(usualAt(state, ZONE, NOW + 2 * HOUR)("pickup|A-1600")).toBe(0);
    expect(usualAt(state, ZONE, NOW + 24 * HOUR)("pickup|A-1600")).toBe(10);
    expect(usualAt(state, ZONE, NOW + 48 * HOUR)("pickup|A-1600")).toBe(5);
    expect(usualAt(state, ZONE, NOW + 50 * HOUR)("pickup|A-1600")).toBe(0);
  });

  test("is that of the hour on the clock, also on the day on which they change", () => {
    const four = (date: string, offset: string) => Date.parse(`${date}T16:10:00${offset}`);
    const before = four("2026-10-18", "+02:00");
    const state = emptyUsual(before);
    noteUsual(state, ZONE, found(10), before);
    noteUsual(state, ZONE, [], before + HOUR);
    const habit = "pickup|A-1600";
    expect(usualAt(state, ZONE, four("2026-10-25", "+01:00"))(habit)).toBe(10);
    expect(usualAt(state, ZONE, four("2026-10-25", "+01:00") - HOUR)(habit)).toBe(0);
  });

  test("keeps a cause from calling while it is less than twice that", () => {
    const usual = usualAt(fourWeeks([8, 12, 10, 10]), ZONE, NOW);
    const isQuiet = (count: number) => detect(aScene(orders(count), { usual }))[0]?.isQuiet;
    expect(isQuiet(19)).toBe(true);
    expect(isQuiet(20)).toBe(false);
  });
});
