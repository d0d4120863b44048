/** What server and forecaster tell each other through Redis: plans, states, outlooks, what-ifs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS, keysOf } from "../../../domain/contract/keys.ts";
import { encodeOrderRecord } from "../../../domain/contract/order-record.ts";
import type { WhatIfView } from "../../../domain/contract/what-if.ts";
import { anOrderReceived } from "../../support/builders.ts";
import { aRow } from "../../support/board-rows.ts";
import { connectTestClient, type TestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { BEARER } from "../fake-app.ts";
import { createCommitter, SITE, startStand, until, type Stand } from "../live-stand.ts";

const keys = keysOf(SITE);
const HOUR = 3_600_000;

describe.skipIf(redisMissing)("foresight in Redis", () => {
  let redis: TestRedis;
  let store: TestClient;
  let stand: Stand;
  const now = Date.now();

  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    store = await connectTestClient(redis.socketPath);
    const pickup = { id: "A-1", at: now + HOUR };
    const commits = createCommitter(store);
    await commits.commit([
      aRow({ id: "SO-1", stage: "picked", pickup, due: pickup.at, zone: "A", placedAt: now }),
    ]);
    const record = { v: 1, policy: 1, events: [anOrderReceived(now - HOUR)], sent: [] };
    await store.hSet(keys.orders, "SO-1", encodeOrderRecord(record));
    stand = await startStand(redis.url, {}, { isShared: true });
    await until(() => stand.app.live.board(SITE)?.rows.size === 1);
  });
  afterAll(async () => {
    await stand?.stop();
    store?.destroy();
    await redis?.stop();
  });

  async function ask(method: "GET" | "PUT" | "POST", path: string, body?: object) {
    const answer = await stand.app.inject({
      method,
      url: `/api/v1${path}?site=${SITE}`,
      headers: BEARER,
      ...(body !== undefined && { payload: body }),
    });
    expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([200, expect.anything()]);
    return answer.json();
  }

  test("a plan stands where the forecaster reads it, written with its audit entry", async () => {
    const packers = { process: "pack", days: [1], from: "06:00", to: "14:00", heads: 4 };
    await ask("PUT", "/config/plans", { plan: { heads: [packers] } });
    const kept = JSON.parse((await store.hGet(GLOBAL_KEYS.shiftPlans, SITE)) ?? "null");
    expect(kept).toMatchObject({ version: 1, plan: { heads: [packers] } });
    const [head] = (await store.xRevRange(GLOBAL_KEYS.audit, "+", "-", { COUNT: 1 })) ?? [];
    expect(head?.message["e"]).toContain("plan.changed");
  });

  test("a forecast that was stored is shown with its order", async () => {
    const outlook = { p: 0.7, isRaised: true, until: now + HOUR, words: ["so"], at: now };
    await store.hSet(keys.outlooks, "SO-1", JSON.stringify({ ...outlook, alarm: null }));
    const detail = await ask("GET", "/orders/SO-1");
    expect(detail.forecast).toMatchObject({ p: 0.7, likelihood: "likely", reasons: ["so"] });
    expect(detail.risk).toBe(0.7);
  });

  test("quality and status come from the forecaster's own keys", async () => {
    const status = { at: now, basis: "learning", since: now, settled: 7, orders: 1, paces: {} };
    await store.set(keys.forecastStatus, JSON.stringify(status));
    const quality = await ask("GET", "/analytics/forecast-quality");
    expect(quality).toMatchObject({ basis: "learning", settled: 7, total: { orders: 0 } });
  });

  test("a what-if lives for an hour, and for good once it was done", async () => {
    const changes = [{ kind: "add", process: "pack", people: 1 }];
    const view = (await ask("POST", "/what-if", { changes })) as WhatIfView;
    const left = await store.pTTL(keys.trial(view.id));
    expect(left).toBeGreaterThan(HOUR - 60_000);
    await ask("POST", `/what-if/${view.id}/applied`);
    expect(await store.hExists(GLOBAL_KEYS.whatIfs(SITE), view.id)).toBe(1);
    expect((await ask("GET", "/what-if")).items).toMatchObject([{ id: view.id }]);
  });
});
