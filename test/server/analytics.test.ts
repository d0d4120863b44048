import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RecordedEvent } from "../../domain/event.ts";
import type { Analytics, OrdersBehind } from "../../domain/contract/analytics.ts";
import { emptyQuality, noteEnd, noteShown } from "../../domain/forecast/quality.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History } from "../../history/open.ts";
import { createProjector } from "../../history/project.ts";
import { aRecord, aStretch, policiesOf } from "../history/builders.ts";
import { anEvent, anOrderReceived, clock } from "../support/builders.ts";
import { anIncident } from "../support/incidents.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

const NOW = clock("16:20");
type Way = {
  in?: string;
  allocated?: string;
  ship?: string;
  deliver?: string;
  channel?: string;
  carrier?: string;
  customer?: string;
};

/** Due out at 15:00 (the truck) unless said otherwise. */
function way(
  id: string,
  {
    in: at = "8:00",
    allocated = "9:00",
    ship,
    deliver,
    channel = "web",
    carrier = "A",
    customer = id,
  }: Way,
): RecordedEvent[] {
  const orderId = id;
  return [
    anOrderReceived(at, { channel, carrier, customerOrder: customer }, { orderId }),
    anEvent("order.allocated", allocated, {}, { orderId }),
    ...(ship === undefined ? [] : [anEvent("parcel.handed_over", ship, {}, { orderId })]),
    ...(deliver === undefined ? [] : [anEvent("parcel.delivered", deliver, {}, { orderId })]),
  ];
}

const opened = anIncident({ openedAt: clock("11:00"), kind: "no_scan", state: "acknowledged" });
const taken = {
  ...opened,
  timeline: [
    ...opened.timeline,
    { at: clock("11:06"), what: "acknowledged" as const, by: "ana", words: "taken" },
  ],
};

