import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pickupStates } from "../../../domain/board-model.ts";
import type { Row } from "../../../domain/board.ts";
import { WallSample } from "../../../domain/contract/walls.ts";
import { liveMetrics } from "../../../domain/metrics.ts";
import { truckOutlooks } from "../../../domain/truck-outlook.ts";
import { alarmsOf, freshAlarms } from "../../../domain/walls/alarms.ts";
import { todayOf } from "../../../domain/walls/days.ts";
import { restsOn, truckRestsOn } from "../../../domain/walls/depends.ts";
import type { OpenIncident } from "../../../domain/walls/incident-tasks.ts";
import { wallSample } from "../../../domain/walls/sample.ts";
import { nextShiftAt, shiftAt } from "../../../domain/walls/shift.ts";
import { ordersOfTask, tasksOf } from "../../../domain/walls/tasks.ts";
import type { Site } from "../../../domain/site.ts";
import { readSites } from "../../../server/sites/file.ts";
import { aRow } from "../../support/board-rows.ts";

const isWallSample = new Ajv({ strict: false }).compile(WallSample);
const MINUTE = 60_000;
const [first] = await readSites(undefined, 2026);
if (first === undefined) throw new Error("the example has sites");
const site: Site = first;
/** a Monday, 10:00 in Berlin */
const NOW = Date.parse("2026-03-02T09:00:00Z");
const truck = (minutes: number, carrier = "A") => {
  const at = NOW + minutes * MINUTE;
  const [date = "", time = ""] = new Date(at + 3_600_000).toISOString().split("T");
  return { id: `${carrier}-${date.replaceAll("-", "")}-${time.slice(0, 5).replace(":", "")}`, at };
};
const row = (change: Partial<Row>): Row =>
  aRow({ sev: "at_risk", dueKind: "ship", stage: "picked", pickup: truck(60), v: 1, ...change });

function sampleOf(rows: Row[], now = NOW, incidents: OpenIncident[] = [], at: Site = site) {
  const pickups = pickupStates(rows, new Map());
  const input = {
    rows,
    counters: new Map(),
    totals: new Map(),
    dead: 0,
    waiting: 0,
    inboxLag: 0,
  };
  return wallSample({
    site: at,
    rows,
    metrics: liveMetrics(input, at, now),
    pickups,
    outlooks: truckOutlooks(pickups, rows, at, now),
    today: todayOf(new Map(), { onTime: 0, late: 0 }, 1, now),
    shippedInShift: 0,
    notice: null,
    said: () => undefined,
    incidents,
    now,
  });
}

test("what a truck about to leave would need of a station is no number to work by", () => {
  const needed = (minutes: number) =>
    sampleOf([row({ stage: "released", pickup: truck(minutes) })]).stations.find(
      ({ process }) => process === "pick",
    )?.neededPerHour;
  expect(needed(25)).toBeNull();
  expect(needed(120)).toBeGreaterThan(0);
  expect(needed(120)).toBeLessThan(5);
});

describe("what is urgent", () => {
  test("is folded by station, zone, what is wrong and truck, the most savable first", () => {
    const rows = [
      row({ id: "a", stage: "released", zone: "C", actBy: NOW + 30 * MINUTE }),
      row({ id: "b", stage: "picking", zone: "C", actBy: NOW + 10 * MINUTE }),
      row({ id: "c", stage: "picked", actBy: NOW + 20 * MINUTE, sev: "late" }),
      row({ id: "d", stage: "picked", actBy: NOW - MINUTE }),
      row({ id: "e", stage: "picked", exceptions: ["QC_REJECT"], actBy: NOW + 5 * MINUTE }),
      row({ id: "f", sev: "on_time" }),
      row({ id: "g", sev: "lost_cause" }),
    ];
    const tasks = tasksOf(rows, site, NOW);
    expect(tasks.map(({ process, zone, code, orders }) => [process, zone, code, orders])).toEqual([
      ["pack", undefined, "QC_REJECT", 1],
      ["pick", "C", undefined, 2],
      ["pack", undefined, undefined, 2],
    ]);
    expect(tasks.map(({ severity }) => severity)).toEqual([1, 1, 1]);
    expect(ordersOfTask(rows, site, tasks[1]?.id ?? "")).toEqual(["a", "b"]);
  });

  test("keeps its name while counts and times change, and has another for another truck", () => {
    const at = (change: Partial<Row>) => tasksOf([row(change)], site, NOW)[0]?.id;
    expect(at({ id: "x", actBy: NOW })).toBe(at({ id: "y", actBy: NOW + MINUTE, sev: "late" }));
    expect(at({ pickup: truck(120) })).not.toBe(at({}));
  });
});

