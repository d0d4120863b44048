/** What is kept of signed webhooks, in a real Redis. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../../domain/contract/keys.ts";
import { holding, NO_MEMORY, released } from "../../../server/hooks/order-memory.ts";
import { createHookStore, type HookStore, type Unmatched } from "../../../server/hooks/store.ts";
import { createFastClient } from "../../../server/redis.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

describe.skipIf(redisMissing)("the store of signed webhooks", () => {
  let redis: TestRedis;
  let client: ReturnType<typeof createFastClient>;
  let store: HookStore;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
    store = createHookStore(client);
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("of many changes of one order at the same time none is lost", async () => {
    const codes = Array.from({ length: 12 }, (_, at) => `HOLD_${at}`);
    expect(await store.memory("BER1", "shop", "1")).toEqual(NO_MEMORY);
    await Promise.all(
      codes.map((code) =>
        store.remember("BER1", "shop", "1", (memory) => holding(memory, code, 1)),
      ),
    );
    const { holds } = await store.memory("BER1", "shop", "1");
    expect(holds.toSorted()).toEqual(codes.toSorted());
    const before = await store.remember("BER1", "shop", "1", (memory) =>
      released(memory, 1, undefined),
    );
    expect(before.holds).toHaveLength(12);
    expect((await store.memory("BER1", "shop", "1")).holds).toEqual([]);
    expect(await client.ttl(keysOf("BER1").told("shop", "1"))).toBeGreaterThan(59 * 86_400);
  });

  test("a tracking code has the order that it was met with last", async () => {
    const met = async (site: string, codes: string[]) =>
      Object.fromEntries(await store.tracked(site, codes));
    expect(await met("BER1", [])).toEqual({});
    await store.track("BER1", ["A", "B"], "SO-1");
    await store.track("BER1", ["B"], "SO-2");
    expect(await met("BER1", ["none", "A", "B"])).toEqual({ A: "SO-1", B: "SO-2" });
    expect(await met("NYC1", ["B"])).toEqual({});
  });

  test("what waits is taken away only as it was read", async () => {
    const one = (at: number): Unmatched => ({
      connector: "ep",
      at,
      tracking: { codes: ["A"], references: [], carrier: "x", scans: [] },
    });
    expect(await store.wait("BER1", "ep A", () => one(1))).toBe(true);
    const [read] = await store.unmatched("BER1");
    await store.wait("BER1", "ep A", () => one(2));
    await store.matched("BER1", read!);
    const [left] = await store.unmatched("BER1");
    expect(left?.at).toBe(2);
    await store.matched("BER1", left!);
    expect(await store.unmatched("BER1")).toEqual([]);
  });

  test("of many deliveries of one parcel that waits none writes over another, and one more than fit is none", async () => {
    const names = Array.from({ length: 12 }, (_, at) => `CODE_${at}`);
    const adding = (code: string) => (before: Unmatched | undefined) => ({
      connector: "ep",
      at: 1,
      tracking: {
        codes: [...(before?.tracking.codes ?? []), code],
        references: [],
        carrier: "x",
        scans: [],
      },
    });
    await Promise.all(names.map((code) => store.wait("BER1", "ep B", adding(code))));
    const [waits] = await store.unmatched("BER1");
    expect(waits?.tracking.codes.toSorted()).toEqual(names.toSorted());
    const others = Array.from({ length: 9_999 }, (_, at) => [`ep ${at}`, "{}"]);
    await client.hSet(keysOf("BER1").unmatched, Object.fromEntries(others) as never);
    expect(await store.wait("BER1", "ep C", adding("C"))).toBe(false);
    expect(await store.wait("BER1", "ep B", adding("B"))).toBe(true);
    await client.del(keysOf("BER1").unmatched);
  });

  test("deliveries are counted by what they became, and the last is told", async () => {
    const last = { at: 1, topic: "orders/create", words: "x" };
    await store.note("BER1", "shop", { ...last, outcome: "accepted" });
    await store.note("BER1", "shop", { ...last, outcome: "accepted" });
    await store.note("BER1", "shop", { ...last, outcome: "ignored", at: 2 });
    expect((await store.activity("BER1")).get("shop")).toEqual({
      last: { ...last, outcome: "ignored", at: 2 },
      counts: { accepted: 2, ignored: 1 },
    });
  });

  test("a store that is away says so, and that sending again is safe", async () => {
    const away = createFastClient(redis.url, () => undefined);
    await expect(createHookStore(away).all()).rejects.toMatchObject({
      code: "CT_ERR_UNAVAILABLE",
      statusCode: 503,
    });
  });
});
