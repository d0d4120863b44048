import { describe, expect, test } from "vitest";
import { byUrgency, BUDGETS } from "../../../client/analytics/topic-budgets.ts";
import { BACKLOG, evenPace } from "../../../client/analytics/topic-backlog.ts";
import { ALARMS, toRepair } from "../../../client/analytics/topic-alarms.ts";
import { THROUGHPUT } from "../../../client/analytics/topic-throughput.ts";
import { TOPICS } from "../../../client/analytics/topics.ts";
import type { Alarms, Backlog, BudgetView } from "../../../domain/contract/analytics-others.ts";
import { aContext, aMetric, anAnswer, anItem, NOW, shareOf } from "./answers.ts";

const iso = (at: number): string => new Date(at).toISOString();
const HOUR = 3_600_000;

const aBudget = (more: Partial<BudgetView> = {}): BudgetView => ({
  channel: "amazon",
  measure: "lateShipment",
  days: 7,
  most: 0.04,
  rate: shareOf(8, 450),
  ahead: 50,
  left: 11,
  state: "within",
  words: "You may still ship 11 orders late this week and stay under 4 %.",
  from: "2026-11-29T23:00:00.000Z",
  to: iso(NOW),
  end: "2026-12-06T23:00:00.000Z",
  orders: "/api/v1/analytics/budgets/orders?site=BER1&channel=amazon&metric=onTimeShip&failed=true",
  ...more,
});

describe("marketplace budgets", () => {
  test("are said in words, those that are broken or nearly so first", () => {
    const items = [aBudget(), aBudget({ state: "broken", left: -2, words: "Too many." })];
    expect(byUrgency(items).map(({ state }) => state)).toEqual(["broken", "within"]);
    const shown = BUDGETS.show(new Map([["budgets", { items }]]), aContext());
    expect(shown.notes).toEqual(["Amazon: Too many."]);
    const calm = BUDGETS.show(new Map([["budgets", { items: [aBudget()] }]]), aContext());
    expect(calm.notes).toEqual([
      "Amazon: You may still ship 11 orders late this week and stay under 4 %.",
    ]);
  });

  test("lead to the orders that used them up", () => {
    const shown = BUDGETS.show(new Map([["budgets", { items: [aBudget()] }]]), aContext());
    const [row] = shown.panels[0]?.table.rows ?? [];
    const used = row?.cells.find(({ text }) => text === "8 of 450");
    expect(used?.to).toMatchObject({
      path: "/analytics/budgets/orders",
      query: { channel: "amazon", failed: "true" },
    });
  });
});

const backlog: Pick<Backlog, "from" | "to" | "items" | "trucks"> = {
  from: iso(NOW - 3 * HOUR),
  to: iso(NOW),
  items: [3, 5, 2].map((inside, place) => ({
    key: String(place),
    at: iso(NOW - (2 - place) * HOUR),
    inside,
    held: place,
  })),
  trucks: [
    {
      truck: "DHL-20261130-1000",
      at: iso(NOW - HOUR),
      due: 4,
      made: 3,
      steps: [0, 4, 2, 1].map((unready, place) => ({
        at: iso(NOW - (4 - place) * HOUR),
        left: 4,
        unready,
      })),
    },
  ],
};

describe("the backlog", () => {
  const shown = BACKLOG.show(new Map([["backlog", backlog]]), aContext());
  const panel = (id: string) => shown.panels.find((one) => one.id === id);

  test("every hour opens the orders that stood in the house then", () => {
    expect(panel("house")?.words).toContain(": 5; 2 at the end");
    const chart = panel("house")?.chart;
    expect(chart?.kind === "lines" && chart.to[1]).toEqual({
      path: "/analytics/backlog/orders",
      query: {
        site: "BER1",
        metric: "backlog",
        from: iso(NOW - 2 * HOUR),
        to: iso(NOW - HOUR),
      },
    });
  });

  test("is asked for without the filter that another topic left in the address: it is told of the whole site", () => {
    const context = aContext({ filter: { name: "carrier", value: "DHL" } });
    const { query } = BACKLOG.asks(context)["backlog"] ?? {};
    expect(Object.keys(query ?? {}).toSorted()).toEqual(["from", "site", "to"]);
  });

  test("a truck's burn-down stands against an even pace from the fullest moment on", () => {
    expect(evenPace(backlog.trucks[0]?.steps ?? [])).toEqual([null, 4, 2, 0]);
    expect(panel("burn")?.words).toContain("4 orders were due on it; 1 had not left");
    expect(panel("trucks")?.table.rows[0]?.cells.map(({ text }) => text)).toEqual([
      "4",
      "3",
      "1",
      "75 %",
    ]);
  });
});

const quality = (right: number, raised: number, missed: number) => ({
  raised,
  precision: shareOf(right, raised),
  recall: shareOf(right, missed),
  report: {
    orders: 100,
    missed,
    alarms: { right, wrong: raised - right, silent: missed - right },
    leadMinutes: 60,
  },
});
const alarms: Pick<Alarms, "from" | "to" | "before" | "items"> = {
  from: iso(NOW - 24 * HOUR),
  to: iso(NOW),
  before: { from: iso(NOW - 48 * HOUR), to: iso(NOW - 24 * HOUR) },
  items: [
    {
      rule: "risk",
      name: "Order will miss its next deadline",
      ...quality(40, 50, 80),
      before: quality(30, 50, 60),
      days: [{ day: "2026-11-30", ...quality(40, 50, 80) }],
    },
  ],
};

