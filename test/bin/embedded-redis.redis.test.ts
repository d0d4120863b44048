import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startEmbeddedRedis } from "../../bin/embedded-redis.ts";
import { identify } from "../../bin/process-identity.ts";
import type { RedisBinary } from "../../bin/redis-binary.ts";
import { redisState } from "../../bin/redis-wire.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis, testRedisBinary } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";

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
  const binary = testRedisBinary as RedisBinary;

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

  test("is adopted, not doubled, by whoever comes next", async () => {
    const redis = await aRedis();
    const second = await startEmbeddedRedis({ dataDir: redis.dir, binary });
    expect(second).toMatchObject({ pid: redis.pid, isAdopted: true, url: redis.url });
    await second.stop();
    expect(identify(redis.pid)).toBeNull();
  });

  test("is not begun beside one that hangs", async () => {
    const redis = await aRedis();
    await redis.kill("SIGSTOP");
    await expect(startEmbeddedRedis({ dataDir: redis.dir, binary })).rejects.toThrow(
      "does not answer",
    );
    await redis.kill("SIGCONT");
    expect(await ask(redis, (client) => client.ping())).toBe("PONG");
  });

  test("ends with its last words when it cannot start", async () => {
    using dir = tempDir();
    mkdirSync(join(dir.path, "appendonlydir"));
    writeFileSync(join(dir.path, "appendonlydir/appendonly.aof.manifest"), "this is no manifest\n");
    await expect(startEmbeddedRedis({ dataDir: dir.path, binary })).rejects.toThrow(
      /last words:[^]*manifest/i,
    );
  });

  test("listens on a loopback port with a password where the path is too long for a socket, and keeps both", async () => {
    using dir = tempDir();
    const dataDir = join(dir.path, "a-very-long-name-for-a-folder".repeat(5));
    const redis = await startEmbeddedRedis({ dataDir, binary });
    expect(redis.url).toMatch(/^redis:\/\/:[0-9a-f]{48}@127\.0\.0\.1:\d+$/);
    const { port } = redis.address as { port: number };
    expect(await redisState({ port, password: "wrong" })).toBe("absent");
    expect(await redisState(redis.address)).toBe("ready");
    await redis.stop();
    const again = await startEmbeddedRedis({ dataDir, binary });
    expect(again.url).toBe(redis.url);
    await again.stop();
  });

  test("lives in a folder whose name has spaces and quotes", async () => {
    using dir = tempDir();
    const dataDir = join(dir.path, `it's my "tower"`);
    const redis = await startEmbeddedRedis({ dataDir, binary });
    expect(await redisState(redis.address)).toBe("ready");
    await redis.stop();
  });
});
