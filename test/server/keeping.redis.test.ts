import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeeping, lossesOf } from "../../server/inbox/keeping.ts";
import { createFastClient, type RedisClient } from "../../server/redis.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

test("one that still reads its file is not judged: it calls that file switched off", () => {
  const told = (loading: number) => `loading:${loading}\r\naof_enabled:0\r\n`;
  expect(lossesOf(told(1))).toBeNull();
  expect(lossesOf(told(0))).toHaveLength(1);
});

describe.skipIf(redisMissing)("a Redis that would lose what it is given", () => {
  let redis: TestRedis;
  let admin: TestClient;
  let client: RedisClient;
  beforeAll(async () => {
    redis = await startRedis();
    admin = await connectTestClient(redis.socketPath);
    // as the tower's own user, which may not ask for settings
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    admin.destroy();
    await redis.stop();
  });

  test("is named with each reason, once, as long as it is so; one that keeps everything is not", async () => {
    const warnings: string[] = [];
    const keeping = createKeeping(client, (loss) => void warnings.push(loss));
    const said = async () => {
      await keeping.look();
      return keeping.losses();
    };
    expect(await said()).toEqual([]);
    await admin.configSet({ appendonly: "no", "maxmemory-policy": "allkeys-lru" });
    const losses = [
      "appendonly is off, so a restart loses what was accepted",
      "maxmemory-policy is allkeys-lru, so it throws orders away when its memory is full",
    ];
    expect(await said()).toEqual(losses);
    expect(await said()).toEqual(losses);
    expect(warnings).toEqual(losses);
    await admin.configSet({ "maxmemory-policy": "noeviction" });
    expect(await said()).toEqual(losses.slice(0, 1));
    // as after a failover
    await admin.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
    expect(await said()).toContainEqual(expect.stringContaining("it is a replica"));
    await admin.sendCommand(["REPLICAOF", "NO", "ONE"]);
    expect(await said()).toEqual(losses.slice(0, 1));
    await admin.configSet("maxmemory", "1");
    expect(await said()).toContainEqual(expect.stringContaining("so no event is accepted"));
    await admin.configSet("maxmemory", "0");
    expect(await said()).toEqual(losses.slice(0, 1));
    keeping.stop();
  });
});
