import fc from "fast-check";
import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import { LiveMetrics, type Row } from "../../domain/board.ts";
import { binOf, middleOf, quantile } from "../../domain/dwell.ts";
import {
  contributionOf,
  countedOf,
  NOTHING_COUNTED,
  type Contribution,
} from "../../domain/contribution.ts";
import { liveMetrics, trendsOf, type MetricsInput } from "../../domain/metrics.ts";
import { createTally } from "../../domain/tally.ts";
import type { Order } from "../../domain/order.ts";
import { promisesOf } from "../../domain/promise.ts";
import { FORWARD_STAGES } from "../../domain/stages.ts";
import { BER, milestone, ms, orderAt, policyOf } from "./time-fixtures.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (time: string): number => ms(`2026-02-11T${time}:00+01:00`);
const policy = policyOf(BER);
const contribution = (order: Order): Contribution =>
  contributionOf(order, promisesOf(order, policy), policy);

const packed = orderAt(at("09:00"), {
  stage: "packed",
  stageSince: at("10:10"),
  timeline: [
    milestone("received", at("09:00")),
    milestone("allocated", at("09:05")),
    milestone("picked", at("09:40")),
    milestone("packed", at("10:10")),
  ],
});

/** Counters as the server keeps them. */
function summed(...contributions: Contribution[]): Pick<MetricsInput, "counters" | "totals"> {
  const counters = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  const add = (sums: Map<string, number>, by: Record<string, number>): void => {
    for (const [field, value] of Object.entries(by))
      sums.set(field, (sums.get(field) ?? 0) + value);
  };
  for (const one of contributions) {
    add(totals, one.totals);
    for (const [day, fields] of Object.entries(one.counters)) {
      const sums = counters.get(day) ?? new Map<string, number>();
      counters.set(day, sums);
      add(sums, fields);
    }
  }
  return { counters, totals };
}

const row = (change: Partial<Row>): Row => ({
  id: "SO-1",
  v: 1,
  stage: "received",
  stageSince: 0,
  sev: "on_time",
  actBy: null,
  due: null,
  dueKind: "ship",
  risk: null,
  carrier: "A",
  service: "A",
  pickup: null,
  flags: [],
  holds: [],
  exceptions: [],
  parcels: { total: 0, packed: 0, shipped: 0 },
  lines: 1,
  units: 1,
  find: [],
  placedAt: 0,
  ...change,
});

const input = (rows: Row[], ...contributions: Contribution[]): MetricsInput => ({
  rows,
  ...summed(...contributions),
  dead: 1,
  waiting: 2,
  inboxLag: 3,
});

/** A way through some stages, in time; some scans missing, some with start scans. */
const orders = fc
  .record({
    stages: fc.subarray([...FORWARD_STAGES], { minLength: 1 }),
    gaps: fc.array(fc.integer({ min: 0, max: 3 * 1440 }), { minLength: 13, maxLength: 13 }),
    missing: fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
    early: fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
  })
  .map(({ stages, gaps, missing, early }) => {
    let now = at("09:00");
    const timeline = stages.map((stage, index) => {
      now += (gaps[index] ?? 0) * MINUTE;
      const isLast = index === stages.length - 1;
      if (!isLast && index > 0 && missing[index] === true) return milestone(stage, null);
      return milestone(stage, now, early[index] === true ? now - MINUTE : null);
    });
    return orderAt(at("09:00"), {
      stage: stages.at(-1) ?? "received",
      stageSince: now,
      timeline,
      ...(stages.at(-1) === "delivered" && { deliveredAt: now, closedAt: now }),
    });
  });

