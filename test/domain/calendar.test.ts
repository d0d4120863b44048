import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { addWorking, calendarOf, subWorking, workingBetween } from "../../domain/calendar.ts";
import type { Site } from "../../domain/site.ts";
import {
  dayInWords,
  durationMs,
  formatDay,
  inWords,
  inWordsWithYear,
  localDay,
  parseDay,
  wallInstant,
  weekdayOf,
} from "../../domain/wall-clock.ts";
import { BER, NYC, ms, utc, withCarrier } from "./time-fixtures.ts";

const MINUTE = 60_000;
const wall = (zone: string, date: string, minutes: number): string =>
  utc(wallInstant(zone, parseDay(date), minutes));

describe("wall-clock time", () => {
  test.each([
    ["Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:30Z"],
    ["Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30Z"],
    ["America/New_York", "2026-03-08", 150, "2026-03-08T07:30Z"],
    ["America/New_York", "2026-11-01", 90, "2026-11-01T05:30Z"],
  ])(
    "shifts forward in a gap and takes the earlier of a fold: %s %s",
    (zone, date, at, expected) => {
      expect(wall(zone, date, at)).toBe(expected);
    },
  );

  test("takes 24:00 as the midnight after", () => {
    expect(wall("Europe/Berlin", "2026-03-28", 1440)).toBe("2026-03-28T23:00Z");
  });

  test("knows dates and weekdays far into past and future", () => {
    expect(formatDay(parseDay("1970-01-01"))).toBe("1970-01-01");
    expect(weekdayOf(parseDay("1970-01-01"))).toBe(4);
    expect(weekdayOf(parseDay("1969-12-29"))).toBe(1);
    expect(weekdayOf(parseDay("2026-11-22"))).toBe(7);
    expect(formatDay(parseDay("2024-02-29") + 1)).toBe("2024-03-01");
    expect(formatDay(parseDay("1900-02-28") + 1)).toBe("1900-03-01");
    expect(() => parseDay("tomorrow")).toThrow(/not a date/);
  });

  test("says a moment as people at the site say it", () => {
    expect(inWords("Europe/Berlin", ms("2026-11-23T15:00:00Z"))).toBe("Mon 23 Nov 16:00 CET");
    expect(inWords("America/New_York", ms("2026-07-01T14:05:00Z"))).toBe("Wed 1 Jul 10:05 EDT");
    expect(inWords("Europe/Berlin", ms("2026-10-25T01:30:00Z"))).toBe("Sun 25 Oct 02:30 CET");
    const lastYear = ms("2025-12-31T22:59:00Z");
    const now = ms("2025-12-31T23:30:00Z");
    expect(inWordsWithYear("Europe/Berlin", lastYear, now)).toBe("Wed 31 Dec 2025 23:59 CET");
    expect(inWordsWithYear("Europe/Berlin", now, now)).toBe("Thu 1 Jan 00:30 CET");
    expect(inWords("Asia/Tokyo", ms("2026-01-01T00:00:00Z"))).toBe("Thu 1 Jan 09:00 GMT+9");
    expect(dayInWords(parseDay("2026-02-14"))).toBe("Sat 14 Feb");
  });

  test("reads durations of days, hours and minutes", () => {
    expect(durationMs("P1DT2H3M")).toBe(93_780_000);
    expect(durationMs("PT90M")).toBe(5_400_000);
    expect(() => durationMs("2 hours")).toThrow(/not a duration/);
  });

  const zones = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu", "UTC"];
  test("finds the same local date as Intl does", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: ms("1975-01-01T00:00:00Z"), max: ms("2060-01-01T00:00:00Z") }),
        (zone, at) => {
          const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
          expect(formatDay(localDay(zone, at))).toBe(date.format(at));
        },
      ),
    );
  });
});

const night = (timeZone: string): Site => ({
  ...BER,
  timeZone,
  shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "06:00" }],
});

