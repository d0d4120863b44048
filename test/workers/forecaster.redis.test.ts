import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Row } from "../../domain/board.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { ForecastStatus } from "../../domain/contract/stored.ts";
import type { AnyEvent } from "../../domain/event.ts";
import { createForecaster } from "../../workers/forecast/forecaster.ts";
import { createIncidentKeeper } from "../../workers/incidents/keeper.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import type { SiteWorker } from "../../workers/site-worker.ts";
import { type Stand, startStand } from "./stand.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

const MINUTE = 60_000;
const STAGES = [
  "received",
  "allocated",
  "picking",
  "picked",
  "packing",
  "packed",
  "staged",
  "handed_over",
] as const;

/** Works round the clock with one picker and one packer; a truck every day. */
const floor = {
  stages: [...STAGES],
  shifts: [],
  stations: [
    { id: "C1", stage: "picking" as const, ratePerHour: 30 },
    { id: "P1", stage: "packing" as const, ratePerHour: 30 },
    { id: "D1", stage: "staged" as const, ratePerHour: 200 },
  ],
  carriers: [{ id: "A", pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at: "23:59" }] }],
};

type Site = Awaited<ReturnType<typeof newSite>>;

async function newSite(more: Partial<typeof floor & { stageBudgets: object }> = {}) {
  const site = await stand.newSite({ ...floor, ...more } as typeof floor);
  const worker = await site.worker();
  const at = (type: string, order: string, occurredAt: number, data: object = {}): AnyEvent =>
    ({ ...site.event(type, order, data), occurredAt }) as unknown as AnyEvent;
  const received = (order: string, occurredAt: number, shipBy: number): AnyEvent => {
    const event = site.received(order) as unknown as { data: object };
    return {
      ...event,
      occurredAt,
      data: { ...event.data, placedAt: occurredAt, shipBy, deliverBy: shipBy + 3 * 86_400_000 },
    } as unknown as AnyEvent;
  };
  /** `memory`: whose process it lives in, and so what it need not read */
  const forecaster = async (own: SiteWorker = worker, memory?: SiteWorker, isKeeping = false) => {
    const book = createPolicyBook(stand.send);
    await book.refresh();
    const log = { info: () => {} };
    return createForecaster({
      site: site.id,
      send: stand.send,
      book,
      tell: own.tell,
      isBehind: own.isBehind,
      log: log as never,
      ...(memory !== undefined && { known: memory.known, ownCommit: memory.ownCommit }),
      ...(isKeeping && {
        keeper: createIncidentKeeper({
          site: site.id,
          send: stand.send,
          rulebook: own.rulebook,
          keep: own.keepIncidents,
        }),
      }),
    });
  };
  const row = async (order: string): Promise<Row> =>
    JSON.parse((await stand.send<string | null>("HGET", site.keys.rows, order)) ?? "null") as Row;
  const status = async (): Promise<ForecastStatus> =>
    JSON.parse(
      (await stand.send<string | null>("GET", site.keys.forecastStatus)) ?? "null",
    ) as ForecastStatus;
  return { ...site, own: worker, at, orderAt: received, forecaster, row, status };
}

/** Some hours in which one order every two minutes went through picking and packing. */
async function history(site: Site, hours: number): Promise<void> {
  const start = Date.now() - hours * 60 * MINUTE;
  for (let index = 0; index < hours * 30; index += 1) {
    const at = start + index * 2 * MINUTE;
    const id = `old-${index}`;
    await site.post([
      site.orderAt(id, at - 20 * MINUTE, at + 60 * MINUTE),
      site.at("order.allocated", id, at - 15 * MINUTE, { lines: [] }),
      site.at("pick.started", id, at - 4 * MINUTE),
      site.at("pick.completed", id, at - 3 * MINUTE),
      site.at("pack.started", id, at - 2 * MINUTE),
      site.at("pack.completed", id, at - MINUTE),
      site.at("parcel.staged", id, at),
      site.at("parcel.handed_over", id, at + 1, { carrier: "A" }),
    ]);
  }
  await site.own.drain();
}

/** One person in picking and one in packing, round the clock. */
async function plan(site: Site): Promise<void> {
  const always = { days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00", heads: 1 };
  const heads = [
    { process: "pick", ...always },
    { process: "pack", ...always },
  ];
  const stored = { version: 1, by: "lead", at: Date.now(), plan: { heads } };
  await stand.send("HSET", GLOBAL_KEYS.shiftPlans, site.id, JSON.stringify(stored));
}

/** So many orders wait for picking, all due at the same moment. */
async function backlog(site: Site, count: number, dueInMs: number): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < count; index += 1)
    await site.post([
      site.orderAt(`new-${index}`, now - 10 * MINUTE + index * 1_000, now + dueInMs),
      site.at("order.allocated", `new-${index}`, now - 5 * MINUTE + index * 1_000, { lines: [] }),
    ]);
  await site.own.drain();
}

