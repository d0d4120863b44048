import { expect, test } from "vitest";
import {
  clamp,
  dayAround,
  fieldOf,
  fieldToInstant,
  momentIn,
  openingMoment,
  stillSince,
  ticksOf,
} from "../../../client/rewind/moment.ts";

const BERLIN = "Europe/Berlin";
const HOUR = 3_600_000;
const iso = (at: number | null): string => (at === null ? "" : new Date(at).toISOString());

test.each([
  ["2026-11-30T13:40", "2026-11-30T12:40:00.000Z"],
  ["2026-07-01T00:00", "2026-06-30T22:00:00.000Z"],
  // put back: the earlier of two
  ["2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
  // put forward: nobody's clock shows it, moved on by the gap
  ["2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
])("a field that says %s means %s", (field, at) => {
  expect(iso(fieldToInstant(BERLIN, field))).toBe(at);
});

test("a field says again what it was given, and nothing is made of no date", () => {
  const at = Date.UTC(2026, 10, 30, 12, 40);
  expect(fieldOf(BERLIN, at)).toBe("2026-11-30T13:40");
  expect(fieldOf("America/New_York", at)).toBe("2026-11-30T07:40");
  expect(fieldToInstant(BERLIN, "")).toBeNull();
});

test("a day is as long as the clocks of the site make it", () => {
  const lengthOf = (at: number) => {
    const { from, to } = dayAround(BERLIN, at);
    return (to - from) / HOUR;
  };
  expect(lengthOf(Date.UTC(2026, 10, 30, 12))).toBe(24);
  expect(lengthOf(Date.UTC(2026, 9, 25, 12))).toBe(25);
  expect(lengthOf(Date.UTC(2026, 2, 29, 12))).toBe(23);
});

test("the labels of a day stand at its hours", () => {
  const day = dayAround(BERLIN, Date.UTC(2026, 2, 29, 12));
  const ticks = ticksOf(BERLIN, day, 6);
  expect(ticks.map((at) => fieldOf(BERLIN, at).slice(11))).toEqual([
    "00:00",
    "06:00",
    "12:00",
    "18:00",
    "00:00",
  ]);
});

test("what is no moment is none, and none lies outside of what is kept", () => {
  expect(momentIn("2026-11-30T12:40:00.000Z")).toBe(Date.UTC(2026, 10, 30, 12, 40));
  expect(momentIn("soon")).toBeNull();
  expect(momentIn(undefined)).toBeNull();
  expect([1, 5, 9].map((at) => clamp(at, { from: 3, to: 7 }))).toEqual([3, 5, 7]);
});

test("opens an hour back, and at the end where less is kept: at the beginning nothing stood there", () => {
  expect(openingMoment({ from: 0, to: 3 * HOUR })).toBe(2 * HOUR);
  expect(openingMoment({ from: 0, to: HOUR })).toBe(0);
  expect(openingMoment({ from: 1, to: HOUR })).toBe(HOUR);
});

test("a moment long after the last change says since when nothing changed", () => {
  const at = 5 * HOUR;
  expect(stillSince(at, at - 9 * 60_000)).toBeNull();
  expect(stillSince(at, at - 3 * HOUR)).toBe(2 * HOUR);
  expect(stillSince(at, 0)).toBeNull();
});