describe("working time", () => {
  test.each([
    ["Europe/Berlin", "2026-03-28T23:00:00+01:00", "2026-03-29T03:00Z"],
    ["Europe/Berlin", "2026-10-24T23:00:00+02:00", "2026-10-25T02:00Z"],
    ["America/New_York", "2026-03-07T23:00:00-05:00", "2026-03-08T09:00Z"],
    ["America/New_York", "2026-10-31T23:00:00-04:00", "2026-11-01T08:00Z"],
  ])("adds 300 minutes over the night of a clock change: %s %s", (zone, from, expected) => {
    const calendar = calendarOf(night(zone));
    const end = addWorking(calendar, ms(from), 300 * MINUTE);
    expect(utc(end)).toBe(expected);
    expect(subWorking(calendar, end, 300 * MINUTE)).toBe(ms(from));
  });

  test.each([
    ["2026-03-28", "2026-03-29", 25_200],
    ["2026-10-24", "2026-10-25", 32_400],
    ["2026-06-10", "2026-06-11", 28_800],
  ])("gives the night shift of %s its true length", (from, to, seconds) => {
    const calendar = calendarOf(night("Europe/Berlin"));
    const noon = (date: string) => wallInstant("Europe/Berlin", parseDay(date), 720);
    expect(workingBetween(calendar, noon(from), noon(to))).toBe(seconds * 1000);
  });

  test("merges overlapping and touching shifts", () => {
    const site = {
      ...BER,
      shifts: [
        { days: [1], from: "06:00", to: "14:00" },
        { days: [1], from: "13:00", to: "15:00" },
        { days: [1], from: "15:00", to: "16:00" },
      ],
    };
    const work = calendarOf(site).workOf(parseDay("2026-02-09"));
    expect(work.map(({ from, to }) => (to - from) / MINUTE)).toEqual([600]);
  });

  test("lets a special date replace its weekday, even on a closure", () => {
    const site = { ...BER, special: { "2026-12-25": [{ from: "08:00", to: "10:00" }] } };
    expect(calendarOf(site).worksOn(parseDay("2026-12-25"))).toBe(true);
    expect(calendarOf(site).worksOn(parseDay("2026-12-26"))).toBe(false);
    const off = { ...BER, special: { "2026-02-11": [] } };
    expect(calendarOf(off).worksOn(parseDay("2026-02-11"))).toBe(false);
  });

  test("leaves out breaks, also those of a night shift after midnight", () => {
    const day = {
      ...BER,
      shifts: [{ days: [1], from: "06:00", to: "14:00", breaks: [{ from: "10:00", to: "10:30" }] }],
    };
    const monday = calendarOf(day).workOf(parseDay("2026-02-09"));
    expect(monday.map(({ from, to }) => `${utc(from)} ${utc(to)}`)).toEqual([
      "2026-02-09T05:00Z 2026-02-09T09:00Z",
      "2026-02-09T09:30Z 2026-02-09T13:00Z",
    ]);
    const late = {
      ...BER,
      shifts: [
        {
          days: [1],
          from: "22:00",
          to: "06:00",
          breaks: [
            { from: "02:00", to: "02:30" },
            { from: "23:45", to: "00:15" },
          ],
        },
      ],
    };
    const calendar = calendarOf(late);
    const start = ms("2026-02-09T21:00:00Z");
    expect(workingBetween(calendar, start, start + 24 * 60 * MINUTE)).toBe(7 * 60 * MINUTE);
    expect(utc(addWorking(calendar, start, 105 * MINUTE))).toBe("2026-02-09T22:45Z");
    expect(utc(addWorking(calendar, start, 106 * MINUTE))).toBe("2026-02-09T23:16Z");
  });

  test("lets a special day have breaks of its own", () => {
    const site = {
      ...BER,
      special: {
        "2026-02-11": [{ from: "06:00", to: "12:00", breaks: [{ from: "05:00", to: "07:00" }] }],
      },
    };
    const [work] = calendarOf(site).workOf(parseDay("2026-02-11"));
    expect(utc(work?.from ?? 0)).toBe("2026-02-11T06:00Z");
  });

  test("works round the clock where no shift is listed", () => {
    const calendar = calendarOf({ ...BER, shifts: [] });
    const at = ms("2026-02-15T03:00:00Z");
    expect(addWorking(calendar, at, 90 * MINUTE)).toBe(at + 90 * MINUTE);
  });

  test("falls back to elapsed time where nobody ever works", () => {
    const calendar = calendarOf({
      ...BER,
      shifts: [{ days: [1], from: "06:00", to: "14:00" }],
      special: {},
      closures: mondays(),
    });
    const at = ms("2026-02-09T08:00:00Z");
    expect(addWorking(calendar, at, MINUTE)).toBe(at + MINUTE);
    expect(subWorking(calendar, at, MINUTE)).toBe(at - MINUTE);
  });

  const instants = fc.integer({ min: ms("2026-01-01T00:00:00Z"), max: ms("2027-01-01T00:00:00Z") });
  test("subtracting what was added comes back to the same working moment", () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom(BER, NYC, night("Europe/Berlin")),
        (at, minutes, site) => {
          const calendar = calendarOf(site);
          const end = addWorking(calendar, at, minutes * MINUTE);
          expect(workingBetween(calendar, at, end)).toBe(minutes * MINUTE);
          const start = subWorking(calendar, end, minutes * MINUTE);
          expect(start).toBeGreaterThanOrEqual(at);
          expect(workingBetween(calendar, at, start)).toBe(0);
        },
      ),
    );
  });
});

/** Every Monday of the years in which the search looks. */
function mondays(): { date: string }[] {
  const first = parseDay("2024-01-01");
  return Array.from({ length: 300 }, (_, week) => ({ date: formatDay(first + week * 7) }));
}

describe("trucks", () => {
  const carrierOf = (site: Site, id: string) => {
    const carrier = site.carriers.find((one) => one.id === id);
    if (carrier === undefined) throw new Error(`no carrier ${id}`);
    return carrier;
  };
  const idsOn = (site: Site, id: string, date: string, service?: string): string[] =>
    calendarOf(site)
      .pickupsOf(carrierOf(site, id), parseDay(date), service)
      .map((pickup) => pickup.id);

  test("are named by carrier, local date and local time", () => {
    expect(idsOn(BER, "C", "2026-02-11")).toEqual(["C-20260211-1230", "C-20260211-2000"]);
    expect(idsOn(NYC, "U", "2026-11-27")).toEqual(["U-20261127-1900"]);
  });

  test("do not come on closed dates, and come as an exception says", () => {
    expect(idsOn(BER, "A", "2026-04-03")).toEqual([]);
    const site = withCarrier(BER, "B", {
      exceptions: { "2026-12-24": ["11:00"], "2026-02-11": [] },
    });
    expect(idsOn(site, "B", "2026-12-24")).toEqual(["B-20261224-1100"]);
    expect(idsOn(site, "B", "2026-02-11")).toEqual([]);
  });

  test("take only the service levels they list", () => {
    const site = withCarrier(BER, "A", {
      pickups: [
        { days: [3], at: "16:00" },
        { days: [3], at: "21:00", services: ["express"] },
      ],
    });
    expect(idsOn(site, "A", "2026-02-11", "express")).toHaveLength(2);
    expect(idsOn(site, "A", "2026-02-11", "standard")).toEqual(["A-20260211-1600"]);
    expect(idsOn(site, "A", "2026-02-11")).toHaveLength(2);
  });
});
