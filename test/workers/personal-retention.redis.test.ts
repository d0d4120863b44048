import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../domain/contract/keys.ts";
import { keyRecord, freshKey } from "../../domain/contract/personal-keys.ts";
import { createPersonalRetention } from "../../workers/jobs/personal-retention.ts";
import { type TestClient, connectTestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

const keys = keysOf("BER1");
const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const keyOf = (at: number): string => keyRecord(freshKey("x".repeat(32), at));

describe.skipIf(redisMissing)("the time for personal fields", () => {
  let redis: TestRedis;
  let client: TestClient;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = await connectTestClient(redis.socketPath);
    const old = keyOf(NOW - 200 * DAY);
    await client.hSet(keys.personalKeys, {
      "closed-long": keyOf(NOW),
      "closed-lately": old,
      "open-long": old,
      "forgotten-long": old,
      "waiting-lately": keyOf(NOW - DAY),
    });
    await client.hSet(keys.personal, { "closed-long": "[]", "closed-lately": "[]" });
    await client.zAdd(keys.closed, [
      { value: "closed-long", score: NOW - 91 * DAY },
      { value: "closed-lately", score: NOW - 89 * DAY },
    ]);
    await client.hSet(keys.rows, "open-long", "{}");
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("ends those of orders closed for longer, and keys that belong to no order any more", async () => {
    const turn = createPersonalRetention((...args) => client.sendCommand(args), "BER1");
    expect(await turn(90, NOW)).toBe(2);
    expect((await client.hKeys(keys.personalKeys)).toSorted()).toEqual([
      "closed-lately",
      "open-long",
      "waiting-lately",
    ]);
    expect(await client.hKeys(keys.personal)).toEqual(["closed-lately"]);
    expect(await client.hGetAll(keys.personalErased)).toEqual({
      "closed-long": String(NOW),
      "forgotten-long": String(NOW),
    });
    expect(await turn(90, NOW)).toBe(0);
    expect(await turn(30, NOW)).toBe(1);
  });

  test("marks of those whose time was over go after a while, of those who asked they stay", async () => {
    await client.hSet(keys.personalErased, "asked", String(NOW));
    const turn = createPersonalRetention((...args) => client.sendCommand(args), "BER1");
    await turn(90, NOW + 44 * DAY);
    expect(await client.hmGet(keys.personalErased, ["closed-long", "asked"])).not.toContain(null);
    await turn(90, NOW + 46 * DAY);
    const marks = await client.hKeys(keys.personalErased);
    expect(marks).toContain("asked");
    expect(marks).not.toContain("closed-long");
    expect(await client.zRangeByScore(keys.personalEnded, "-inf", NOW)).toEqual([]);
  });
});