test("nothing of a person or a customer is in a sample, and every field is one of the contract", () => {
  const secret = "XQZ";
  const anything = fc.record({
    sev: fc.constantFrom("at_risk", "late", "on_time", "unknown", "lost_cause"),
    stage: fc.constantFrom("received", "released", "picking", "picked", "packed", "handed_over"),
    dueKind: fc.constantFrom("ship", "deliver"),
    exceptions: fc.subarray(["QC_REJECT", "DAMAGED_INTERNAL", "SHORT_PICK", "MISSING_SCAN"]),
    actBy: fc.option(fc.integer({ min: NOW - 1e7, max: NOW + 1e7 })),
    pickup: fc.option(fc.integer({ min: 1, max: 600 }).map((minutes) => truck(minutes))),
    zone: fc.option(fc.constantFrom("A", "C"), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 40 }), (changes) => {
      const rows = changes.map((change, at) =>
        row({
          ...(change as Partial<Row>),
          id: `${secret}-order-${at}`,
          owner: `${secret} owner`,
          customerOrder: `${secret}-C`,
          why: `${secret} because`,
          find: [`${secret}-track`],
          shipTo: { city: `${secret}stadt`, country: "DE" },
          holds: [],
        }),
      );
      const sample = sampleOf(rows);
      expect(isWallSample(sample)).toBe(true);
      expect(JSON.stringify(sample)).not.toContain(secret);
    }),
  );
});

test("incidents come first, their orders are not told twice, and what the floor cannot help is left out", () => {
  const counts = { orders: 2, atRisk: 1, late: 1, lost: 0, blind: 0 };
  const incident = (change: Partial<OpenIncident>): OpenIncident => ({
    id: "INC-1",
    title: "Packing is slow",
    severity: "S2",
    counts,
    actBy: NOW + 20 * MINUTE,
    state: "open",
    orders: ["a"],
    kind: "common_cause",
    attributes: [
      { name: "pickup", value: "A-20260302-1600" },
      { name: "carrier", value: "A" },
    ],
    isOwned: false,
    ...change,
  });
  const rows = [row({ id: "a", actBy: NOW }), row({ id: "b", actBy: NOW + MINUTE })];
  const { tasks } = sampleOf(rows, NOW, [
    incident({}),
    incident({ id: "INC-2", severity: "S1", isOwned: true, orders: [] }),
    incident({ id: "INC-3", severity: "S4" }),
    incident({ id: "INC-4", kind: "source_silent" }),
    incident({ id: "INC-5", state: "shelved" }),
    incident({ id: "INC-6", counts: { ...counts, lost: 2 } }),
  ]);
  expect(tasks.map(({ title, incident: id, orders, state }) => [title, id, orders, state])).toEqual(
    [
      ["Packing is slow", "INC-2", 2, "taken"],
      ["Packing is slow", "INC-1", 2, "open"],
      [undefined, undefined, 1, "open"],
    ],
  );
  const [gone] = sampleOf(rows, NOW, [
    incident({ counts: { ...counts, atRisk: 0, late: 2 } }),
  ]).tasks;
  expect([tasks[1]?.actBy, gone?.actBy]).toEqual([NOW + 20 * MINUTE, null]);
  const [{ cause }] = tasks as [(typeof tasks)[number]];
  const name = site.carriers.find(({ id }) => id === "A")?.name ?? "A";
  expect(cause).toEqual({
    kind: "common_cause",
    about: [{ name: "pickup", value: `${name} 16:00` }],
  });
});