describe("what an order counts for", () => {
  test("is every passage in its five minutes, and the time in each stage it left", () => {
    const { counters, totals } = contribution(packed);
    const day = String(Math.floor(at("09:00") / DAY));
    expect(Object.keys(counters)).toEqual([day]);
    // 09:00 in Berlin is 08:00 UTC: bucket 96
    expect(counters[day]).toEqual({
      "96|in|received": 1,
      "97|out|received": 1,
      "97|in|allocated": 1,
      "104|out|allocated": 1,
      "104|in|picked": 1,
      "110|out|picked": 1,
      "110|in|packed": 1,
      [`8|dwell|received|${binOf(5 * MINUTE)}`]: 1,
      [`8|dwell|allocated|${binOf(35 * MINUTE)}`]: 1,
      [`9|dwell|picked|${binOf(30 * MINUTE)}`]: 1,
    });
    expect(totals).toEqual({});
  });

  test("books the time of a stage that was not scanned to both, never to one", () => {
    const timeline = packed.timeline.map((one) =>
      one.stage === "picked" ? milestone("picked", null) : one,
    );
    const { counters } = contribution({ ...packed, timeline });
    const fields = Object.keys(Object.values(counters)[0] ?? {});
    expect(fields.filter((field) => field.includes("dwell"))).toEqual([
      `8|dwell|received|${binOf(5 * MINUTE)}`,
      `9|dwell|allocated+picked|${binOf(65 * MINUTE)}`,
    ]);
    expect(fields.some((field) => field.endsWith("|picked"))).toBe(false);
  });

  test("takes a start scan as entering the stage, once", () => {
    const timeline = [
      milestone("received", at("09:00")),
      milestone("picking", at("09:10")),
      milestone("picked", at("09:40"), at("09:10")),
      milestone("packed", at("10:10"), at("10:00")),
    ];
    const { counters } = contribution({ ...packed, timeline });
    const fields = Object.keys(Object.values(counters)[0] ?? {});
    const entered = fields.filter((field) => field.includes("|in|"));
    expect(entered.map((field) => field.split("|")[2])).toEqual([
      "received",
      "picking",
      "picked",
      "packing",
      "packed",
    ]);
  });

  test("is nothing before the order is known", () => {
    expect(contributionOf(null, null, policy)).toEqual({ counters: {}, totals: {} });
  });

  test("tells how promises ended and where the order did", () => {
    const order = orderAt(at("09:00"), {
      stage: "delivered",
      stageSince: ms("2026-02-13T19:00:00Z"),
      handedOverAt: at("16:01"),
      deliveredAt: ms("2026-02-13T19:00:00Z"),
      closedAt: ms("2026-02-13T19:00:00Z"),
    });
    expect(contribution(order).totals).toEqual({
      "closed|delivered": 1,
      shippedLate: 1,
      deliveredOnTime: 1,
    });
  });

  test("judges the shipping of what nobody scanned at the dock by the carrier's first scan", () => {
    const order = orderAt(at("09:00"), {
      stage: "in_transit",
      stageSince: at("15:30"),
      timeline: [
        milestone("received", at("09:00")),
        milestone("handed_over", null),
        milestone("in_transit", at("15:30")),
      ],
    });
    expect(contribution(order).totals).toEqual({ shippedOnTime: 1 });
  });

  test("is in less out: one in the stage where it stands, none elsewhere", () => {
    fc.assert(
      fc.property(orders, (order) => {
        const standing = new Map<string, number>();
        for (const fields of Object.values(contribution(order).counters)) {
          for (const [field, value] of Object.entries(fields)) {
            const [, kind, stage = ""] = field.split("|");
            const sign = kind === "in" ? value : -value;
            if (kind !== "dwell") standing.set(stage, (standing.get(stage) ?? 0) + sign);
          }
        }
        const nonZero = [...standing].filter(([, value]) => value !== 0);
        expect(nonZero).toEqual([[order.stage, 1]]);
      }),
    );
  });

  const counted = (order: Order | null) =>
    order === null ? NOTHING_COUNTED : countedOf(order, promisesOf(order, policy));
  const nonZero = (sums: ReadonlyMap<string, number>) =>
    Object.fromEntries([...sums].filter(([, value]) => value !== 0));

  test("moves counters by difference from one fold to the next, of many orders at once", () => {
    const moves = fc.array(fc.tuple(fc.option(orders), fc.option(orders)), { maxLength: 4 });
    const known = (order: Order | null): Contribution[] =>
      order === null ? [] : [contribution(order)];
    fc.assert(
      fc.property(moves, (pairs) => {
        const tally = createTally();
        for (const [before, after] of pairs) tally.move(counted(before), counted(after));
        const moved = summed(...pairs.flatMap(([before]) => known(before)), tally.named());
        const direct = summed(...pairs.flatMap(([, after]) => known(after)));
        expect(nonZero(moved.totals)).toEqual(nonZero(direct.totals));
        for (const day of new Set([...moved.counters.keys(), ...direct.counters.keys()])) {
          expect(nonZero(moved.counters.get(day) ?? new Map())).toEqual(
            nonZero(direct.counters.get(day) ?? new Map()),
          );
        }
      }),
    );
  });

  test("makes no difference to itself, and leaves out what comes to nothing", () => {
    const tally = createTally();
    tally.move(counted(packed), counted(packed));
    tally.move(counted(null), counted(packed));
    tally.move(counted(packed), counted(null));
    expect(tally.named()).toEqual({ counters: {}, totals: {} });
  });
});

