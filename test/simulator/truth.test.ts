import { describe, expect, test } from "vitest";
import { createFeed } from "../../simulator/feed.ts";
import type { Incident, ScanFault } from "../../simulator/model.ts";
import { advance, createSimulation } from "../../simulator/simulation.ts";
import { referenceSite } from "../../simulator/sites.ts";
import { createTruth, type TrueIncident, type TrueOrder } from "../../simulator/truth.ts";
import { DAY, HOUR, MONDAY, oneSite, planFor, preset, run } from "./world.ts";

describe("scans", () => {
  const { reports, faults } = run(oneSite(preset("normal"), 1_200), 2);
  const told = new Map<string, number>();
  for (const { event } of reports) told.set(event.id, (told.get(event.id) ?? 0) + 1);
  const now = MONDAY + 2 * DAY;
  const of = (kind: ScanFault["fault"]): ScanFault[] =>
    faults.filter(({ fault }) => fault === kind);

  test("a scan that is missing was never told", () => {
    expect(of("missing").length).toBeGreaterThan(100);
    expect(of("missing").filter(({ eventId }) => told.has(eventId))).toEqual([]);
    expect(of("missing").length / reports.length).toBeLessThan(0.015);
  });

  test("a duplicate was told twice, half of them under a new id", () => {
    const due = of("duplicate").filter(({ reportAt }) => (reportAt ?? 0) < now);
    const renamed = due.filter(({ eventId, newId }) => eventId !== newId);
    const times = due.map(({ eventId, newId }) => [told.get(eventId), told.get(newId ?? "")]);
    expect(times).toEqual(due.map(({ eventId, newId }) => (eventId === newId ? [2, 2] : [1, 1])));
    expect(renamed.length / due.length).toBeGreaterThan(0.3);
    expect(renamed.length / due.length).toBeLessThan(0.7);
    expect([...told.values()].filter((count) => count > 1).length).toBe(
      due.length - renamed.length,
    );
  });

  test("a delayed scan was told when the truth says, a skewed one with the clock of its device", () => {
    const first = new Map(reports.toReversed().map((report) => [report.event.id, report]));
    const delayed = of("delayed").filter(({ reportAt }) => (reportAt ?? 0) < now);
    expect(delayed.length).toBeGreaterThan(100);
    for (const { eventId, reportAt } of delayed)
      expect(first.get(eventId)?.reportAt).toBe(reportAt);
    const skewed = of("skewed").filter(({ eventId }) => first.has(eventId));
    expect(new Set(skewed.map(({ device, byMs }) => `${device} ${byMs}`)).size).toBe(1);
    for (const { eventId, at, byMs = 0 } of skewed)
      expect(Date.parse(first.get(eventId)?.event.occurredAt ?? "")).toBe(Math.floor(at + byMs));
  });
});

/** A small floor with little to spare, and days on which half of the packers are missing. */
const fragile = (() => {
  const normal = preset("normal");
  const [, small] = normal.profiles;
  return {
    ...normal,
    profiles: [{ ...small!, volume: 2_450 }] as const,
    disruptions: {
      ...normal.disruptions,
      packShortPerDay: 0.7,
      carrierLate: 0.25,
      carrierNoShow: 0.1,
    },
  };
})();

function runWithTruth(days: number) {
  const orders: TrueOrder[] = [];
  const incidents: TrueIncident[] = [];
  const truth = createTruth({
    order: (order) => void orders.push(order),
    incident: (incident) => void incidents.push(incident),
    scan: () => undefined,
  });
  const sites = fragile.profiles.map(referenceSite);
  const feed = createFeed({
    preset: fragile,
    seed: fragile.seed,
    sites,
    startsAt: MONDAY,
    truth: () => truth.sink,
  });
  const [simulation] = feed.simulations;
  for (let at = MONDAY; at <= MONDAY + days * DAY; at += HOUR) {
    feed.until(at);
    truth.compare(simulation!);
  }
  truth.finish(simulation!);
  return { orders, incidents, plan: simulation!.plan };
}

describe("orders and incidents", { timeout: 120_000 }, () => {
  const { orders, incidents, plan } = runWithTruth(6);
  const missed = new Map(orders.filter((order) => order.missed).map((order) => [order.id, order]));

  test("an order is missed when it left after its ship-by, and its times go forward", () => {
    expect(missed.size).toBeGreaterThan(20);
    for (const { times, shipBy, missed: isMissed, missedByMin, attempts } of orders) {
      expect(isMissed).toBe((times["handedOver"] ?? "") > shipBy);
      expect(missedByMin === null).toBe(!isMissed);
      const line = [
        "received",
        "allocated",
        "picked",
        "packed",
        "staged",
        "handedOver",
        "delivered",
      ];
      const walked = line.flatMap((name) => times[name] ?? []);
      if (attempts === 1) expect(walked).toEqual(walked.toSorted());
    }
  });

  test("members of an incident are orders that missed, and they name it among their causes", () => {
    const withMembers = incidents.filter(({ members }) => members.length > 0);
    expect(withMembers.length).toBeGreaterThan(1);
    for (const { id, members, start } of withMembers.filter(
      ({ kind }) => kind !== "carrier_network_delay",
    ))
      for (const { causes, firstCause, shipBy } of members.flatMap(
        (one) => missed.get(one) ?? [],
      )) {
        expect(causes).toContain(id);
        expect(firstCause).not.toBeNull();
        expect(shipBy >= start).toBe(true);
      }
  });

  test("members are those whose miss is gone when the whole run is repeated without the incident", () => {
    const found = incidents.filter(({ kind }) => kind === "pack_short");
    const worst = found.toSorted((a, b) => b.members.length - a.members.length)[0]!;
    expect(worst.members.length).toBeGreaterThan(5);
    const until = Date.parse(worst.end) + 72 * HOUR;
    const other = createSimulation({ ...plan, without: new Set([worst.id]) }, null);
    advance(other, until);
    const { misses, flows } = other.state;
    const isLate = (id: string): boolean => {
      const flow = flows.get(id);
      return misses.has(id) || (flow !== undefined && flow.stage !== "gone" && flow.shipBy < until);
    };
    expect(worst.members.filter(isLate)).toEqual([]);
    const saved = [...missed.values()].filter(
      ({ id, shipBy }) => shipBy >= worst.start && Date.parse(shipBy) < until && !isLate(id),
    );
    expect(worst.members.filter((id) => missed.has(id))).toEqual(
      saved.map(({ id }) => id).toSorted(),
    );
  });

  test("incidents are drawn by the day, whatever else happens", () => {
    const seen: Incident[] = [];
    const calm = createSimulation(
      planFor({ ...fragile, scans: { ...fragile.scans, missing: 0 } }),
      {
        report: () => undefined,
        fault: () => undefined,
        ended: () => undefined,
        incident: (incident) => void seen.push(incident),
        member: () => undefined,
      },
    );
    const again = { ...calm, plan: { ...calm.plan, seed: plan.seed } };
    advance(again, MONDAY + 6 * DAY - 1);
    const known = new Set(incidents.map(({ id }) => id));
    expect(seen.filter(({ id }) => !known.has(id))).toEqual([]);
    expect(seen.length).toBeGreaterThan(10);
  });
});
