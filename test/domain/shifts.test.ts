import { describe, expect, test } from "vitest";
import { shiftAt, shiftsOn } from "../../domain/shifts.ts";
import type { Site } from "../../domain/site.ts";
import { parseDay } from "../../domain/wall-clock.ts";

const site: Site = {
  id: "BER1",
  name: "Berlin",
  timeZone: "Europe/Berlin",
  stages: ["received"],
  shifts: [
    { name: "early", days: [1, 2, 3, 4, 5], from: "06:00", to: "14:00" },
    { name: "late", days: [1, 2, 3, 4, 5], from: "14:00", to: "22:00" },
    { name: "night", days: [6], from: "22:00", to: "06:00" },
  ],
  closures: [{ date: "2026-12-25" }],
  special: { "2026-12-24": [{ from: "06:00", to: "12:00" }] },
  stations: [],
  carriers: [{ id: "A", pickups: [] }],
  serviceLevels: [{ id: "standard", mode: "day", shipWithin: "P0D" }],
  stageBudgets: {},
};
const at = (text: string): number => Date.parse(text);

describe("shifts", () => {
  test("run between the instants of their wall times", () => {
    const [early, late] = shiftsOn(site, parseDay("2026-11-27"));
    expect(early).toMatchObject({
      name: "early",
      from: at("2026-11-27T06:00+01:00"),
      to: at("2026-11-27T14:00+01:00"),
    });
    expect(late?.to).toBe(at("2026-11-27T22:00+01:00"));
  });

  test("over midnight belong to the day they begin on, also when the clocks change", () => {
    const night = shiftAt(site, at("2026-03-29T04:30+02:00"));
    expect(night).toMatchObject({
      name: "night",
      from: at("2026-03-28T22:00+01:00"),
      to: at("2026-03-29T06:00+02:00"),
    });
  });

  test("the one that runs is named, between two the next one", () => {
    expect(shiftAt(site, at("2026-11-27T13:59:59+01:00"))?.name).toBe("early");
    expect(shiftAt(site, at("2026-11-27T14:00+01:00"))?.name).toBe("late");
    expect(shiftAt(site, at("2026-11-29T12:00+01:00"))).toMatchObject({
      name: "early",
      from: at("2026-11-30T06:00+01:00"),
    });
  });

  test("a closed day has none, a special day its own", () => {
    expect(shiftsOn(site, parseDay("2026-12-25"))).toEqual([]);
    expect(shiftsOn(site, parseDay("2026-12-24"))).toMatchObject([
      { name: "06:00–12:00", to: at("2026-12-24T12:00+01:00") },
    ]);
  });

  test("a site without shifts has none to name", () => {
    expect(shiftAt({ ...site, shifts: [], special: {} }, at("2026-11-27T12:00Z"))).toBeNull();
  });
});