describe("dwell histograms", () => {
  test("give a quantile within 5 % of the true one", () => {
    const values = fc.array(fc.integer({ min: 1_000, max: 60 * DAY }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.95), (dwells, q) => {
        const bins = new Map<number, number>();
        for (const dwell of dwells) bins.set(binOf(dwell), (bins.get(binOf(dwell)) ?? 0) + 1);
        const exact = dwells.sort((a, b) => a - b)[Math.ceil(q * dwells.length) - 1] ?? 0;
        const estimate = quantile(bins, q) ?? 0;
        expect(Math.abs(estimate - exact) / exact).toBeLessThanOrEqual(0.05);
      }),
    );
  });

  test("are null without any order", () => {
    expect(quantile(new Map(), 0.5)).toBeNull();
  });
});

describe("live metrics", () => {
  const now = at("10:12");

  test("fit their schema and count the open orders", () => {
    const rows = [
      row({ id: "1", stage: "packed", actBy: now + 10 * MINUTE }),
      row({ id: "2", stage: "packed", sev: "at_risk", actBy: now - HOUR }),
      row({ id: "3", stage: "received", sev: "late", actBy: now - HOUR }),
      // the plan's moment has passed, and the forecast says that it leaves in time
      row({ id: "5", stage: "packed", actBy: now - 10 * MINUTE }),
      row({ id: "4", stage: "backordered", actBy: now + HOUR, holds: [{ code: "HOLD_FRAUD" }] }),
    ];
    const metrics = liveMetrics(input(rows, contribution(packed)), BER, now);
    expect(Check(LiveMetrics, metrics)).toBe(true);
    expect(metrics).toMatchObject({
      at: now,
      open: 5,
      onHold: 1,
      actWithin30Min: 2,
      deadLetters: 1,
      waiting: 2,
      inboxLag: 3,
    });
    expect(metrics.severities).toEqual({
      on_time: 3,
      at_risk: 1,
      late: 1,
      lost_cause: 0,
      unknown: 0,
    });
    expect(metrics.stages["packed"]?.wip).toBe(3);
    expect(metrics.stages["backordered"]?.wip).toBe(1);
    expect(metrics.stages["delivered"]?.wip).toBe(0);
  });

  test("give rates of the last 30 minutes, the oldest bucket in proportion", () => {
    const metrics = liveMetrics(input([], contribution(packed)), BER, now);
    // in at 10:10; out of picked too, and into picked at 09:40, which is 32 minutes ago
    expect(metrics.stages["packed"]).toMatchObject({ inPerHour: 2, outPerHour: 0 });
    expect(metrics.stages["picked"]).toMatchObject({ outPerHour: 2 });
    expect(metrics.stages["picked"]?.inPerHour).toBeCloseTo(2 * (3 / 5), 5);
    expect(metrics.stages["allocated"]).toMatchObject({ inPerHour: 0 });
  });

  test("give the time in a stage of those who left it within a day", () => {
    const seen = liveMetrics(input([], contribution(packed)), BER, now).stages["allocated"];
    expect(seen?.p50Ms).toBe(middleOf(binOf(35 * MINUTE)));
    expect(seen?.p90Ms).toBe(seen?.p50Ms);
    const later = liveMetrics(input([], contribution(packed)), BER, now + 26 * HOUR);
    expect(later.stages["allocated"]?.p50Ms).toBeNull();
  });

  test("say when a stage is empty at these rates, or that it never is", () => {
    const rows = [row({ id: "1", stage: "picked" }), row({ id: "2", stage: "picked" })];
    const later = at("10:20");
    const { stages } = liveMetrics(input(rows, contribution(packed)), BER, later);
    expect(stages["picked"]).toMatchObject({ inPerHour: 0, outPerHour: 2 });
    expect(stages["picked"]?.emptiesAt).toBe(later + HOUR);
    expect(stages["packed"]?.emptiesAt).toBeNull();
  });

  test("count what was handed over since midnight at the site", () => {
    const gone = (id: string, time: number): Contribution =>
      contribution(
        orderAt(time - HOUR, {
          id,
          stage: "handed_over",
          stageSince: time,
          timeline: [milestone("received", time - HOUR), milestone("handed_over", time)],
        }),
      );
    const contributions = [
      gone("1", at("00:01")),
      gone("2", at("00:01") - 2 * MINUTE),
      gone("3", at("10:00")),
    ];
    const metrics = liveMetrics(input([], ...contributions), BER, now);
    expect(metrics.handedOverToday).toBe(2);
    expect(metrics.shippedPerHour).toBe(1);
  });

  test("count what left without a scan at the dock when its carrier told of it, and once", () => {
    const told = (id: string, ...ways: [Order["stage"], number | null][]): Contribution => {
      const timeline = [
        milestone("received", at("08:00")),
        ...ways.map((way) => milestone(...way)),
      ];
      const [stage, since] = ways.at(-1) ?? ["received" as const, at("08:00")];
      return contribution(orderAt(at("08:00"), { id, stage, stageSince: since ?? 0, timeline }));
    };
    const contributions = [
      told("missing", ["handed_over", null], ["in_transit", at("10:00")]),
      told("never scanned here", ["in_transit", at("10:00")], ["delivered", at("10:10")]),
      told("scanned", ["handed_over", at("10:00")], ["in_transit", at("10:10")]),
      told("not gone", ["cancelled", at("10:00")]),
    ];
    const metrics = liveMetrics(input([], ...contributions), BER, now);
    expect(metrics).toMatchObject({ handedOverToday: 3, shippedPerHour: 3 });
    expect(metrics.promises).toMatchObject({ shippedOnTime: 3, shippedLate: 0 });
  });

  test("sum up closed orders and how promises ended", () => {
    const order = orderAt(at("09:00"), {
      stage: "cancelled",
      stageSince: at("09:30"),
      closedAt: at("09:30"),
    });
    const metrics = liveMetrics(input([], contribution(order), contribution(order)), BER, now);
    expect(metrics.closed).toEqual({ cancelled: 2 });
    expect(metrics.promises).toEqual({
      shippedOnTime: 0,
      shippedLate: 0,
      deliveredOnTime: 0,
      deliveredLate: 0,
    });
  });
});

