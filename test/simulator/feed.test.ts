import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { EventEnvelope, wireDataSchemas } from "../../domain/event.ts";
import type { Report } from "../../simulator/model.ts";
import { bytesOf, DAY, HOUR, MONDAY, oneSite, ofType, preset, run } from "./world.ts";

const demo = preset("demo");
const small = oneSite(demo, 500);
const normal = oneSite(preset("normal"), 600);
const slow = { timeout: 60_000 };
const { sites } = JSON.parse(
  readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8"),
) as SitesFile;

describe("repeatability", slow, () => {
  const bytes = bytesOf(run(small, 1).reports);

  test("the same seed tells the same bytes", () => {
    expect(bytes.length).toBeGreaterThan(500_000);
    expect(bytesOf(run(small, 1).reports)).toBe(bytes);
  });

  test("how the time is cut into steps changes nothing", () => {
    expect(bytesOf(run(small, 1, { stepHours: 0.5 }).reports)).toBe(bytes);
  });

  test("another seed tells another world", () => {
    expect(bytesOf(run(small, 1, { seed: 8 }).reports)).not.toBe(bytes);
  });

  test("a shop that closes changes nothing before it closes", () => {
    const closed = run(small, 1, { arrivalsUntil: MONDAY + 12 * HOUR });
    const before = (reports: Report[]): Report[] =>
      reports.filter(({ reportAt }) => reportAt < MONDAY + 12 * HOUR);
    expect(bytesOf(before(closed.reports))).toBe(bytesOf(before(run(small, 1).reports)));
    expect(ofType(closed.reports, "order.received").length).toBeLessThan(
      ofType(run(small, 1).reports, "order.received").length,
    );
  });
});

test("one disruption switched off leaves every other component's throws alone", slow, () => {
  const with4 = { ...normal.disruptions, conveyorMtbfHours: 4 };
  const on = run({ ...normal, disruptions: with4 }, 2);
  const off = run({ ...normal, disruptions: { ...with4, conveyorMtbfHours: 0 } }, 2);
  const stations = (reports: Report[]): number => ofType(reports, "station.changed").length;
  expect(stations(on.reports)).toBeGreaterThan(stations(off.reports));
  for (const type of [
    "order.received",
    "order.cancelled",
    "order.backordered",
    "pickup.departed",
  ]) {
    const facts = (reports: Report[]) =>
      ofType(reports, type).map(({ orderId, occurredAt, data }) => ({ orderId, occurredAt, data }));
    expect(facts(off.reports).length).toBeGreaterThan(0);
    expect(facts(on.reports)).toEqual(facts(off.reports));
  }
  expect(ofType(on.reports, "pack.completed")).not.toEqual(ofType(off.reports, "pack.completed"));
});

describe("events", slow, () => {
  const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
  const isEnvelope = ajv.compile(EventEnvelope);
  const isData = new Map(
    Object.entries(wireDataSchemas).map(([type, schema]) => [type, ajv.compile(schema)]),
  );
  const { reports } = run(demo, 1.5, { sites });

  test("every event fits the contract", () => {
    const wrong = reports.flatMap(({ event }) => {
      const check = isData.get(event.type);
      const fits = isEnvelope(event) && check?.(event.data) === true;
      return fits ? [] : [{ event, errors: isEnvelope.errors ?? check?.errors }];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(reports.length).toBeGreaterThan(50_000);
  });

  test("the demo tells of every stage, of trouble and of what people do", () => {
    const types = new Set<string>(reports.map(({ event }) => event.type));
    const wanted = [
      "order.backordered",
      "order.rejected",
      "pick.shorted",
      "check.failed",
      "hold.placed",
      "hold.released",
      "order.cancelled",
      "pickup.departed",
      "parcel.delivery_failed",
      "parcel.available_for_pickup",
      "parcel.returning",
      "item.damaged",
      "parcel.delivered",
    ];
    expect(wanted.filter((type) => !types.has(type))).toEqual([]);
  });

  test("nothing is told before it happened, but by a device with a wrong clock", () => {
    const early = reports.filter(({ reportAt, event }) => Date.parse(event.occurredAt) > reportAt);
    expect(early.every(({ event }) => event.station !== undefined)).toBe(true);
    expect(early.length / reports.length).toBeLessThan(0.05);
  });

  test("reports come in the order in which they are told", () => {
    const sorted = reports.toSorted((a, b) => a.reportAt - b.reportAt);
    expect(reports.map(({ reportAt }) => reportAt)).toEqual(sorted.map(({ reportAt }) => reportAt));
  });

  test("an id stands for one body, and only a duplicate scan says it again", () => {
    const bodies = new Map<string, string>();
    const changed: string[] = [];
    let again = 0;
    for (const { event } of reports) {
      const key = `${event.source} ${event.id}`;
      const body = JSON.stringify(event);
      if ((bodies.get(key) ?? body) !== body) changed.push(key);
      again += bodies.has(key) ? 1 : 0;
      bodies.set(key, body);
    }
    expect(changed).toEqual([]);
    expect(again / reports.length).toBeGreaterThan(0);
    expect(again / reports.length).toBeLessThan(0.01);
  });

  test("customer orders are split, and parts of them share their customer order", () => {
    const received = ofType(reports, "order.received");
    const customers = new Set(
      received.map(({ data }) => (data as { customerOrder: string }).customerOrder),
    );
    const parts = received.length - customers.size;
    expect(parts / received.length).toBeGreaterThan(0.02);
    expect(parts / received.length).toBeLessThan(0.12);
  });

  test("a 3PL fulfills a fifth of the orders", () => {
    const released = ofType(reports, "order.released");
    const out = released.filter(({ data }) => (data as { to: string }).to !== "floor");
    expect(out.length / released.length).toBeGreaterThan(0.17);
    expect(out.length / released.length).toBeLessThan(0.23);
  });
});

test("every order ends once the shop has closed", slow, () => {
  const { feed, flows, reports } = run(oneSite(demo, 500), 8, { arrivalsUntil: MONDAY + DAY });
  const received = new Set(ofType(reports, "order.received").map(({ orderId }) => orderId));
  expect(received.size).toBeGreaterThan(300);
  expect(feed.simulations.map(({ state }) => state.flows.size)).toEqual([0]);
  expect(flows.length).toBeGreaterThanOrEqual(received.size);
  expect(new Set(flows.map(({ outcome }) => outcome))).not.toContain("open");
});

test("the reference scenario misses as many orders as it was made to", slow, () => {
  const r1 = preset("r1");
  const one = { ...r1, profiles: [r1.profiles[5]!] as const };
  const { flows } = run(one, 9, { arrivalsUntil: MONDAY + 7 * DAY });
  const shipped = flows.filter(({ times }) => times.handedOver !== undefined);
  const share = shipped.filter(({ missed }) => missed).length / shipped.length;
  expect(shipped.length).toBeGreaterThan(10_000);
  // misses come in clumps, one bad day in six: a site's week says little more than the size
  expect(share).toBeGreaterThan(0.0005);
  expect(share).toBeLessThan(0.08);
});