describe("alarms", () => {
  const shown = ALARMS.show(new Map([["alarms", alarms]]), aContext());

  test("say how often they were right, how many misses they saw, and how early", () => {
    expect(shown.tiles.map(({ metric, text }) => [metric.key, text])).toEqual([
      ["alarmPrecision", "80 %"],
      ["alarmRecall", "50 %"],
      ["alarmLead", "1 h"],
      ["alarmsRaised", "50"],
    ]);
    expect(shown.tiles.map(({ failed }) => failed?.text)).toEqual([
      "10 wrong alarms",
      "40 misses without an alarm",
      undefined,
      undefined,
    ]);
    expect(shown.tiles[0]?.change).toBe("20 points better (60 %)");
    expect(shown.links?.[0]?.to).toMatchObject({ path: "/forecast" });
  });

  test("every figure opens the orders that it counts, and one of nothing opens nothing", () => {
    const metricOf = (to: unknown) =>
      (to as { query: { metric: string } } | undefined)?.query.metric;
    expect(shown.tiles.map(({ to }) => metricOf(to))).toEqual(
      shown.tiles.map(({ metric }) => metric.key),
    );
    expect(shown.tiles[1]?.failed?.to).toMatchObject({
      path: "/analytics/alarms/orders",
      query: { metric: "alarmRecall", failed: "true" },
    });
    const none = { ...quality(0, 0, 0), precision: { value: null }, recall: { value: null } };
    const [risk] = alarms.items;
    const days = [...risk!.days, { day: "2026-11-29", ...none }];
    const answer = { ...alarms, items: [{ ...risk!, ...none, days }] };
    const { tiles, panels } = ALARMS.show(new Map([["alarms", answer]]), aContext());
    expect(tiles.map(({ metric, to }) => [metric.key, to]).slice(0, 2)).toEqual([
      ["alarmPrecision", undefined],
      ["alarmRecall", undefined],
    ]);
    const [quiet, busy] = panels[0]?.table.rows ?? [];
    expect(quiet?.cells.every(({ to }) => to === undefined)).toBe(true);
    expect(busy?.cells.map(({ to }) => metricOf(to))).toEqual([
      undefined,
      "alarmRecall",
      "alarmsRaised",
      "alarmPrecision",
      "alarmRecall",
      "alarmLead",
    ]);
    expect(busy?.cells[1]?.to).toMatchObject({ query: { from: "2026-11-30", to: "2026-11-30" } });
    expect(busy?.head).toMatchObject({ text: "Mon 30 Nov", raw: "2026-11-30" });
  });

  test("a rule is a case for repair only when enough of its incidents were noise", () => {
    const noise = (n: number, d: number) => ({ raised: { value: d }, noiseShare: shareOf(n, d) });
    const metrics = [
      aMetric({ key: "raised", name: "Incidents raised", unit: "count", better: "less" }),
      aMetric({ key: "noiseShare", name: "Said to be noise", better: "less" }),
    ];
    const rules = anAnswer({
      name: "incidents",
      by: "kind",
      metrics,
      items: [
        anItem("no_scan", noise(6, 10), {
          orders: "/api/v1/analytics/incidents/orders?kind=no_scan",
        }),
        anItem("damage", noise(2, 2)),
      ],
    });
    expect(toRepair(rules)).toEqual(["A scan that should have come"]);
    const panels = ALARMS.show(new Map([["rules", rules]]), aContext()).panels;
    expect(panels[0]?.words).toContain("For repair, noise more often than not: a scan that should");
    expect(panels[0]?.table.rows[0]?.cells[0]?.to).toEqual({
      path: "/analytics/incidents/orders",
      query: { kind: "no_scan", metric: "raised" },
    });
  });
});

describe("throughput", () => {
  test("what stands in a stage at the end is a whole number that opens its orders", () => {
    const metrics = [aMetric({ key: "throughput", name: "Throughput", unit: "count" })];
    const items = [anItem("picked", { throughput: { value: 4 } })];
    const stages = {
      ...anAnswer({ by: "stage", metrics, items }),
      wip: { picked: { wip: 2.4, held: 0, atEnd: 3 } },
    };
    const { panels } = THROUGHPUT.show(new Map([["stages", stages]]), aContext());
    const last = panels[0]?.table.rows[0]?.cells.at(-1);
    expect(last).toMatchObject({
      text: "3",
      to: { path: "/analytics/backlog/orders", query: { metric: "backlog", stage: "picked" } },
    });
  });

  test("names the hour of the week in which most goes through; each cell opens its orders", () => {
    const metrics = [aMetric({ key: "throughput", name: "Throughput", unit: "count" })];
    const heat = anAnswer({
      by: "heat",
      metrics,
      items: [
        anItem("1 9", { throughput: { value: 4 } }),
        anItem("3 14", { throughput: { value: 9 } }),
      ],
    });
    const { panels } = THROUGHPUT.show(new Map([["heat", heat]]), aContext());
    const [panel] = panels;
    expect(panel?.words).toContain("Most of them Wed from 14:00: 9.");
    const chart = panel?.chart;
    const cell = chart?.kind === "heat" ? chart.cells.find(({ value }) => value === 9) : undefined;
    expect(cell).toMatchObject({ day: 2, hour: 14, to: { query: { heat: "3 14" } } });
    expect(panel?.table.rows[14]?.cells[2]?.text).toBe("9");
  });
});

test("every question shows nothing rather than fail while its answers are not there", () => {
  for (const topic of TOPICS) {
    const shown = topic.show(new Map(), aContext());
    expect([topic.name, shown.tiles, shown.panels]).toEqual([topic.name, [], []]);
    expect(Object.keys(topic.asks(aContext())).length).toBeGreaterThan(0);
  }
});
