import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../../domain/contract/keys.ts";
import { createDecide } from "../../../server/inbox/decide.ts";
import { type RedisClient, createFastClient } from "../../../server/redis.ts";
import { type TestRedis, redisMissing, startRedis } from "../../support/redis.ts";

describe.skipIf(redisMissing)("who decides on a version of an order", () => {
  let redis: TestRedis;
  let client: RedisClient;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("is one action alone, for this order, version and site; not for ever", async () => {
    const decide = createDecide(client);
    const all = await Promise.all(["a", "b", "c"].map((one) => decide("S", "O", 1, one)));
    expect(all).toEqual([true, false, false]);
    expect(await decide("S", "O", 1, "a")).toBe(true);
    expect(await decide("S", "O", 2, "b")).toBe(true);
    expect(await decide("S", "P", 1, "b")).toBe(true);
    expect(await decide("T", "O", 1, "b")).toBe(true);
    expect(await client.pTTL(keysOf("S").decided("O", 1))).toBeGreaterThan(0);
  });
});
