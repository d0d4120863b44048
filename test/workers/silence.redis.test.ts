import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import type { ForecastStatus } from "../../domain/contract/stored.ts";
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import type { AnyEvent } from "../../domain/event.ts";
import { createForecaster } from "../../workers/forecast/forecaster.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Works round the clock; two halls with a system each, a 3PL and a carrier that must speak every minute. */
const floor = {
  stages: ["received", "allocated", "picked", "packed", "staged", "handed_over", "in_transit"],
  shifts: [],
  carriers: [{ id: "A", pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at: "23:59" }] }],
  sources: [
    { source: "wms/hall-a", silentAfter: "PT1M", name: "Hall A" },
    { source: "3pl/north", silentAfter: "PT1M", name: "3PL North" },
    { source: "carrier/a", silentAfter: "PT1M", name: "Carrier A" },
  ],
} as const;

describe.skipIf(redisMissing)("a silent source", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  async function newSite() {
    const site = await stand.newSite(floor as never);
    const worker = await site.worker();
    let events = 0;
    const tell = (source: string, type: string, order: string, data: object = {}): AnyEvent =>
      ({ ...site.event(type, order, data, `e${events++}`), source }) as unknown as AnyEvent;
    const canary = (): AnyEvent => {
      const { orderId: _none, ...event } = site.event("system.canary", "-", {}, `c${events++}`) as {
        orderId?: string;
      };
      return { ...event, source: CANARY_SOURCE } as unknown as AnyEvent;
    };
    const received = (order: string): AnyEvent => {
      const event = site.received(order) as unknown as { data: object };
      const promise = { shipBy: Date.now() + DAY, deliverBy: Date.now() + 4 * DAY, carrier: "A" };
      return {
        ...event,
        source: "shop/x",
        data: { ...event.data, ...promise },
      } as unknown as AnyEvent;
    };
    const book = createPolicyBook(stand.send);
    await book.refresh();
    const forecaster = createForecaster({
      site: site.id,
      send: stand.send,
      book,
      tell: worker.tell,
      isBehind: worker.isBehind,
      log: { info: () => {} } as never,
    });
    const post = async (events: AnyEvent[]): Promise<void> => {
      await site.post(events);
      await worker.drain();
    };
    const text = (key: string, field?: string): Promise<string | null> =>
      field === undefined ? stand.send("GET", key) : stand.send("HGET", key, field);
    const row = async (order: string): Promise<Row> =>
      JSON.parse((await text(site.keys.rows, order)) ?? "null") as Row;
    const status = async (): Promise<ForecastStatus> =>
      JSON.parse((await text(site.keys.forecastStatus)) ?? "null") as ForecastStatus;
    const seq = async (): Promise<number> => Number(await text(site.keys.seq));
    /** As if they had been heard last two minutes ago. */
    const silence = (...sources: string[]): Promise<unknown> =>
      stand.send(
        "HSET",
        site.keys.sources,
        ...sources.flatMap((source) => [source, String(Date.now() - 2 * MINUTE)]),
      );
    return {
      keys: site.keys,
      silence,
      forecaster,
      worker,
      tell,
      canary,
      received,
      post,
      row,
      status,
      seq,
    };
  }

  test("blinds the orders whose next step it would tell, and no others, until it speaks", async () => {
    const site = await newSite();
    await site.post([
      ...["hall-a", "hall-b", "at-3pl", "under-way", "held"].map(site.received),
      site.tell("wms/hall-a", "order.allocated", "hall-a", { lines: [] }),
      site.tell("wms/hall-a", "pick.completed", "hall-a"),
      site.tell("wms/hall-b", "pick.completed", "hall-b"),
      site.tell("wms/hall-b", "order.released", "at-3pl", { to: "3pl-north" }),
      site.tell("3pl/north", "pick.started", "at-3pl"),
      site.tell("wms/hall-b", "parcel.handed_over", "under-way", { carrier: "A" }),
      site.tell("carrier/a", "parcel.in_transit", "under-way", { trackingCode: "T" }),
      site.tell("wms/hall-a", "pick.completed", "held"),
      site.tell("wms/hall-b", "hold.placed", "held", { code: "HOLD_OPERATOR" }),
      site.canary(),
    ]);
    await site.forecaster.step();
    expect((await site.row("hall-a")).sev).toBe("on_time");
    await site.silence("wms/hall-a", "3pl/north", "carrier/a");
    await site.forecaster.step();
    const blind = await site.row("hall-a");
    expect(blind).toMatchObject({ sev: "unknown", risk: null, exceptions: ["SOURCE_SILENT"] });
    expect(blind.why).toMatch(/^Hall A silent since .*: what happened since is not known$/);
    expect(blind.pickup).not.toBeNull();
    expect((await site.row("hall-b")).sev).toBe("on_time");
    expect((await site.row("held")).sev).toBe("on_time");
    expect((await site.row("at-3pl")).why).toContain("3PL North silent");
    expect((await site.row("under-way")).why).toContain("Carrier A silent");
    const silent = (await site.status()).silent?.map(({ source }) => source).sort();
    expect(silent).toEqual(["3pl/north", "carrier/a", "wms/hall-a"]);

    await site.post([site.tell("wms/hall-a", "note.added", "held", { text: "back" })]);
    await site.forecaster.step();
    expect(await site.row("hall-a")).toMatchObject({ sev: "on_time", exceptions: [] });
    expect((await site.row("at-3pl")).sev).toBe("unknown");
    expect(await stand.send("HEXISTS", site.keys.outlooks, "hall-a")).toBe(0);
  });

  test("is told in one commit for hundreds of orders, and not again while nothing changes", async () => {
    const site = await newSite();
    const ids = Array.from({ length: 300 }, (_, index) => `o${index}`);
    await site.post(ids.map(site.received));
    await site.post(ids.map((id) => site.tell("wms/hall-a", "pick.completed", id)));
    await site.post([site.canary()]);
    await site.silence("wms/hall-a");
    const before = await site.seq();
    await site.forecaster.step();
    expect((await site.row("o299")).sev).toBe("unknown");
    expect((await site.seq()) - before).toBe(1);
    await site.forecaster.step();
    expect((await site.seq()) - before).toBe(1);
  });

  test("is not concluded while the tower itself may be deaf", async () => {
    const site = await newSite();
    await site.post([site.received("o"), site.tell("wms/hall-a", "pick.completed", "o")]);
    await site.silence("wms/hall-a");
    await site.forecaster.step();
    expect((await site.row("o")).sev).toBe("on_time");
  });

  test("is found by the next forecaster from what is said of the orders", async () => {
    const site = await newSite();
    await site.post([site.received("o"), site.tell("wms/hall-a", "pick.completed", "o")]);
    await site.post([site.canary()]);
    await site.silence("wms/hall-a");
    await site.forecaster.step();
    await site.forecaster.stop();
    await site.post([site.tell("wms/hall-a", "note.added", "o", { text: "back" })]);
    expect((await site.row("o")).sev).toBe("unknown");
    await site.forecaster.step();
    expect((await site.row("o")).sev).toBe("on_time");
  });

  test("is not the only thing noticed: goods that stand on the dock after their truck has left", async () => {
    const site = await newSite();
    const staged = {
      ...site.tell("wms/hall-b", "parcel.staged", "o"),
      occurredAt: Date.now() - 2 * DAY,
    };
    const early = { ...site.received("o"), occurredAt: Date.now() - 2 * DAY - MINUTE };
    await site.post([early, staged as AnyEvent, site.canary()]);
    await site.forecaster.step();
    const row = await site.row("o");
    expect(row.exceptions).toContain("NOT_LOADED");
    expect(row.sev).toBe("on_time");
    await site.post([site.tell("wms/hall-b", "parcel.handed_over", "o", { carrier: "A" })]);
    expect((await site.row("o")).exceptions).not.toContain("NOT_LOADED");
  });
});
