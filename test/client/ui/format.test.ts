import { describe, expect, test } from "vitest";
import { age, count, createSiteFormat, duration, spokenSlack } from "../../../client/ui/format.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("durations in words", () => {
  test.each([
    [0, "0 s"],
    [45_000, "45 s"],
    [14 * MINUTE, "14 min"],
    [-18 * MINUTE, "−18 min"],
    [HOUR + 24 * MINUTE, "1 h 24"],
    [HOUR + 5 * MINUTE, "1 h 05"],
    [3 * HOUR, "3 h"],
    [-(2 * HOUR + 10 * MINUTE), "−2 h 10"],
    [51 * HOUR, "2 d 3 h"],
    [48 * HOUR, "2 d"],
    [-200, "0 s"],
  ])("%i ms is %s", (ms, words) => expect(duration(ms)).toBe(words));

  test("are spoken as late or left", () => {
    expect(spokenSlack(-18 * MINUTE)).toBe("18 minutes late");
    expect(spokenSlack(14 * MINUTE)).toBe("14 minutes left");
    expect(spokenSlack(HOUR + 24 * MINUTE)).toBe("1 hour 24 minutes left");
    expect(spokenSlack(-(2 * HOUR + MINUTE))).toBe("2 hours 1 minute late");
    expect(spokenSlack(3 * HOUR + 20_000)).toBe("3 hours left");
    expect(spokenSlack(51 * HOUR + 7 * MINUTE)).toBe("2 days 3 hours left");
    expect(spokenSlack(45_000)).toBe("45 seconds left");
    expect(spokenSlack(0)).toBe("0 seconds left");
  });

  test("ages under ten seconds carry a tenth", () => {
    expect(age(412)).toBe("0.4 s");
    expect(age(61_000)).toBe("1 min");
  });
});

test("counts are grouped, and what is not known is not zero", () => {
  expect(count(12_840)).toBe("12,840");
  expect(count(null)).toBe("–");
});

describe("times of a site", () => {
  const noon = Date.UTC(2026, 10, 22, 13, 48);
  test.each([
    ["Europe/Berlin", "14:48 CET"],
    ["America/New_York", "08:48 EST"],
    ["Asia/Kolkata", "19:18 IST"],
    ["UTC", "13:48 UTC"],
  ])("in %s the same instant is %s", (zone, words) =>
    expect(createSiteFormat(zone).time(noon)).toBe(words),
  );

  test("the zone's letters change with daylight saving", () => {
    const berlin = createSiteFormat("Europe/Berlin");
    expect(berlin.time(Date.UTC(2026, 9, 25, 0, 30))).toBe("02:30 CEST");
    expect(berlin.time(Date.UTC(2026, 9, 25, 1, 30))).toBe("02:30 CET");
  });

  test("another day than today's is named", () => {
    const berlin = createSiteFormat("Europe/Berlin");
    expect(berlin.near(noon, noon + HOUR)).toBe("14:48 CET");
    expect(berlin.near(noon, noon + 24 * HOUR)).toBe("Sun 22 Nov 14:48 CET");
    // a key that ends in a year does not end today
    const year = 365 * 24 * HOUR;
    expect(berlin.near(noon + year, noon)).toBe("Mon 22 Nov 2027 14:48 CET");
    expect(berlin.near(noon - 6 * year, noon)).toMatch(/^\w{3} 2\d Nov 2020 /);
  });

  test("an unknown zone falls back to UTC", () => {
    expect(createSiteFormat("Mars/Olympus").time(noon)).toBe("13:48 UTC");
  });
});
