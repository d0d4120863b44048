import { describe, expect, test } from "vitest";
import { daysOf, queryOf, siteDay, viewOf } from "../../../client/analytics/analytics-view.ts";
import { ask, splitOf } from "../../../client/analytics/ask.ts";
import {
  changeText,
  failedOf,
  figureText,
  madeOf,
  targetText,
} from "../../../client/analytics/figure-words.ts";
import { lagWords } from "../../../client/analytics/lag-words.ts";
import { ordersPage } from "../../../client/analytics/orders-link.ts";
import {
  aboutWords,
  incidentsTable,
  ordersTable,
  titleOf,
  togetherWords,
} from "../../../client/analytics/orders-model.ts";
import { partWords, spanWords, stageWords } from "../../../client/analytics/split-words.ts";
import { splitChart, splitTable, totalsTable } from "../../../client/analytics/split-panel.ts";
import { tableCsv } from "../../../client/analytics/table-csv.ts";
import { tilesOf } from "../../../client/analytics/tiles.ts";
import { DELAYS, lossesOf } from "../../../client/analytics/topic-delays.ts";
import { partsOf } from "../../../client/analytics/topic-cycle.ts";
import { splitSentence } from "../../../client/analytics/usual-panels.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aContext, aMetric, anAnswer, anItem, byDay, LOST, NOW, shareOf } from "./answers.ts";

const HOUR = 3_600_000;
const berlin = createSiteFormat("Europe/Berlin");

describe("the address of a view", () => {
  test("says everything that is looked at, and comes back the same", () => {
    const view = viewOf({
      from: "2026-11-01",
      to: "2026-11-07",
      by: "week",
      carrier: "DHL",
      metric: "otif",
      focus: "picked",
      show: "tables",
    });
    expect(viewOf(queryOf(view))).toEqual(view);
    expect(queryOf(viewOf({}))).toEqual({});
    expect(queryOf(viewOf({ window: "90d" }))).toEqual({ window: "90d" });
  });

  test("does not follow what it does not understand", () => {
    const view = viewOf({ window: "toString", by: "moon", from: "2026-11-09", to: "2026-11-01" });
    expect(view).toMatchObject({ window: "7d", by: "", from: "" });
  });

  test("means days of the site, not of the reader", () => {
    // half past eleven in the evening in Berlin is the next day in Kolkata
    const late = Date.parse("2026-11-29T22:30:00Z");
    expect(siteDay("Asia/Kolkata", late)).toBe("2026-11-30");
    expect(daysOf(viewOf({}), "Europe/Berlin", late)).toEqual({
      from: "2026-11-23",
      to: "2026-11-29",
    });
    expect(daysOf(viewOf({ window: "yesterday" }), "Europe/Berlin", late)).toEqual({
      from: "2026-11-28",
      to: "2026-11-28",
    });
  });

  test("a filter goes with a split by time alone", () => {
    const context = aContext({ by: "carrier", filter: { name: "channel", value: "web" } });
    expect(splitOf(context, ["day", "carrier"])).toBe("day");
    expect(ask(context, "otif", "day").query).toMatchObject({ channel: "web", by: "day" });
    expect(ask(context, "otif", "carrier").query).not.toHaveProperty("channel");
  });
});

