import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { warnOfLosses } from "../../server/inbox/keeping.ts";
import { createFastClient, type RedisClient } from "../../server/redis.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

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
  const said = async (): Promise<string[]> => {
    const losses: string[] = [];
    await warnOfLosses(client, (loss) => void losses.push(loss));
    return losses;
  };

  test("is named with each reason, and one that keeps everything is not", async () => {
    expect(await said()).toEqual([]);
    await admin.configSet({ appendonly: "no", "maxmemory-policy": "allkeys-lru" });
    expect(await said()).toEqual([
      "appendonly is off, so a restart loses what was accepted",
      "maxmemory-policy is allkeys-lru, so it throws orders away when its memory is full",
    ]);
  });
});
