import { afterEach, describe, expect, test } from "vitest";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

const started: TestRedis[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
});

async function aRedis(): Promise<TestRedis> {
  const redis = await startRedis();
  started.push(redis);
  return redis;
}

async function ask<T>(redis: TestRedis, work: (client: TestClient) => Promise<T>): Promise<T> {
  const client = await connectTestClient(redis.socketPath);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

describe.skipIf(redisMissing)("an embedded Redis", () => {
  test("runs with the settings that never lose an answered write", async () => {
    const redis = await aRedis();
    const config = await ask(redis, (client) =>
      client.configGet(["append*", "maxmemory-policy", "save", "port"]),
    );
    expect(config).toMatchObject({
      appendonly: "yes",
      appendfsync: "always",
      "maxmemory-policy": "noeviction",
      save: "",
      port: "0",
    });
  });

  test("has everything back after kill -9", async () => {
    const redis = await aRedis();
    await ask(redis, (client) => client.set("kept", "yes"));
    const before = redis.pid;
    await redis.kill("SIGKILL");
    await redis.restart();
    expect(redis.pid).not.toBe(before);
    expect(await ask(redis, (client) => client.get("kept"))).toBe("yes");
  });
});
