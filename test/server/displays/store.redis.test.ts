/** What opens displays, in a real Redis: each refresh token counts once, each code is for the first who takes it, and nothing is kept but fingerprints. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDisplayStore, type DisplayStore } from "../../../server/displays/store.ts";
import { createFastClient, type RedisClient } from "../../../server/redis.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

describe.skipIf(redisMissing)("displays in Redis", () => {
  let redis: TestRedis;
  let client: RedisClient;
  let store: DisplayStore;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
    store = createDisplayStore(client);
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  let display = "";
  let number = 0;
  beforeEach(() => {
    display = `display-${(number += 1)}`;
  });
  const renew = (presented: string, refresh: string, now = 1_000) =>
    store.renew({ display, presented, access: `a-${refresh}`, endsAt: 9_000, refresh, now });

  test("one of many who renew with the same token at once gets the tokens that count", async () => {
    expect(await renew("", "r1")).toBe("ok");
    await store.confirm(display, "a-r1", 1_500);
    const tokens = Array.from({ length: 20 }, (_, at) => `next-${at}`);
    await Promise.all(tokens.map((refresh) => renew("r1", refresh)));
    const kept = await store.tokens(display);
    expect(tokens).toContain(kept?.refresh);
    expect(kept).toMatchObject({ previous: "r1", confirmed: false, endsAt: 9_000 });
  });

  test("a token before the last counts until the last was used, then it is a copy", async () => {
    await renew("", "r1");
    expect(await renew("r1", "r2")).toBe("ok");
    expect(await renew("r1", "r3")).toBe("ok");
    await store.confirm(display, "a-r2", 2_000);
    expect((await store.tokens(display))?.confirmed).toBe(false);
    await store.confirm(display, "a-r3", 2_000);
    expect(await renew("r1", "r4")).toBe("reused");
    expect(await renew("r2", "r4")).toBe("unknown");
    expect(await renew("r3", "r4")).toBe("ok");
  });

  test("first tokens are given again until they were used, never after", async () => {
    expect(await renew("", "r1")).toBe("ok");
    expect(await renew("", "r2")).toBe("ok");
    await store.confirm(display, "a-r2", 2_000);
    expect(await renew("", "r3")).toBe("unknown");
  });

  test("a display that was away for a quarter of a year is not let in by its old token", async () => {
    await renew("", "r1", 1_000);
    expect(await renew("r1", "r2", 1_000 + 91 * 86_400_000)).toBe("unknown");
  });

  const pairing = {
    code: "fingerprint",
    name: "Hall",
    device: "Chrome",
    address: "192.0.2.1",
    width: null,
    height: null,
    askedAt: 1,
    polledAt: 0,
    intervalMs: 5_000,
    display: null,
  };

  test("a code is for the first of many who take it, and ends by itself", async () => {
    expect(await store.addPairing("device", pairing, 60_000)).toBe(true);
    expect(await store.addPairing("other", pairing, 60_000)).toBe(false);
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => store.takeCode("fingerprint")),
    );
    expect(taken.filter((one) => one === "device")).toHaveLength(1);
    const claimed = { ...pairing, display: "d" };
    expect(await store.changePairing("device", pairing, claimed)).toBe(true);
    expect(await store.changePairing("device", pairing, { ...pairing, polledAt: 2 })).toBe(false);
    expect((await store.pairing("device"))?.display).toBe("d");
    expect(await client.pTTL("ct:{tower}:pairing:device")).toBeGreaterThan(50_000);
    expect(await store.changePairing("gone", pairing, claimed)).toBe(false);
    expect(await store.pairing("gone")).toBeNull();
    await store.putCodeBack("fingerprint", "device", 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.pairingOf("fingerprint")).toBeNull();
  });

  test("reports are read in the order in which they are asked for", async () => {
    const kept = { at: 5, address: "192.0.2.1", report: { slide: "trucks" } as never };
    await store.keepReport("b", kept);
    expect(await store.reports(["a", "b"])).toEqual([null, kept]);
    expect(await store.reports([])).toEqual([]);
  });
});
