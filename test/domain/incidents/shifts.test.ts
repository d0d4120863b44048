import { describe, expect, test } from "vitest";
import { shiftFor } from "../../../domain/incidents/shifts.ts";
import { aSite } from "../../support/builders.ts";

const days = [1, 2, 3, 4, 5];
const site = {
  ...aSite(),
  closures: [{ date: "2026-02-10" }],
  shifts: [
    { name: "early", days, from: "06:00", to: "14:00" },
    { name: "late", days, from: "14:00", to: "22:00" },
    { name: "night", days, from: "22:00", to: "06:00" },
  ],
};
/** Wednesday, 11 February 2026, local time of the site (+01:00) */
const at = (time: string, day = 11): number => Date.parse(`2026-02-${day}T${time}:00+01:00`);
const idOf = (asked: string, now: number) => shiftFor(site, asked, now)?.id ?? null;

describe("the shift that is meant", () => {
  test("current runs, also over midnight; last is the one before it", () => {
    expect(idOf("current", at("15:00"))).toBe("2026-02-11.late");
    expect(idOf("last", at("15:00"))).toBe("2026-02-11.early");
    expect(idOf("current", at("02:00", 12))).toBe("2026-02-11.night");
  });

  test("while the site is closed current is the one that ended last; a closed day has none", () => {
    expect(idOf("current", at("12:00", 14))).toBe("2026-02-13.night");
    expect(idOf("2026-02-10/early", at("15:00"))).toBeNull();
    expect(idOf("last", at("08:00"))).toBe("2026-02-09.night");
  });

  test("a name is its newest, a date is that day's, by slash or as an id", () => {
    expect(idOf("night", at("15:00"))).toBe("2026-02-09.night");
    expect(idOf("2026-02-09/late", at("15:00"))).toBe("2026-02-09.late");
    expect(idOf("2026-02-09.late", at("15:00"))).toBe("2026-02-09.late");
  });

  test("what did not begin, has no such name or is no date is none", () => {
    for (const asked of ["2026-02-11.night", "2027-01-01.early", "noon", "2026-99-99.early", ""])
      expect(idOf(asked, at("15:00"))).toBeNull();
  });

  test("shifts without names are called by their hours, a site without shifts has days", () => {
    const unnamed = { ...site, shifts: [{ days, from: "06:00", to: "14:00" }] };
    expect(shiftFor(unnamed, "current", at("07:00"))?.id).toBe("2026-02-11.06:00-14:00");
    expect(shiftFor({ ...site, shifts: [] }, "current", at("07:00"))?.id).toBe("2026-02-11.day");
  });

  test("a shift knows when it begins and ends, on the days the clock is changed too", () => {
    const night = { ...site, shifts: [{ name: "n", days: [6], from: "22:00", to: "06:00" }] };
    const shift = shiftFor(night, "current", Date.parse("2026-03-29T10:00:00+02:00"));
    expect(((shift?.endsAt ?? 0) - (shift?.startsAt ?? 0)) / 3_600_000).toBe(7);
  });
});
