import { expect, test } from "vitest";
import { endOfDay } from "../../../server/edi/times.ts";
import { instant } from "../../../server/imports/values.ts";

// in Santiago clocks go back and forward at midnight: the last hour of the one day comes twice, the first of the other does not come
test.each([
  ["America/Santiago", "2026-04-04", "2026-04-05T03:59:59.000Z"],
  ["America/Santiago", "2026-09-05", "2026-09-06T03:59:59.000Z"],
  ["America/Santiago", "2026-09-06", "2026-09-07T02:59:59.000Z"],
  ["Africa/Cairo", "2026-10-29", "2026-10-29T21:59:59.000Z"],
  ["Europe/Berlin", "2026-10-25", "2026-10-25T22:59:59.000Z"],
])("what is promised for a day holds until it has ended: %s %s", (zone, day, end) => {
  expect(instant(day, zone, true)).toEqual({ value: end });
  const clock = { zone, written: null };
  expect(endOfDay(clock, day.replaceAll("-", ""))).toBe(Date.parse(end));
});
