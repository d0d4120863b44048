import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSites } from "../../../server/sites/file.ts";
import { strangePlace, withHolidays, withoutHolidays } from "../../../server/sites/holidays.ts";
import { mistakesOfSites, siteMistakes } from "../../../server/sites/mistakes.ts";
import { aSite } from "../../support/builders.ts";

const dir = mkdtempSync(join(tmpdir(), "ct-sites-"));
afterAll(() => rm(dir, { recursive: true }));

function fileWith(content: string): string {
  const file = join(dir, `${Math.abs(content.length)}.json`);
  writeFileSync(file, content);
  return file;
}

test("the example has the two sites of the contract", async () => {
  const sites = await readSites(undefined, 2026);
  expect(sites.map(({ id, timeZone }) => [id, timeZone])).toEqual([
    ["BER1", "Europe/Berlin"],
    ["NYC1", "America/New_York"],
  ]);
});

test("what a schema cannot say is named with its place and its site", () => {
  const [carrier] = aSite().carriers;
  const [level] = aSite().serviceLevels;
  if (carrier === undefined || level === undefined) throw new Error("the builder has both");
  const site = aSite({
    timeZone: "Mars/Olympus",
    carriers: [carrier, carrier],
    serviceLevels: [{ ...level, carrier: "Z" }],
    stageBudgets: { picked: "PT1H", picknig: "PT1H" },
  });
  expect(mistakesOfSites({ sites: [site, site] })).toEqual([
    "/sites/1/id: site BER1 is there twice",
    ...["/sites/0", "/sites/1"].flatMap((place) => [
      `${place}/timeZone (site BER1): time zone Mars/Olympus is not known`,
      `${place}/carriers/1/id (site BER1): carrier A is there twice`,
      `${place}/stageBudgets/picknig (site BER1): stage picknig does not exist here`,
      `${place}/serviceLevels/0/carrier (site BER1): carrier Z does not exist here`,
    ]),
  ]);
});

test("a field that is missing, unknown or wrong is named with its place", async () => {
  const { name: _name, ...nameless } = aSite();
  const content = JSON.stringify({ sites: [{ ...nameless, extra: 1, shifts: "all day" }] });
  await expect(readSites(fileWith(content), 2026)).rejects.toThrow(
    /3 mistakes[^]*\/sites\/0\/name [^]*\/sites\/0\/extra [^]*\/sites\/0\/shifts /,
  );
});

test("whoever writes the file by hand is told how a value is written, and of which site", () => {
  const [shift] = aSite().shifts;
  const budget = { channel: "amazon", measure: "lateness", most: 0.04, days: 7 };
  const site = {
    ...aSite(),
    shifts: [{ ...shift, from: "6:00" }],
    closures: [{ date: "24.12.2026" }],
    stageBudgets: { picking: "1h" },
    budgets: [budget],
    night: true,
  };
  const { name: _name, id: _id, ...nameless } = aSite();
  expect(mistakesOfSites({ sites: [site, nameless] }).toSorted()).toEqual(
    [
      "/sites/0/night (site BER1): is not known here",
      "/sites/0/shifts/0/from (site BER1): must be a time of day, as 06:00 or 23:30",
      "/sites/0/closures/0/date (site BER1): must be a day, as 2026-11-22",
      "/sites/0/stageBudgets/picking (site BER1): must be a duration in days, hours and minutes, as PT30M, PT1H30M or P2D",
      "/sites/0/budgets/0/measure (site BER1): must be one of lateShipment, lateDelivery, sellerCancel, invalidTracking",
      "/sites/1/id: must have required property 'id'",
      "/sites/1/name: must have required property 'name'",
    ].toSorted(),
  );
});

test.each([null, [], 1, "x", { sites: 1 }, { sites: [null] }])(
  "JSON that is no sites file has mistakes: %j",
  (file) => {
    expect(mistakesOfSites(file)).not.toEqual([]);
  },
);

test("a file that is not there or no JSON says so", async () => {
  await expect(readSites(join(dir, "none.json"), 2026)).rejects.toThrow("cannot be read");
  await expect(readSites(fileWith("{"), 2026)).rejects.toThrow("is not JSON");
});