describe("a figure in words", () => {
  test("of few orders is a count, of many a percentage with what it is made of", () => {
    expect(figureText(aMetric(), shareOf(8, 11))).toBe("8 of 11");
    expect(figureText(aMetric(), shareOf(488, 566))).toBe("86.2 %");
    expect(madeOf(aMetric(), shareOf(488, 566))).toBe("488 of 566");
    expect(figureText(aMetric(), shareOf(0, 0))).toBe("–");
    expect(figureText(aMetric({ key: "emptySpace" }), shareOf(4, 10))).toBe("40 %");
  });

  test("of a duration is its middle, with the slow ones beside it", () => {
    const metric = aMetric({ key: "clickToShip", unit: "ms" });
    const figure = { value: 9 * HOUR, p50: 5 * HOUR, p90: 24 * HOUR, p99: 48 * HOUR };
    expect(figureText(metric, figure)).toBe("5 h");
    expect(madeOf(metric, figure)).toBe("median; p90 1 d, p99 2 d");
    expect(figureText(LOST, { value: 1_120 * 60_000 })).toBe("1,120 min");
    expect(figureText(aMetric({ key: "packagingPerOrder", unit: "kg" }), { value: 0.165 })).toBe(
      "165 g",
    );
  });

  test("says how it stands against the period before, and calls worse what is worse", () => {
    const more = aMetric();
    const less = aMetric({ better: "less" });
    expect(changeText(more, shareOf(90, 100), shareOf(95, 100))).toBe("5 points worse (95 %)");
    expect(changeText(less, shareOf(90, 100), shareOf(95, 100))).toBe("5 points better (95 %)");
    expect(changeText(more, shareOf(95, 100), shareOf(95, 100))).toBe("as before (95 %)");
    expect(changeText(more, shareOf(95, 100), shareOf(0, 0))).toBe("");
    // what reads alike is alike, and what differs says by what it reads
    expect(changeText(more, shareOf(9_834, 10_000), shareOf(9_836, 10_000))).toBe(
      "0.1 points worse (98.4 %)",
    );
    expect(changeText(more, shareOf(9_836, 10_000), shareOf(9_842, 10_000))).toBe(
      "as before (98.4 %)",
    );
    const counted = aMetric({ unit: "count" });
    expect(changeText(counted, { value: 12 }, { value: 10 })).toBe("2 more (10)");
    expect(changeText(counted, { value: 12 }, { value: 0 })).toBe("");
    // a sum of no minutes mostly is one of orders that nobody kept
    expect(changeText(LOST, { value: 60_000 }, { value: 0 })).toBe("");
    expect(changeText(LOST, { value: 120_000 }, { value: 60_000 })).toBe("1 min worse (1 min)");
  });

  test("counts the failed where they stand", () => {
    expect(failedOf(aMetric(), shareOf(90, 100))).toBe(10);
    expect(failedOf(aMetric({ better: "less" }), shareOf(3, 100))).toBe(3);
    expect(failedOf(LOST, { value: 5 })).toBe(0);
    expect(targetText(aMetric(), shareOf(90, 100))).toBe("target 99 %, missed");
    expect(targetText(aMetric(), shareOf(9, 10))).toBe("target 99 %");
  });
});

describe("parts of a window", () => {
  test("are named as people at the site name them", () => {
    expect(stageWords("picked+packed")).toBe("Picked and packed");
    expect(partWords("reason", { key: "SHORT_PICK" }, berlin, true)).toBe("Short pick");
    expect(partWords("owner", { key: "internal" }, berlin, true)).toBe("Ours");
    expect(spanWords(berlin, "2026-11-23T23:00:00Z", "2026-11-30T11:00:00Z")).toBe(
      "Tue 24 Nov to Mon 30 Nov",
    );
  });

  test("a day with a change of clocks says how long it was", () => {
    const short = { key: "x", from: "2026-03-28T23:00:00Z", to: "2026-03-29T22:00:00Z" };
    expect(partWords("day", short, berlin, true)).toBe("Sun 29 Mar (23 h)");
    expect(partWords("day", short, berlin, false)).toBe("Sun 29 Mar");
  });
});

