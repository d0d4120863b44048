import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calendarOf, firstPickup, lastPickup, subWorking } from "../../domain/calendar.ts";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { shiftAt } from "../../domain/shifts.ts";
import type { Site } from "../../domain/site.ts";
import { mistakesOfSites } from "../../server/sites/mistakes.ts";
import { withOpenDays } from "../../simulator/open-days.ts";
import { HOUR, ofType, preset, run } from "./world.ts";

const { sites } = JSON.parse(
  readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8"),
) as SitesFile;
/** A Christmas night of that year, in both zones. */
const NIGHT = Date.parse("2026-12-26T03:17:00Z");
const opened = sites.map((site) => withOpenDays(site, NIGHT));

const hoursFrom = (start: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => start + index * HOUR);

test.each(opened.map((site) => [site.id, site] as const))(
  "%s works at every hour of the days about its start, and a truck of each carrier comes within two",
  (_, site) => {
    const calendar = calendarOf(site);
    for (const at of hoursFrom(NIGHT - 40 * HOUR, 100)) {
      expect(subWorking(calendar, at, HOUR)).toBe(at - HOUR);
      for (const carrier of site.carriers) {
        const truck = firstPickup(calendar, carrier, "standard", at);
        expect((truck?.at ?? Infinity) - at).toBeLessThanOrEqual(2 * HOUR);
      }
    }
  },
);

test("the night has a name, as the other shifts have", () => {
  const names = opened.map((site) =>
    hoursFrom(NIGHT, 24).map((at) => shiftAt(site, at)?.name ?? "none"),
  );
  expect(names.map((all) => [...new Set(all)].toSorted())).toEqual([
    ["early", "late", "night"],
    ["day", "evening", "night"],
  ]);
});

test("other days, and days with hours of their own, stay as they are", () => {
  const date = "2026-12-26";
  const [first] = sites as [Site];
  const [carrier] = first.carriers;
  if (carrier === undefined) throw new Error("there is no carrier");
  const own: Site = {
    ...first,
    special: { [date]: [] },
    carriers: [{ ...carrier, exceptions: { [date]: ["09:00"] } }, ...first.carriers.slice(1)],
  };
  const site = withOpenDays(own, NIGHT);
  expect(site.special?.[date]).toEqual([]);
  expect(site.carriers[0]?.exceptions?.[date]).toEqual(["09:00"]);
  expect(site.shifts).toEqual(first.shifts);
  expect(Object.keys(site.special ?? {}).filter((day) => day < "2026-12-20")).toEqual([]);
  expect(withOpenDays(site, NIGHT)).toEqual(site);
});

test("the opened sites are sites", () => {
  expect(mistakesOfSites({ sites: opened })).toEqual([]);
});

test("the demo promises nobody a time before which no truck leaves", () => {
  const start = Date.parse("2026-12-25T00:00:00Z");
  const open = sites.map((site) => withOpenDays(site, start));
  const { reports } = run(preset("demo"), 1, { sites: open, startsAt: start });
  const promised = ofType(reports, "order.received").flatMap((event) => {
    const data: Record<string, unknown> = { ...event.data };
    return data["shipBy"] === undefined ? [] : [{ ...event, data }];
  });
  expect(promised.length).toBeGreaterThan(500);
  const truckless = promised.filter(({ site: id, occurredAt, data }) => {
    const site = open.find((one) => one.id === id);
    const carrier = site?.carriers.find((one) => one.id === data["carrier"]);
    if (site === undefined || carrier === undefined) return true;
    const [from, until] = [Date.parse(occurredAt), Date.parse(String(data["shipBy"]))];
    return lastPickup(calendarOf(site), carrier, "standard", until, from)?.at !== until;
  });
  expect(truckless).toEqual([]);
});