test("public holidays of last, this and next year become closures; a written closure keeps its name", () => {
  const site = aSite({
    holidays: { country: "DE" },
    closures: [{ date: "2026-05-01", name: "Stocktaking" }],
  });
  const find = (_country: string, _region: string | undefined, year: number) => [
    { date: `${year}-05-01`, name: "Labour Day" },
  ];
  expect(withHolidays(site, find, 2026).closures).toEqual([
    { date: "2025-05-01", name: "Labour Day" },
    { date: "2026-05-01", name: "Stocktaking" },
    { date: "2027-05-01", name: "Labour Day" },
  ]);
});

test("the holidays of a country and its region are known", async () => {
  const content = JSON.stringify({
    sites: [aSite({ holidays: { country: "DE", region: "BE" } })],
  });
  const [site] = await readSites(fileWith(content), 2026);
  const dates = site?.closures?.map(({ date }) => date);
  // Women's Day is a holiday in Berlin and not in all of Germany
  expect(dates).toEqual(expect.arrayContaining(["2026-12-25", "2026-03-08", "2027-01-01"]));
});

test("every mistake has its place in the file", () => {
  const [carrier] = aSite().carriers;
  if (carrier === undefined) throw new Error("the builder has one");
  const site = aSite({
    closures: [{ date: "2026-02-30" }, { date: "2026-12-24" }, { date: "2026-12-24" }],
    special: { "24.12.2026": [] },
    carriers: [{ ...carrier, pickups: [{ days: [1], at: "16:00", services: ["express"] }] }],
    thresholds: { "damage.none/such": 1 },
  });
  expect(siteMistakes({ sites: [aSite({ id: "NYC1" }), site] })).toEqual(
    [
      ["/carriers/0/pickups/0/services/0", "service level express does not exist here"],
      ["/closures/0/date", "2026-02-30 is no date"],
      ["/closures/2/date", "closure 2026-12-24 is there twice"],
      ["/special/24.12.2026", "24.12.2026 is no date"],
      ["/thresholds/damage.none~1such", "no rule has a threshold damage.none/such"],
    ].map(([path, message]) => ({
      path: `/sites/1${path}`,
      message,
      words: `/sites/1${path} (site BER1): ${message}`,
    })),
  );
});

test("a country or region without known holidays is a mistake of the file", async () => {
  const sites = [
    aSite({ holidays: { country: "UK" } }),
    aSite({ id: "MUC", holidays: { country: "DE", region: "BAVARIA" } }),
    aSite({ id: "TXL", holidays: { country: "DE", region: "BE" } }),
  ];
  await expect(readSites(fileWith(JSON.stringify({ sites })), 2026)).rejects.toThrow(
    /2 mistakes:\n\/sites\/0\/holidays\/country \(site BER1\): UK has .*\n\/sites\/1\/holidays\/region \(site MUC\): BAVARIA has .*$/,
  );
});

test("a site as it is kept has no public holidays, neither its own nor those it had before", async () => {
  const closures = [
    { date: "2026-01-01", name: "Neujahr" },
    { date: "2026-07-14", name: "Fête Nationale" },
    { date: "2026-12-24", name: "Christmas Eve" },
  ];
  const before = aSite({ holidays: { country: "FR" } });
  const site = aSite({ holidays: { country: "DE" }, closures });
  expect((await withoutHolidays(site, before)).closures).toEqual(closures.slice(1));
  const [named] = (await readSites(fileWith(JSON.stringify({ sites: [before] })), 2026)).flatMap(
    ({ closures: days = [] }) => days.filter(({ date }) => date === "2026-07-14"),
  );
  if (named === undefined) throw new Error("14 July is a holiday in France");
  const sentBack = aSite({ holidays: { country: "DE" }, closures: [named] });
  expect((await withoutHolidays(sentBack, before)).closures).toBeUndefined();
});

test.each([
  [{ country: "DE", region: "BE" }, null],
  [{ country: "DE" }, null],
  [{ country: "ZZ" }, "country"],
  [{ country: "DE", region: "QQ" }, "region"],
])("of the place %j what is not known is %s", async (place, field) => {
  expect(await strangePlace(place)).toBe(field);
});
