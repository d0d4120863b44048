import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { instantOf, localTimeOf, zoneOf } from "../../simulator/local-time.ts";
import { deliverByOf, pickupsOf, shipByOf } from "../../simulator/timetable.ts";
import { planFor, preset } from "./world.ts";

const { sites } = JSON.parse(
  readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8"),
) as SitesFile;
const BER = planFor({ ...preset("normal") }, sites[0]);
const carrier = (id: string) => BER.site.carriers.find((entry) => entry.id === id)!;
const shipBy = (id: string, received: string): string =>
  new Date(shipByOf(BER, carrier(id), undefined, Date.parse(received))).toISOString();

test.each([
  ["D1", "A", "2026-02-11T12:59:59+01:00", "2026-02-11T15:00:00.000Z"],
  ["D2", "A", "2026-02-11T13:00:00+01:00", "2026-02-11T15:00:00.000Z"],
  ["D3", "A", "2026-02-11T13:00:01+01:00", "2026-02-12T15:00:00.000Z"],
  ["D4", "A", "2026-02-13T15:00:00+01:00", "2026-02-14T11:00:00.000Z"],
  ["D5", "B", "2026-02-13T15:00:00+01:00", "2026-02-16T17:00:00.000Z"],
  ["D7", "A", "2026-02-14T09:01:00+01:00", "2026-02-16T15:00:00.000Z"],
  ["D8", "A", "2026-03-29T10:00:00+02:00", "2026-03-30T14:00:00.000Z"],
  ["D12", "A", "2026-04-02T14:00:00+02:00", "2026-04-04T10:00:00.000Z"],
  ["D13", "B", "2026-04-02T14:00:00+02:00", "2026-04-07T16:00:00.000Z"],
])("%s: an order for carrier %s received %s ships by %s", (_, id, received, expected) => {
  expect(shipBy(id, received)).toBe(expected);
});

test("nobody is promised a truck that has left: of a site whose only one leaves at night it is that of the next", () => {
  const early = { ...carrier("A"), pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at: "03:30" }] };
  const { cutOff: _none, ...site } = BER.site;
  const plan = { ...BER, site };
  const at = Date.parse("2026-02-11T10:00:00+01:00");
  expect(new Date(shipByOf(plan, early, undefined, at)).toISOString()).toBe(
    "2026-02-12T02:30:00.000Z",
  );
});

test("a date with trucks of its own has them, closed or not", () => {
  const day = localTimeOf(BER.zone, Date.parse("2026-05-04T12:00:00Z")).day;
  const open = { ...carrier("A"), closed: ["2026-05-04"], exceptions: { "2026-05-04": ["11:00"] } };
  expect(pickupsOf(BER, open, day).map(({ id }) => id)).toEqual(["A-20260504-1100"]);
  const closed = { ...carrier("A"), closed: ["2026-05-04"] };
  expect(pickupsOf(BER, closed, day)).toEqual([]);
});

test("delivery days are counted by the carrier's calendar", () => {
  const friday = Date.parse("2026-02-13T15:00:00Z");
  expect(new Date(deliverByOf(BER, carrier("B"), friday, 2)).toISOString()).toBe(
    "2026-02-17T19:00:00.000Z",
  );
  expect(new Date(deliverByOf(BER, carrier("A"), friday, 2)).toISOString()).toBe(
    "2026-02-16T19:00:00.000Z",
  );
});

test("trucks have the ids that boards show, and none comes on a closed day", () => {
  const { day } = localTimeOf(BER.zone, Date.parse("2026-11-23T12:00:00Z"));
  expect(pickupsOf(BER, carrier("C"), day).map(({ id }) => id)).toEqual([
    "C-20261123-1230",
    "C-20261123-2000",
  ]);
  const christmas = localTimeOf(BER.zone, Date.parse("2026-12-25T12:00:00Z")).day;
  expect(pickupsOf(BER, carrier("A"), christmas)).toEqual([]);
});

test.each([
  ["Europe/Berlin", "2026-03-29", 150, "2026-03-29T01:30:00Z"],
  ["Europe/Berlin", "2026-10-25", 150, "2026-10-25T00:30:00Z"],
  ["America/New_York", "2026-03-08", 150, "2026-03-08T07:30:00Z"],
  ["America/New_York", "2026-11-01", 90, "2026-11-01T05:30:00Z"],
])(
  "in %s the wall time %s + %i min is %s, also in gaps and folds",
  (zone, date, minute, expected) => {
    const day = Date.parse(`${date}T00:00:00Z`) / 86_400_000;
    expect(instantOf(zoneOf(zone), day, minute)).toBe(Date.parse(expected));
  },
);