describe("one metric over a split", () => {
  test("stands over time with the period before and the target; the running part is hollow", () => {
    const chart = splitChart(byDay(), aMetric(), aContext());
    expect(chart).toMatchObject({ kind: "lines", isLastOpen: true, isFromZero: false, most: 1 });
    const lines = chart.kind === "lines" ? chart.lines : [];
    expect(lines.map(({ look }) => look)).toEqual(["main", "past", "target"]);
    expect(lines[0]?.values).toEqual([1, 39 / 40, 38 / 40]);
    expect(chart.kind === "lines" && chart.labels[2]).toBe("Mon 30 Nov");
  });

  test("stands by value with the weakest first, each the way to its orders", () => {
    const chart = splitChart(anAnswer(), aMetric(), aContext());
    expect(chart.kind === "bars" && chart.rows.map(({ name, note }) => [name, note])).toEqual([
      ["UPS", "80 %"],
      ["DHL", "100 %"],
    ]);
    expect(chart.kind === "bars" && chart.rows[0]?.to).toEqual({
      path: "/analytics/otif/orders",
      query: { site: "BER1", carrier: "UPS", metric: "onTimeShip" },
    });
  });

  test("the table says the same, and a name leads to it over time", () => {
    const table = splitTable(anAnswer(), aMetric(), aContext());
    expect(table.rows.map(({ head, cells }) => [head.text, cells[0]?.text, cells[0]?.raw])).toEqual(
      [
        ["UPS", "80 %", 0.8],
        ["DHL", "100 %", 1],
      ],
    );
    expect(table.rows[0]?.head.to).toEqual({
      query: { site: "BER1", by: "day", carrier: "UPS" },
    });
    expect(tableCsv(table).split("\r\n")[1]).toBe("UPS,0.8,40 of 50,0.9,10 points worse (90 %)");
  });

  test("a text that a spreadsheet would run is made harmless in the CSV", () => {
    const hostile = anAnswer({ items: [anItem("=HYPERLINK(1)", { onTimeShip: shareOf(1, 40) })] });
    expect(tableCsv(splitTable(hostile, aMetric(), aContext()))).toContain("'=HYPERLINK(1)");
  });

  test("is said in one sentence with what it is compared with", () => {
    expect(splitSentence(anAnswer(), "onTimeShip", aContext())).toBe(
      "On-time ship: 90 %, 5 points worse than Tue 17 Nov to Mon 23 Nov (95 %). Weakest carrier: UPS with 80 %.",
    );
  });

  test("every figure has its tile: the number, how many failed, and both their orders", () => {
    const [tile] = tilesOf(anAnswer(), ["onTimeShip", "nothing"]);
    expect(tile).toMatchObject({
      text: "90 %",
      to: { path: "/analytics/otif/orders" },
      failed: { text: "10 failed", to: { query: { failed: "true", metric: "onTimeShip" } } },
    });
    expect(totalsTable(anAnswer()).rows[0]?.cells[0]?.text).toBe("90 %");
  });

  test("say that there is nothing to measure yet, and of no target that it is met", () => {
    const metric = aMetric({ key: "toAcknowledge", unit: "ms", better: "less", target: 600_000 });
    const answer = { ...anAnswer(), metrics: [metric], total: { toAcknowledge: { value: null } } };
    expect(tilesOf(answer, ["toAcknowledge"])).toMatchObject([
      { text: "–", made: "nothing to measure yet", target: "target 10 min" },
    ]);
  });
});

describe("what only one topic has", () => {
  test("lost minutes add up, the most expensive first, whoever owns them", () => {
    const item = (key: string, min: number) => anItem(key, { lostMs: { value: min * 60_000 } });
    const answer = anAnswer({
      by: "owner",
      metrics: [LOST],
      items: [item("carrier", 30), item("internal", 60), item("customer", 10), item("partner", 0)],
    });
    const losses = lossesOf(answer);
    expect(losses.map(({ name, share, upTo }) => [name, share, upTo])).toEqual([
      ["Ours", 0.6, 0.6],
      ["Carrier", 0.3, 0.9],
      ["Customer", 0.1, 1],
    ]);
  });

  test("a reason is compared with a period that lost minutes, not with one of which nothing is known", () => {
    const lost = (min: number) => ({ lostMs: { value: min * 60_000 } });
    const changes = (all: number, before: number) => {
      const answer = anAnswer({
        by: "reason",
        metrics: [LOST],
        items: [anItem("HOLD_FRAUD", lost(30), { before: lost(before) })],
        before: { from: "2026-11-16T23:00:00Z", to: "2026-11-23T11:00:00Z", total: lost(all) },
      });
      const { panels } = DELAYS.show(new Map([["reason", answer]]), aContext());
      return panels[0]?.table.rows[0]?.cells.at(-1)?.text;
    };
    expect(changes(0, 0)).toBe("nothing known of the period before");
    expect(changes(90, 0)).toBe("none before");
    expect(changes(90, 20)).toBe("10 min worse (20 min)");
  });

  test("a stage's time falls apart into waiting, hands, untold work, hold and night", () => {
    const of = (n: number, d: number) => ({ value: n / d, of: { n, d } });
    const item = anItem("picked", {
      elapsed: of(100, 10),
      work: of(50, 10),
      wait: of(20, 5),
      touch: of(10, 5),
      hold: of(30, 10),
      night: of(20, 10),
    });
    const parts = partsOf(item);
    expect(parts).toEqual([2, 1, 2, 3, 2]);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(10);
  });
});