describe("trends", () => {
  const now = at("10:12");

  test("end with the bucket of now and go back as many hours as asked", () => {
    const trends = trendsOf(input([], contribution(packed)), BER, now, 2);
    expect(trends).toMatchObject({ site: "BER", bucketMs: 5 * MINUTE });
    expect(trends.from).toBe(at("08:15"));
    for (const stage of Object.values(trends.stages)) {
      for (const series of Object.values(stage)) expect(series).toHaveLength(24);
    }
  });

  test("count the work standing in a stage back from what stands there now", () => {
    const rows = [row({ stage: "packed" })];
    const { stages, from } = trendsOf(input(rows, contribution(packed)), BER, now, 2);
    const bucket = (time: string): number => (at(time) - from) / (5 * MINUTE);
    const wip = (stage: string, time: string): number | undefined =>
      stages[stage]?.wip[bucket(time)];
    expect([wip("received", "08:55"), wip("received", "09:00"), wip("received", "09:05")]).toEqual([
      0, 1, 0,
    ]);
    expect([wip("picked", "09:40"), wip("picked", "10:05"), wip("picked", "10:10")]).toEqual([
      1, 1, 0,
    ]);
    expect([wip("packed", "10:05"), wip("packed", "10:10")]).toEqual([0, 1]);
    expect(stages["packed"]?.in[bucket("10:10")]).toBe(1);
    expect(stages["picked"]?.out[bucket("10:10")]).toBe(1);
  });

  test("give the time in a stage by the hour in which it was left", () => {
    const { stages, from } = trendsOf(input([], contribution(packed)), BER, now, 2);
    const dwell = stages["allocated"]?.dwellP50Ms ?? [];
    expect(dwell[(at("09:00") - from) / (5 * MINUTE)]).toBe(middleOf(binOf(35 * MINUTE)));
    expect(dwell[(at("08:55") - from) / (5 * MINUTE)]).toBeNull();
    expect(stages["allocated"]?.dwellP90Ms.at(-1)).toBeNull();
  });
});