describe("analytics over HTTP", () => {
  let tower: FakeTower;
  let history: History;
  let dir = "";
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "ct-an-"));
    history = openHistory({ file: join(dir, "h.db") });
    await migrate(history, 1);
    const orders = {
      A: way("A", { ship: "14:00", deliver: "16:00" }),
      B: way("B", { ship: "15:30", channel: "=HYPERLINK(1)" }),
      C: way("C", {}),
      // the day before
      P: way("P", { in: "-20:00", allocated: "-19:00", ship: "-10:00" }),
      // today's order that is due tomorrow
      L: way("L", { in: "15:30", allocated: "15:40" }),
    };
    const records = Object.fromEntries(
      Object.entries(orders).map(([id, events]) => [id, aRecord(1, events)]),
    );
    const incidents = [
      anIncident({ id: "INC-1", openedAt: clock("10:00"), kind: "damage" }),
      { ...taken, id: "INC-2" },
    ];
    // the allocation of A comes in late
    const early = {
      ...records,
      A: aRecord(
        1,
        orders.A.filter(({ type }) => !/alloc/.test(type)),
      ),
    };
    const projector = createProjector(history);
    await projector.project(aStretch(null, 1, early, { incidents }), policiesOf(), 1);
    await projector.project(aStretch(1, 2, { A: aRecord(2, orders.A) }), policiesOf(), 2);
    tower = await fakeTower({}, false, (app) => {
      app.now = () => NOW;
    });
    tower.history.use(history);
  });
  afterAll(async () => {
    await tower.app.close();
    await history.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const get = (url: string) => tower.app.inject({ url: `/api/v1${url}`, headers: BEARER });
  const today = `site=BER1&from=2026-02-11T00:00:00%2B01:00&to=2026-02-12T00:00:00%2B01:00`;
  const read = async (url: string): Promise<Analytics> => {
    const answer = await get(url);
    expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([200, expect.any(String)]);
    return answer.json() as Analytics;
  };

  test("says how incidents were answered, by kind too, and shows those behind a number", async () => {
    const all = await read(`/analytics/incidents?${today}`);
    expect(all.metrics.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["M22", "M23", "M24", "M25"]),
    );
    expect(all.total["raised"]?.value).toBe(2);
    expect(all.total["toAcknowledge"]?.of).toEqual({ n: 6 * 60_000, d: 1 });
    // the other has waited since ten
    expect(all.total["toAcknowledge"]?.p90).toBeGreaterThan(60 * 60_000);
    const kinds = await read(`/analytics/incidents?${today}&by=kind`);
    expect(kinds.items.map(({ key, figures }) => [key, figures["raised"]?.value])).toEqual([
      ["damage", 1],
      ["no_scan", 1],
    ]);
    const behind = (await get(kinds.items[1]?.orders?.slice("/api/v1".length) ?? "")).json() as {
      items: { id: string; acknowledgedAt: string }[];
    };
    expect(behind.items).toMatchObject([
      { id: "INC-2", acknowledgedAt: expect.stringMatching(/T/) },
    ]);
    expect((await get(`/exports/incidents.csv?${today}`)).body).toMatch(/toAcknowledge_p90/);
  });

  test("says how promises were kept, what that means, and how it was before", async () => {
    const otif = await read(`/analytics/otif?${today}&by=day`);
    expect(otif.total["onTimeShip"]).toEqual({ value: 1 / 3, of: { n: 1, d: 3 } });
    expect(otif.before.total["onTimeShip"]?.of).toEqual({ n: 1, d: 1 });
    expect(otif).toMatchObject({
      from: "2026-02-10T23:00:00.000Z",
      to: "2026-02-11T16:00:00.000Z".replace("16:00", "17:00"),
      zone: "Europe/Berlin",
    });
    expect(otif.metrics.find(({ key }) => key === "onTimeShip")).toMatchObject({
      id: "M7",
      unit: "share",
      target: 0.99,
    });
    expect(otif.items).toHaveLength(1);
    expect(otif.items[0]).toMatchObject({
      key: "2026-02-10T23:00:00.000Z",
      figures: { onTimeShip: { of: { n: 1, d: 3 } } },
      before: { onTimeShip: { of: { n: 1, d: 1 } } },
    });
  });

  test("what arrived late leaves no place behind at which nothing happened", async () => {
    const { items } = await read(`/analytics/cycle-times?${today}&by=stage`);
    expect(items.map(({ key }) => key)).toContain("picked+packed+handed_over");
    expect(items.map(({ key }) => key)).not.toContain("allocated+picked+packed+handed_over");
  });

  test("by reason, exceptions and lost time are told each without the other's", async () => {
    const keysOf = async (name: string): Promise<string[]> =>
      (await read(`/analytics/${name}?${today}&by=reason`)).items.map(({ key }) => key);
    const [raised, lost] = await Promise.all([keysOf("quality"), keysOf("delays")]);
    expect(raised).toContain("MISSING_SCAN");
    expect(lost).toContain("SLOW");
    expect(raised).not.toContain("SLOW");
    expect(lost).not.toContain("MISSING_SCAN");
  });

  test("every part leads to the orders behind it", async () => {
    const otif = await read(`/analytics/otif?${today}&by=channel`);
    const web = otif.items.find(({ key }) => key === "web");
    const behind = (
      await get(`${web!.orders!.replace("/api/v1", "")}&metric=onTimeShip`)
    ).json() as { items: { id: string; isFailed: boolean }[] };
    expect(behind.items.map(({ id, isFailed }) => [id, isFailed])).toEqual([
      ["A", false],
      ["C", true],
    ]);
    const failed = (
      await get(`/analytics/otif/orders?${today}&metric=onTimeShip&failed=true`)
    ).json() as { items: { id: string }[] };
    expect(failed.items.map(({ id }) => id)).toEqual(["B", "C"]);
  });

  const behind = async (url: string): Promise<{ id: string; isFailed: boolean }[]> =>
    ((await get(url)).json() as { items: { id: string; isFailed: boolean }[] }).items;

  test.each(["otif", "carriers", "quality"])(
    "behind every share of %s stand as many orders as it counts, and as many that failed",
    async (name) => {
      const { metrics, total } = await read(`/analytics/${name}?${today}&by=none`);
      // of lines, units and parcels there are more than orders
      const counted = metrics.filter(
        ({ key, unit }) => unit === "share" && !/Lines|Units|Tracking|Index|Completeness/.test(key),
      );
      expect(counted.length).toBeGreaterThan(1);
      for (const { key, better } of counted) {
        const { n = 0, d = 0 } = total[key]?.of ?? {};
        const orders = await behind(`/analytics/${name}/orders?${today}&metric=${key}`);
        const failed = orders.filter(({ isFailed }) => isFailed);
        expect([key, orders.length]).toEqual([key, key === "caughtInside" ? n : d]);
        expect([key, failed.length]).toEqual([key, better === "more" ? d - n : n]);
      }
    },
  );

  test("every metric that says so has orders to be asked for, told with its definition", async () => {
    for (const name of ["otif", "cycle-times", "delays", "quality", "packaging", "carriers"]) {
      const { metrics } = await read(`/analytics/${name}?${today}&by=day`);
      for (const { key, hasOrders } of metrics) {
        const answer = await get(
          `/analytics/${name}/orders?${today}&metric=${key}&stage=allocated`,
        );
        expect([key, answer.statusCode]).toEqual([key, hasOrders ? 200 : 422]);
        expect(answer.json()).toMatchObject(
          hasOrders ? { metric: { key, hasOrders } } : { errors: [{ path: "/metric" }] },
        );
      }
    }
  });

  test("a day of the site is a window from its beginning to its end", async () => {
    const days = await read("/analytics/otif?site=BER1&from=2026-02-11&to=2026-02-11&by=none");
    const instants = await read(`/analytics/otif?${today}&by=none`);
    expect(days).toEqual(instants);
    expect((await get("/analytics/otif?site=BER1&from=2026-02-30")).statusCode).toBe(422);
  });

  test("a day is compared with the day as far back, whatever lies empty between", async () => {
    const days = `site=BER1&from=2026-02-09&to=2026-02-11`;
    const { items, before } = await read(`/analytics/otif?${days}&by=day`);
    expect(before.from).toBe("2026-02-05T23:00:00.000Z");
    const received = items.map(({ key, figures, before: past }) => [
      key.slice(0, 10),
      figures["sellerCancelRate"]?.of?.d,
      past?.["sellerCancelRate"]?.of?.d,
    ]);
    expect(received).toEqual([
      ["2026-02-09", 1, undefined],
      ["2026-02-10", 4, undefined],
    ]);
    const today_ = await read(`/analytics/otif?${today}&by=hour`);
    const starts = today_.items.map(({ from }) => Date.parse(from!));
    // hours in which nothing happened are there too
    expect(starts.slice(1).every((at, place) => at - starts[place]! === 3_600_000)).toBe(true);
    const left = today_.items
      .map(({ figures, before: past }) =>
        [figures, past].map((one) => one?.["fillOrders"]?.of?.d ?? 0),
      )
      .filter(([now]) => now !== 0);
    // A at 14:00, as P the day before; B at 15:30, and nobody then
    expect(left).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  test("an answer says when history does not hold the newest", async () => {
    expect(await read(`/analytics/otif?${today}`)).not.toHaveProperty("history");
    const status = { store: "sqlite", epoch: "e", seq: 9, gaps: 0 };
    const say = (more: object) =>
      tower.history.said.set("BER1", JSON.stringify({ ...status, behind: 7, ...more }));
    say({ state: "failing", at: NOW });
    expect(await read(`/analytics/otif?${today}`)).toMatchObject({
      history: { state: "failing", behind: 7 },
    });
    say({ state: "copying", at: NOW, upTo: NOW - 40_000 });
    expect(await read(`/analytics/otif?${today}`)).toMatchObject({
      history: { state: "copying", behind: 7, behindMs: 40_000 },
    });
    // a copier that is busy with much says nothing meanwhile: the server sees for itself
    tower.fill("BER1", [], 40);
    say({ state: "current", behind: 0, epoch: "e1", seq: 28, at: NOW, upTo: NOW - 20_000 });
    expect(await read(`/analytics/otif?${today}`)).toMatchObject({
      history: { state: "current", behind: 12, behindMs: 20_000 },
    });
    say({ state: "current", at: NOW - 120_000 });
    expect(await read(`/analytics/budgets?site=BER1`)).toMatchObject({
      history: { state: "silent" },
    });
    tower.history.said.clear();
  });

  test("a cell of the week's heat leads to its orders and to no others", async () => {
    const heat = await read(`/analytics/throughput?${today}&by=heat&stage=allocated`);
    const cells = heat.items.filter(({ figures }) => figures["throughput"]!.value! > 0);
    expect(cells.map(({ key }) => key)).toEqual(["3 10", "3 16"]);
    for (const { key, figures } of cells) {
      const url = `/analytics/throughput/orders?${today}&stage=allocated&metric=throughput`;
      const orders = await behind(`${url}&heat=${encodeURIComponent(key)}`);
      expect(orders).toHaveLength(figures["throughput"]!.value!);
    }
  });

  test("who stood in the house, and who was due on a truck, can be listed", async () => {
    const { items, trucks } = (await get(`/analytics/backlog?${today}`)).json() as {
      items: { at: string; inside: number }[];
      trucks: { truck: string; at: string; due: number; made: number }[];
    };
    for (const { at, inside } of items.filter((hour) => hour.at <= new Date(NOW).toISOString())) {
      const from = new Date(Date.parse(at) - 3_600_000).toISOString();
      const url = `/analytics/backlog/orders?site=BER1&metric=backlog&from=${from}&to=${at}`;
      expect([at, (await behind(url)).length]).toEqual([at, inside]);
    }
    const [{ truck, due, made }] = trucks as [(typeof trucks)[0]];
    const onIt = await behind(
      `/analytics/backlog/orders?${today}&metric=onTimeShip&truck=${encodeURIComponent(truck)}`,
    );
    expect(onIt).toHaveLength(due);
    expect(onIt.filter(({ isFailed }) => !isFailed)).toHaveLength(made);
  });

  test("a budget leads to the orders that used it up", async () => {
    const { items } = (await get("/analytics/budgets?site=BER1")).json() as {
      items: { channel: string; measure: string; orders: string; rate: { of: { n: number } } }[];
    };
    const late = items.filter(({ measure }) => measure === "lateShipment");
    expect(late.length).toBeGreaterThan(0);
    for (const { orders, rate } of late)
      expect(await behind(orders.replace("/api/v1", ""))).toHaveLength(rate.of.n);
  });

  test("pages of orders go on where the last one ended", async () => {
    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (
        await get(`/analytics/otif/orders?${today}&metric=onTimeShip&limit=1${more}`)
      ).json() as { items: { id: string }[]; next: string | null };
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(ids).toEqual(["A", "B", "C"]);
  });

  test("what is due later in the running hour is no failure yet", async () => {
    // at 14:20 nothing of today was due; the hour from 14:00 local (13:00) has no due either
    tower.app.now = () => clock("14:20");
    const before = await read(`/analytics/otif?${today}&by=none`);
    expect(before.total["onTimeShip"]?.of).toEqual({ n: 0, d: 0 });
    tower.app.now = () => NOW;
  });

  test("a window that begins after now is empty, whatever is due until then", async () => {
    tower.app.now = () => clock("14:20");
    const days = "site=BER1&from=2026-02-12&to=2026-02-13";
    for (const by of ["none", "day", "channel"]) {
      const { total, items } = await read(`/analytics/otif?${days}&by=${by}`);
      expect([by, total["onTimeShip"]?.of, items]).toEqual([by, { n: 0, d: 0 }, []]);
    }
    tower.app.now = () => NOW;
  });

  test("exact quantiles on request, with the histograms' bound told otherwise", async () => {
    const rough = await read(`/analytics/cycle-times?${today}&by=carrier`);
    const exact = await read(`/analytics/cycle-times?${today}&by=carrier&exact=true`);
    expect(rough.quantileError).toBe(0.05);
    expect(exact.quantileError).toBe(0);
    expect(exact.total["clickToShip"]).toMatchObject({ p50: 6 * 3_600_000, p90: 7.5 * 3_600_000 });
    expect(
      Math.abs(rough.total["clickToShip"]!.p50! / exact.total["clickToShip"]!.p50! - 1),
    ).toBeLessThan(0.05);
  });

  test("stages with their work in progress; lost time by reason adds up", async () => {
    const flow = await read(`/analytics/throughput?${today}&by=stage`);
    expect(flow.items.find(({ key }) => key === "allocated")?.figures["throughput"]?.value).toBe(4);
    const { wip } = flow as unknown as { wip: Record<string, { wip: number; atEnd: number }> };
    expect(wip["allocated"]?.atEnd).toBe(2);
    const standing = `/analytics/backlog/orders?site=BER1&metric=backlog&from=${flow.from}&to=${flow.to}`;
    for (const [stage, { atEnd }] of Object.entries(wip))
      expect([stage, (await behind(`${standing}&stage=${stage}`)).length]).toEqual([stage, atEnd]);
    const delays = await read(`/analytics/delays?${today}&by=reason`);
    const lost = delays.items
      .map(({ figures }) => figures["lostMs"]!.value!)
      .reduce((sum, ms) => sum + ms, 0);
    expect(lost).toBe(30 * 60_000);
    expect(delays.total["lostMs"]?.value).toBe(lost);
  });

  test("who was handed over came through the dock, though nobody scanned the picking and packing", async () => {
    for (const by of ["none", "day"]) {
      const { total } = await read(`/analytics/throughput?${today}&by=${by}`);
      expect([by, total["throughput"]?.value]).toEqual([by, 2]);
    }
    const through = `/analytics/throughput/orders?${today}&metric=throughput&stage=handed_over`;
    const listed = (await get(through)).json() as { items: { id: string }[] };
    expect(listed.items.map(({ id }) => id)).toEqual(["A", "B"]);
    const { orders } = await read(`/analytics/throughput?${today}&by=day`);
    expect((await get(orders?.slice(7) ?? "")).json()).toMatchObject({
      metric: { key: "throughput" },
      items: listed.items,
    });
    // the time until then belongs to all that it ended, to none of them alone
    const { items } = await read(`/analytics/cycle-times?${today}&by=stage`);
    const timed = items.filter(({ figures }) => (figures["work"]?.of?.d ?? 0) > 0);
    expect(timed.map(({ key }) => key)).toContain("picked+packed+handed_over");
    expect(timed.map(({ key }) => key)).not.toContain("handed_over");
  });

  test("what is counted by stage, station or reason is together what its parts are", async () => {
    for (const [name, by, key] of [
      ["throughput", "stage", "throughput"],
      ["throughput", "station", "throughput"],
      ["cycle-times", "stage", "throughputUnits"],
      ["quality", "reason", "exceptions"],
    ] as const) {
      const { items, total } = await read(`/analytics/${name}?${today}&by=${by}`);
      const sum = items.reduce((all, { figures }) => all + (figures[key]?.value ?? 0), 0);
      expect([name, by, total[key]?.value]).toEqual([name, by, sum]);
    }
    const flow = await read(`/analytics/throughput?${today}&by=stage`);
    const listed = (await get(`${flow.orders?.slice(7)}&metric=throughput`)).json() as {
      items: { id: string }[];
    };
    expect(listed.items.map(({ id }) => id).toSorted()).toEqual(["A", "B", "C", "L"]);
    expect(flow.total["throughput"]?.value).toBeGreaterThan(4);
    expect(flow.before.total["throughput"]?.value).toBeGreaterThan(0);
  });

  test("the backlog hour by hour, and each truck's burn-down", async () => {
    const answer = (await get(`/analytics/backlog?${today}`)).json() as {
      items: { at: string; inside: number }[];
      trucks: { truck: string; due: number; made: number }[];
    };
    expect(answer.items.find(({ at }) => at === "2026-02-11T09:00:00.000Z")?.inside).toBe(3);
    expect(answer.trucks).toMatchObject([{ due: 3, made: 1 }]);
  });

  test("budgets in words", async () => {
    const { items } = (await get(`/analytics/budgets?site=BER1`)).json() as {
      items: { channel: string; left: number; words: string }[];
    };
    expect(
      items.find(({ channel, words }) => channel === "web" && /shipped late/.test(words)),
    ).toMatchObject({ left: -1 });
  });

  test("a site's own limits are what its budgets are judged by", async () => {
    const url = "/api/v1/config/sites";
    const { version, sites } = (await tower.app.inject({ url, headers: BEARER })).json() as {
      version: number;
      sites: { id: string }[];
    };
    const own = { channel: "web", measure: "lateShipment", most: 0.75, isStrict: false, days: 7 };
    const put = async (budgets: object[] | undefined, at: number) =>
      tower.app.inject({
        method: "PUT",
        url,
        headers: BEARER,
        payload: {
          version: at,
          sites: sites.map((site) =>
            site.id === "BER1" && budgets !== undefined ? { ...site, budgets } : site,
          ),
        },
      });
    expect((await put([{ ...own, most: 2 }], version)).statusCode).toBe(422);
    const done = await put([own], version);
    expect(done.statusCode).toBe(200);
    const { items } = (await get(`/analytics/budgets?site=BER1`)).json() as {
      items: { channel: string; most: number; words: string }[];
    };
    const web = items.filter(({ channel }) => channel === "web");
    expect(web).toMatchObject([{ most: 0.75, words: expect.stringContaining("at 75 % at most") }]);
    expect(items.some(({ channel, most }) => channel !== "web" && most === 0.04)).toBe(true);
    const after = (done.json() as { version: number }).version;
    expect((await put(undefined, after)).statusCode).toBe(200);
  });

  test("exports are tables that no spreadsheet takes for a formula", async () => {
    const table = await get(`/exports/otif.csv?${today}&by=channel`);
    expect(table.headers["content-type"]).toMatch(/text\/csv/);
    expect(table.body.split("\r\n")[0]).toMatch(
      /^channel,from,to,onTimeShip,onTimeShip_n,onTimeShip_of/,
    );
    expect(table.body).toContain("'=HYPERLINK(1)");
    expect(table.body).not.toMatch(/^=/m);
    const orders = await get(`/exports/orders.csv?${today}&metric=onTimeShip`);
    expect(orders.body.trim().split("\r\n")).toHaveLength(4);
  });

  const table = async (name: string, query = today) => {
    const answer = await get(`/exports/${name}.csv?${query}`);
    expect([name, answer.statusCode, answer.headers["content-disposition"]]).toEqual([
      name,
      200,
      `attachment; filename="${name}.csv"`,
    ]);
    const [head = [], ...lines] = answer.body
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    return lines.map((cells) => Object.fromEntries(head.map((key, at) => [key, cells[at]])));
  };

  test("a sum of time has no columns for quantiles that it cannot have", async () => {
    const headOf = async (name: string) =>
      (await get(`/exports/${name}.csv?${today}`)).body.split("\r\n")[0];
    expect(await headOf("delays")).toBe("reason,from,to,lostMs,lostCount");
    expect(await headOf("cycle-times")).toContain("work,work_p50,work_p90,work_p95,work_p99");
  });

  test("the backlog is a table of its hours, budgets one of channels and measures", async () => {
    const { items } = (await get(`/analytics/backlog?${today}`)).json() as {
      items: { at: string; inside: number; held: number }[];
    };
    const text = ({ at, inside, held }: (typeof items)[0]) => ({
      at,
      inside: String(inside),
      held: String(held),
    });
    expect(items.length).toBeGreaterThan(10);
    expect(await table("backlog")).toEqual(items.map(text));
    const budgets = await table("budgets", "site=BER1");
    const web = budgets.find((one) => one["channel"] === "web" && one["left"] === "-1");
    expect(web).toMatchObject({ measure: "lateShipment", rate_n: "1", state: "broken" });
    expect(budgets.some((one) => one["channel"]?.includes("'=HYPERLINK"))).toBe(true);
  });

  test("the orders behind the figures of alarms are listed, and exported", async () => {
    const [deadline, raisedAt] = [clock("15:00"), clock("13:00")];
    const judged = { day: "2026-02-11", deadline, raisedAt, readyAt: null, isMissed: true };
    const texts = [
      { ...judged, order: "C" },
      { ...judged, order: "B", isMissed: false, readyAt: clock("14:00") },
      { ...judged, order: "A", raisedAt: null },
    ].map((one, n) => ({ id: `7-${n}`, text: JSON.stringify(one) }));
    await createProjector(history).keepJudged("BER1", texts);
    const listed = async (query: string) =>
      (await get(`/analytics/alarms/orders?${today}${query}`)).json() as OrdersBehind;
    const first = await listed("");
    expect(first.metric).toMatchObject({ key: "alarmPrecision", hasOrders: true });
    expect(first.items.map(({ id, isFailed }) => [id, isFailed])).toEqual([
      ["C", false],
      ["B", true],
    ]);
    expect(first.items[0]?.at).toBe(new Date(deadline).toISOString());
    const lead = await listed("&metric=alarmLead");
    expect(lead.items.map(({ id, value }) => [id, value])).toEqual([["C", 2 * 3_600_000]]);
    const silent = await listed("&metric=alarmRecall&failed=true");
    expect(silent.items.map(({ id }) => id)).toEqual(["A"]);
    const csv = (await get(`/exports/orders.csv?${today}&metric=alarmRecall`)).body.split("\r\n");
    expect(csv.slice(1, -1).map((line) => line.split(",")[0])).toEqual(["C", "A"]);
    expect((await get(`/exports/orders.csv?${today}&metric=nonsense`)).statusCode).toBe(422);
  });

  test("alarms and forecast quality are tables of their days, with the sum", async () => {
    const state = emptyQuality();
    for (const [id, isLate] of [
      ["X", true],
      ["Y", false],
    ] as const) {
      const shown = { id, p: 0.9, eta: NOW, deadline: NOW, isRaised: true };
      noteShown(state, shown, NOW - 3_600_000);
      noteEnd(state, id, isLate ? NOW + 1 : NOW - 1, "2026-02-11");
    }
    tower.foresight.said.set("BER1/quality", JSON.stringify(state.days));
    const one = { raised: "2", precision: "0.5", precision_n: "1", precision_of: "2" };
    const [day, total, before] = await table("alarms");
    expect(day).toMatchObject({ rule: "risk", day: "2026-02-11", ...one, missed: "1" });
    expect([total?.["day"], total]).toMatchObject(["total", one]);
    expect([before?.["day"], before?.["raised"]]).toEqual(["before", "0"]);
    const quality = await table("forecast-quality");
    expect(quality).toMatchObject([
      { day: "2026-02-11", orders: "2", missed: "1", alarms_right: "1", alarms_wrong: "1" },
      { day: "total", orders: "2", missed: "1" },
    ]);
    const days = "/exports/forecast-quality.csv?site=BER1&from=2026-02-01&to=2026-02-10";
    expect((await get(days)).body.trim().split("\r\n")).toHaveLength(2);
    tower.foresight.said.delete("BER1/quality");
  });

  test("forecast quality is split as it is asked for, or the export is refused as the page is", async () => {
    const statuses = async (by: string): Promise<number[]> =>
      Promise.all(
        ["/analytics/forecast-quality", "/exports/forecast-quality.csv"].map(
          async (path) => (await get(`${path}?site=BER1&by=${by}`)).statusCode,
        ),
      );
    expect([await statuses("day"), await statuses("carrier")]).toEqual([
      [200, 200],
      [422, 422],
    ]);
  });

  test.each(["/analytics/nonsense", "/analytics/nonsense/orders", "/exports/nonsense.csv"])(
    "%s is nowhere",
    async (path) => {
      const answer = await get(`${path}?${today}`);
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
        404,
        "application/problem+json",
      ]);
      expect(answer.json()).toMatchObject({ code: "CT_ERR_NOT_FOUND" });
      expect((await tower.app.inject({ url: `/api/v1${path}` })).statusCode).toBe(401);
    },
  );

  test.each([
    [`/analytics/otif?site=BER1&from=2026-02-12T00:00:00Z&to=2026-02-11T00:00:00Z`, "/from"],
    [`/analytics/otif?${today}&carrier=A&channel=web`, "/channel"],
    [`/analytics/otif?${today}&carrier=A&by=channel`, "/by"],
    [`/analytics/otif?site=BER1&from=2025-01-01T00:00:00Z&to=2026-02-11T00:00:00Z&by=hour`, "/by"],
    [`/analytics/otif/orders?${today}&metric=nonsense`, "/metric"],
    ["/exports/forecast-quality.csv?site=BER1&from=2026-02-11&to=2026-02-10", "/from"],
    ["/analytics/forecast-quality?site=BER1&from=2026-02-30", "/from"],
    ["/exports/orders.csv?site=BER1&from=2026-02-11T00:00:00Z&to=2026-02-11T00:00:00Z", "/from"],
    // these are told of the whole site: the whole would be taken for the part that was asked for
    [`/analytics/backlog?${today}&carrier=A`, "/carrier"],
    [`/analytics/alarms?${today}&service=express`, "/service"],
    ["/analytics/budgets?site=BER1&channel=web", "/channel"],
    [`/exports/backlog.csv?${today}&carrier=A`, "/carrier"],
    ["/exports/budgets.csv?site=BER1&channel=web", "/channel"],
    // what is told by one split alone is not told by another
    [`/analytics/backlog?${today}&by=day`, "/by"],
    [`/analytics/alarms?${today}&by=carrier`, "/by"],
    ["/analytics/budgets?site=BER1&by=day", "/by"],
    [`/analytics/otif?${today}&by=stage`, "/by"],
    [`/analytics/delays?${today}&by=channel`, "/by"],
    [`/analytics/throughput?${today}&by=carrier`, "/by"],
    [`/exports/alarms.csv?${today}&by=hour`, "/by"],
    ["/exports/budgets.csv?site=BER1&by=none", "/by"],
    // each budget has a window of its own
    [`/analytics/budgets?${today}`, "/from"],
    ["/analytics/budgets?site=BER1&to=2026-02-11T00:00:00Z", "/to"],
    [`/exports/budgets.csv?${today}`, "/from"],
    [`/analytics/otif/orders?${today}&metric=perfectOrderIndex`, "/metric"],
    // a page that no list ended with is no page after the last one
    [`/analytics/otif/orders?${today}&cursor=nonsense`, "/cursor"],
    [`/analytics/otif/orders?${today}&cursor=soon|A`, "/cursor"],
    [`/analytics/alarms/orders?${today}&cursor=5|A`, "/cursor"],
    [`/analytics/incidents/orders?${today}&cursor=nonsense`, "/cursor"],
  ])("%s is refused at %s", async (url, path) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(422);
    expect((answer.json() as { errors: { path: string }[] }).errors[0]?.path).toBe(path);
  });
});