describe("a forecaster", () => {
  test("says nothing without history: the plan decides", async () => {
    const site = await newSite();
    await backlog(site, 3, 8 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    expect(await site.status()).toMatchObject({ basis: "budgets", orders: 3 });
    expect(await site.row("new-0")).toMatchObject({ risk: null });
  });

  test("leaves the alarm to the plan while it learns rates without a shift plan, and shows the risk", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    await (await site.forecaster()).step();
    expect(await site.row("new-119")).toMatchObject({ risk: 1, sev: "on_time" });
  });

  test("begins to learn afresh and still knows how good it was", async () => {
    const site = await newSite();
    const days = { "2026-02-11": { orders: 40, missed: 4 } };
    await stand.send("SET", site.keys.forecastQuality, JSON.stringify(days));
    const forecaster = await site.forecaster();
    await forecaster.step();
    await forecaster.stop();
    const kept = await stand.send<string>("GET", site.keys.forecastQuality);
    expect(JSON.parse(kept)).toEqual(days);
  });

  test("one that was stopped for longer than its lease writes over nothing that its successor learned", async () => {
    const site = await newSite();
    const forecaster = await site.forecaster();
    await forecaster.step();
    const { forecaster: lease, forecast } = site.keys;
    await stand.send("SET", lease, "successor");
    await stand.send("SET", forecast, "what it learned");
    const now = performance.now() + 60_000;
    const clock = vi.spyOn(performance, "now").mockReturnValue(now);
    await forecaster.stop();
    clock.mockRestore();
    expect(await stand.send("GET", forecast)).toBe("what it learned");
    expect(await stand.send("GET", lease)).toBe("successor");
  });

  test("no incident is opened for what only the plan fears for, before the forecast has spoken", async () => {
    const site = await newSite({ stageBudgets: { picked: "PT45M", packed: "PT45M" } });
    await history(site, 5);
    await plan(site);
    await backlog(site, 3, 60 * MINUTE);
    // by the plan their time to act is over
    expect(await site.row("new-0")).toMatchObject({ sev: "at_risk", risk: null });
    const forecaster = await site.forecaster(site.own, undefined, true);
    await forecaster.step();
    expect(await site.row("new-0")).toMatchObject({ sev: "on_time" });
    const incidents = await stand.send<string[]>("HVALS", site.keys.incidents);
    expect(incidents.map((text) => (JSON.parse(text) as { title: string }).title)).toEqual([]);
    await forecaster.stop();
  });

  test("learns from the orders that are still here and tells who is first from who is last", async () => {
    const site = await newSite();
    await plan(site);
    await history(site, 5);
    // at thirty an hour, two hours are enough for the first of a hundred and twenty, not for the last
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    expect((await site.status()).basis).toBe("learning");
    const [first, last] = [await site.row("new-0"), await site.row("new-119")];
    expect(first.risk).toBeLessThan(0.2);
    expect(last.risk).toBeGreaterThan(0.8);
    expect(last.sev).toBe("at_risk");
    expect(last.why).toMatch(/likely to miss .* ahead in picking/);
  });

  test("forecasts an order anew when the log tells of it", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    await site.post([site.at("parcel.staged", "new-119", Date.now())]);
    await site.own.drain();
    await forecaster.step();
    const row = await site.row("new-119");
    expect(row).toMatchObject({ stage: "staged", sev: "on_time", risk: 0 });
  });

  test("forecasts an order in the very turn that takes its event, while it is the one to do it", async () => {
    const site = await newSite();
    await plan(site);
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    const worker = await site.worker({ foreseer: forecaster.foreseer });
    const soon = { shipBy: Date.now() + 16 * MINUTE };
    await site.post([
      site.at("parcel.staged", "new-119", Date.now()),
      site.at("order.amended", "new-60", Date.now(), soon),
      site.orderAt("fresh", Date.now(), Date.now() + 6 * 24 * 60 * MINUTE),
    ]);
    const before = await stand.send("GET", site.keys.seq);
    await worker.drain();
    expect(await stand.send("GET", site.keys.seq)).toBe(String(Number(before) + 1));
    expect(await site.row("new-119")).toMatchObject({ sev: "on_time", risk: 0 });
    expect((await site.row("new-60")).risk).toBeGreaterThan(0.8);
    expect((await site.row("fresh")).risk).toBeLessThan(0.2);
    // what the next look says of them is what was said
    await forecaster.step();
    expect(await stand.send("GET", site.keys.seq)).toBe(String(Number(before) + 1));
    await forecaster.stop();
    expect(forecaster.foreseer()).toBeUndefined();
  });

  test("an event is applied also when nobody can foresee what comes of it", async () => {
    const site = await newSite();
    const worker = await site.worker({ foreseer: () => () => undefined });
    await site.post([site.orderAt("one", Date.now(), Date.now() + 60 * MINUTE)]);
    await worker.drain();
    expect(await site.row("one")).toMatchObject({ stage: "received", risk: null });
  });

  test("takes back what it said of an order that went to a 3PL: it stands in no queue of this floor", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    expect((await site.row("new-119")).risk).toBeGreaterThan(0.8);
    await site.post([site.at("order.released", "new-119", Date.now(), { to: "3pl-north" })]);
    await site.own.drain();
    await forecaster.step();
    expect((await site.row("new-119")).risk).toBeNull();
    expect(await stand.send("HEXISTS", site.keys.outlooks, "new-119")).toBe(0);
  });

  test("forecasts orders at a 3PL by how long its last ones took", async () => {
    const site = await newSite();
    await history(site, 5);
    for (let index = 0; index < 40; index += 1) {
      const at = Date.now() - (3 * 60 + index) * MINUTE;
      const id = `there-${index}`;
      await site.post([
        site.orderAt(id, at - 30 * MINUTE, at + 6 * 60 * MINUTE),
        site.at("order.released", id, at, { to: "3pl-north" }),
        site.at("parcel.handed_over", id, at + (100 + index) * MINUTE, { carrier: "A" }),
      ]);
    }
    const given = Date.now() - 10 * MINUTE;
    for (const [id, hours] of [
      ["soon", 1],
      ["later", 9],
    ] as const)
      await site.post([
        site.orderAt(id, given - MINUTE, Date.now() + hours * 60 * MINUTE),
        site.at("order.released", id, given, { to: "3pl-north" }),
      ]);
    await site.own.drain();
    const forecaster = await site.forecaster();
    await forecaster.step();
    expect((await site.row("soon")).risk).toBeGreaterThan(0.9);
    expect((await site.row("soon")).why).toMatch(/3pl-north usually hands over 2 h after/);
    expect((await site.row("later")).risk).toBeLessThan(0.1);
    await site.post([
      site.orderAt("now", Date.now(), Date.now() + 20 * MINUTE),
      site.at("order.released", "now", Date.now(), { to: "3pl-north" }),
    ]);
    const worker = await site.worker({ foreseer: forecaster.foreseer });
    await worker.drain();
    expect((await site.row("now")).risk).toBeGreaterThan(0.9);
  });

  test("is one at a time, and the next goes on from what was kept", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 10, 2 * 60 * MINUTE);
    const [one, other] = [await site.forecaster(), await site.forecaster(await site.worker())];
    await one.step();
    const { since } = await site.status();
    await stand.send("DEL", site.keys.forecastStatus);
    await other.step();
    expect(await site.status()).toBeNull();
    await one.stop();
    await other.step();
    expect(await site.status()).toMatchObject({ basis: "learning", since });
  });

  test("reads the orders again when the log was trimmed past its place", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 2, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster();
    await forecaster.step();
    await site.post([site.orderAt("late", Date.now(), Date.now() + 60 * MINUTE)]);
    await site.own.drain();
    await stand.send("XTRIM", site.keys.log, "MAXLEN", "0");
    await forecaster.step();
    await forecaster.step();
    expect((await site.row("late")).risk).not.toBeNull();
  });

  test("reads neither log nor order where its own process has just written them", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster(site.own, site.own);
    await forecaster.step();
    await site.post([site.at("parcel.staged", "new-119", Date.now())]);
    await site.own.drain();
    await stand.send("XTRIM", site.keys.log, "MAXLEN", "0");
    await stand.send("HDEL", site.keys.orders, "new-119");
    await forecaster.step();
    expect(await site.row("new-119")).toMatchObject({ stage: "staged", risk: 0 });
  });

  test("reads what another process applied, though its own knew the order before", async () => {
    const site = await newSite();
    const other = await site.worker();
    await history(site, 5);
    await backlog(site, 120, 2 * 60 * MINUTE);
    const forecaster = await site.forecaster(site.own, site.own);
    await forecaster.step();
    await site.post([site.at("parcel.staged", "new-119", Date.now())]);
    await other.drain();
    await forecaster.step();
    expect(await site.row("new-119")).toMatchObject({ stage: "staged", risk: 0 });
  });

  test("begins afresh when what was kept is of another version or broken", async () => {
    const site = await newSite();
    await history(site, 5);
    await backlog(site, 2, 2 * 60 * MINUTE);
    await stand.send("SET", site.keys.forecast, '{"version":-1}');
    await (await site.forecaster()).step();
    expect((await site.status()).basis).toBe("learning");
  });
});
