import { expect, test } from "vitest";
import type { Site } from "../../domain/site.ts";
import { isSameSite, siteChange } from "../../domain/site-words.ts";
import { aSite } from "../support/builders.ts";

const carrier = { id: "A", pickups: [] };
const level = { id: "standard", mode: "day", shipWithin: "P0D" } as const;
const ladder = { id: "L", name: "L", steps: [] };

const aLimit = { channel: "web", measure: "lateShipment", most: 0.04, days: 7 } as const;
test.each<[string, Partial<Site>, Partial<Site>, string[]]>([
  ["name", {}, { name: "Spandau" }, ["name is Spandau instead of Berlin"]],
  [
    "timeZone",
    {},
    { timeZone: "Europe/Paris" },
    ["time zone is Europe/Paris instead of Europe/Berlin"],
  ],
  ["stages", {}, { stages: ["received", "packed"] }, ["stages are received, packed"]],
  [
    "shifts",
    {},
    {
      shifts: [
        { name: "early", days: [1, 7], from: "06:00", to: "14:00" },
        { days: [6], from: "22:00", to: "06:00", breaks: [{ from: "01:00", to: "01:30" }] },
      ],
    },
    ["shifts: early Mon Sun 06:00–14:00; Sat 22:00–06:00, breaks 01:00–01:30"],
  ],
  ["shifts", {}, { shifts: [] }, ["no shifts: it works round the clock"]],
  [
    "closures",
    { closures: [{ date: "2026-05-01" }, { date: "2026-06-01" }] },
    { closures: [{ date: "2026-05-01", name: "Stocktaking" }, { date: "2026-12-24" }] },
    [
      "closed on 2026-05-01 (Stocktaking)",
      "not closed on 2026-06-01 any more",
      "closed on 2026-12-24",
    ],
  ],
  [
    "closures",
    { closures: [{ date: "2026-05-01" }, { date: "2026-06-01" }] },
    { closures: [{ date: "2026-06-01" }, { date: "2026-05-01" }] },
    ["closures are listed in another order"],
  ],
  ["holidays", {}, { holidays: { country: "DE", region: "BE" } }, ["public holidays of DE, BE"]],
  ["holidays", {}, { holidays: { country: "DE" } }, ["public holidays of DE"]],
  ["holidays", { holidays: { country: "DE" } }, {}, ["no public holidays any more"]],
  [
    "special",
    { special: { "2026-12-23": [], "2026-12-31": [] } },
    { special: { "2026-12-24": [{ from: "06:00", to: "12:00" }], "2026-12-31": [] } },
    ["2026-12-23 has the shifts of its weekday again", "shifts of 2026-12-24: 06:00–12:00"],
  ],
  ["special", {}, { special: { "2026-12-31": [] } }, ["nobody works on 2026-12-31"]],
  [
    "special",
    { special: { "2026-12-31": [] } },
    {},
    ["2026-12-31 has the shifts of its weekday again"],
  ],
  [
    "stations",
    { stations: [{ id: "P1", stage: "picking", ratePerHour: 10 }] },
    { stations: [{ id: "P1", stage: "picking", ratePerHour: 12 }] },
    ["station P1 was changed"],
  ],
  [
    "carriers",
    {},
    { carriers: [{ ...carrier, id: "B" }] },
    ["carrier A is gone", "carrier B is new"],
  ],
  [
    "carriers",
    { carriers: [carrier, { ...carrier, id: "B" }] },
    { carriers: [{ ...carrier, id: "B" }, carrier] },
    ["the order is B, A (carriers)"],
  ],
  [
    "serviceLevels",
    {},
    { serviceLevels: [{ ...level, shipWithin: "P1D" }] },
    ["service level standard was changed"],
  ],
  ["cutOff", {}, { cutOff: [{ days: [1], at: "13:00" }] }, ["the cut-off was changed"]],
  [
    "stageBudgets",
    { stageBudgets: { picking: "PT1H", packing: "PT1H" } },
    { stageBudgets: { picking: "PT2H" } },
    ["budget of packing is none instead of PT1H", "budget of picking is PT2H instead of PT1H"],
  ],
  ["dockBuffer", {}, { dockBuffer: "PT20M" }, ["dock buffer is PT20M instead of none"]],
  ["nodes", {}, { nodes: [{ id: "3PL" }] }, ["node 3PL is new"]],
  ["sources", { sources: [{ source: "wms", silentAfter: "PT5M" }] }, {}, ["source wms is gone"]],
  [
    "thresholds",
    {},
    { thresholds: { "damage.minimumLift": 2 } },
    ["threshold damage.minimumLift is 2 instead of none"],
  ],
  ["thresholds", { thresholds: { x: 2 } }, {}, ["threshold x is none instead of 2"]],
  ["escalation", {}, { escalation: [ladder] as never }, ["ladder L is new"]],
  [
    "budgets",
    { budgets: [aLimit] },
    { budgets: [{ ...aLimit, most: 0.02, isStrict: false }] },
    ["limit of web, lateShipment in 7 days is at most 0.02 instead of under 0.04"],
  ],
  [
    "budgets",
    { budgets: [aLimit, { ...aLimit, days: 30 }] },
    { budgets: [{ ...aLimit, days: 30 }, aLimit] },
    ["limits are listed in another order"],
  ],
  [
    "personalDays",
    { personalDays: 90 },
    { personalDays: 30 },
    ["days that names are kept is 30 instead of 90"],
  ],
])("what is another in %s is said in words (%#)", (part, before, after, words) => {
  expect(siteChange(aSite(before), aSite(after))).toEqual({ parts: [part], words });
});

test("several parts are told in one order, whatever order they are written in", () => {
  const change = siteChange(aSite(), aSite({ dockBuffer: "PT1M", name: "Spandau" }));
  expect(change?.parts).toEqual(["name", "dockBuffer"]);
});

test("fields in another order, and a list that is left out, are no change", () => {
  const { name, id, ...rest } = aSite({ closures: [] });
  const { closures: _none, ...without } = { ...rest, name, id };
  expect(siteChange(aSite({ closures: [] }), without)).toBeNull();
  expect(isSameSite(aSite(), { ...rest, name, id })).toBe(true);
  expect(isSameSite(aSite(), { ...rest, name: "Spandau", id })).toBe(false);
  expect(isSameSite(aSite(), { ...rest, name, id: "NYC1" })).toBe(false);
});