describe("the incidents behind a number", () => {
  test("are told with how they went, and open in the inbox", () => {
    const incident = {
      id: "INC-7",
      kind: "no_scan" as const,
      severity: "S2" as const,
      state: "resolved" as const,
      orders: 3,
      at: "2026-11-30T09:00:00Z",
      acknowledgedAt: null,
      resolvedAt: "2026-11-30T10:00:00Z",
      isAutoCleared: true,
      isEscalated: true,
      isEscalatedByHand: false,
      isNoise: false,
      toAck: null,
      toResolve: HOUR,
    };
    const table = incidentsTable([incident], berlin, "BER1");
    expect(table.rows[0]?.head.to).toEqual({
      path: "/inbox",
      query: { site: "BER1", incident: "INC-7" },
    });
    expect(table.rows[0]?.cells.map(({ text }) => text)).toEqual([
      "A scan that should have come",
      "S2",
      "resolved",
      "3",
      "Mon 30 Nov 10:00 CET",
      "–",
      "1 h",
      "escalated, over by itself",
    ]);
    expect(titleOf({}, null, "incidents")).toBe("Incidents: the incidents behind it");
  });
});

describe("history that does not hold the newest", () => {
  const said = (state: string, behind: number, behindMs?: number) =>
    lagWords(
      new Map([["otif", { history: { state, behind, behindMs, at: "2026-11-30T09:00:00Z" } }]]),
    );

  test("is said with what is missing, and passed over when it is a moment behind", () => {
    expect(said("current", 0)).toBe("");
    expect(said("copying", 12)).toBe("");
    expect(said("copying", 1_200)).toBe(
      "History is following: 1,200 changes are missing in these figures.",
    );
    // few commits may hold very many changes
    expect(said("copying", 12, 40_000)).toBe(
      "History is following: 12 changes are missing in these figures, of the last 40 s.",
    );
    expect(said("current", 12, 40_000)).toMatch(/^History is following: 12/);
    expect(said("current", 12, 2_000)).toBe("");
    expect(said("failing", 0)).toBe("History cannot be written at the moment.");
    expect(lagWords(new Map([["otif", {}]]))).toBe("");
  });
});

describe("the orders behind a number", () => {
  test("keep every word of the question in their address", () => {
    expect(
      ordersPage("/api/v1/analytics/otif/orders?site=BER1&from=2026-11-01", { a: "b" }),
    ).toEqual({
      path: "/analytics/otif/orders",
      query: { site: "BER1", from: "2026-11-01", a: "b" },
    });
  });

  test("are a table with the way to each, and with the figure in the metric's unit", () => {
    const order = {
      id: "SO/1",
      customerOrder: "C-1",
      stage: "delivered",
      carrier: "DHL",
      service: "standard",
      channel: "web",
      at: "2026-11-30T09:00:00Z",
      isFailed: false,
      value: 2 * HOUR,
      of: null,
      shipBy: null,
      departedAt: null,
      deliverBy: null,
      deliveredAt: null,
    };
    const metric = aMetric({ key: "clickToShip", unit: "ms", name: "Click to ship" });
    const first = { metric, from: "2026-11-29T23:00:00Z", to: new Date(NOW).toISOString() };
    const table = ordersTable([order], first, berlin, "BER1");
    expect(table.columns.map(({ name }) => name)).not.toContain("Verdict");
    expect(table.rows[0]?.head.to).toEqual({ path: "/orders/SO%2F1", query: { site: "BER1" } });
    expect(table.rows[0]?.cells[0]?.text).toBe("2 h");
    expect(titleOf({}, first)).toBe("Click to ship: the orders behind it");
    expect(aboutWords({ site: "BER1", heat: "3 14", failed: "true" }, first, berlin)).toBe(
      "BER1 · Mon 30 Nov 00:00 to 11:30 · Wednesdays from 14:00 · only failed",
    );
    const units = aMetric({ key: "otifUnits", unit: "share", name: "Units in time" });
    const parts = [1, 3].map((n) => ({ ...order, value: null, of: { n, d: 3 } }));
    const [row] = ordersTable(parts, { ...first, metric: units }, berlin).rows;
    expect(row?.cells[1]?.text).toBe("1 of 3");
    expect(togetherWords(parts, units)).toBe("together 4 of 6");
    expect(togetherWords([order], metric)).toBe("");
    const through = aMetric({ key: "throughputUnits", unit: "count", name: "Units" });
    expect(
      togetherWords(
        [
          { ...order, value: 7 },
          { ...order, value: 5 },
        ],
        through,
      ),
    ).toBe("together 12");
  });
});