test("trucks are called as the site calls their carriers, and those it does not know by their id", () => {
  const carriers = site.carriers.map((one) => (one.id === "A" ? { ...one, name: "DHL" } : one));
  const rows = [row({ id: "a" }), row({ id: "b", pickup: truck(90, "X") })];
  const { trucks, tasks } = sampleOf(rows, NOW, [], { ...site, carriers });
  expect(trucks.map(({ id, carrier }) => [id, carrier])).toEqual([
    ["A-20260302-1100", "DHL"],
    ["X-20260302-1130", "X"],
  ]);
  expect(tasks.map(({ truck: of }) => of?.carrier).toSorted()).toEqual(["DHL", "X"]);
});

describe("the shift", () => {
  test("is the one that is on, over midnight too, and none between shifts", () => {
    expect(shiftAt(site, NOW)?.name).toBe("early");
    const night = Date.parse("2026-03-02T22:30:00Z");
    expect(shiftAt(site, night)).toBeNull();
    expect(new Date(nextShiftAt(site, night) ?? 0).toISOString()).toBe("2026-03-03T05:00:00.000Z");
    const owl = {
      ...site,
      shifts: [{ name: "night", days: [1], from: "22:00", to: "06:00" }],
    };
    expect(shiftAt(owl, Date.parse("2026-03-03T03:00:00Z"))?.name).toBe("night");
    expect(shiftAt(owl, Date.parse("2026-03-03T05:00:00Z"))).toBeNull();
  });
});

describe("the day so far", () => {
  const start = (onTime: number, late: number, at: number) => ({ onTime, late, at });
  const days = new Map([
    [10, start(100, 10, 0)],
    [11, start(190, 20, 0)],
    [12, start(260, 50, 0)],
    [14, start(1_000, 50, 0)],
  ]);

  test("is the difference to how it began, and the record the best day that was seen whole", () => {
    expect(todayOf(days, { onTime: 1_030, late: 52 }, 14, 0)).toEqual({
      onTime: 30,
      late: 2,
      since: null,
      // day 12 to 14 has a day in it that nobody saw begin
      record: { shipped: 100, day: "1970-01-11" },
    });
  });

  test("says since when it counts when nobody saw it begin", () => {
    const late = new Map([[20, start(5, 5, 3_600_000)]]);
    expect(todayOf(late, { onTime: 6, late: 5 }, 20, 0)).toMatchObject({
      onTime: 1,
      since: 3_600_000,
      record: null,
    });
  });
});

test("a silent source makes blind what rests on it, and only that", () => {
  expect(restsOn("stations", "wms/ber1")).toBe(true);
  expect(restsOn("quality", "carrier/dhl")).toBe(false);
  expect(restsOn("trucks", "3pl/north")).toBe(true);
  expect(restsOn("today", "somebody-new")).toBe(true);
  expect(restsOn("message", "wms/ber1")).toBe(false);
  expect(truckRestsOn("DHL-20260302-1600", "carrier/dhl")).toBe(true);
  expect(truckRestsOn("UPS-20260302-1600", "carrier/dhl")).toBe(false);
  expect(truckRestsOn("UPS-20260302-1600", "wms/ber1")).toBe(true);
});

test("only what is new, critical and nobody's rings", () => {
  const sample = sampleOf([
    row({ id: "a", actBy: NOW + MINUTE }),
    row({ id: "b", sev: "lost_cause", pickup: truck(30, "B") }),
    row({ id: "c", sev: "on_time", exceptions: ["DAMAGED_INTERNAL"] }),
  ]);
  const alarms = alarmsOf(sample);
  expect(alarms.map(({ kind, rings }) => [kind, rings])).toEqual([
    ["urgent", true],
    ["trucks", false],
    ["quality", false],
  ]);
  const taken = sample.tasks.map((task) => ({ ...task, state: "taken" as const }));
  expect(alarmsOf({ ...sample, tasks: taken }).some(({ rings }) => rings)).toBe(false);
  const known = new Set(alarms.map(({ id }) => id));
  expect(freshAlarms(alarms, known)).toEqual([]);
  expect(freshAlarms(alarms.toReversed(), new Set()).map(({ severity }) => severity)).toEqual([
    1, 2, 3,
  ]);
});
