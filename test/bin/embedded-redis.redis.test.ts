import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterEach, describe, expect, test } from "vitest";
import { startEmbeddedRedis } from "../../bin/embedded-redis.ts";
import { identify } from "../../bin/process-identity.ts";
import type { RedisBinary } from "../../bin/redis-binary.ts";
import { usersFile, usersOf } from "../../bin/redis-users.ts";
import { redisState } from "../../bin/redis-wire.ts";
import { redisAddress } from "../../domain/contract/redis-address.ts";
import { createFastClient } from "../../server/redis.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis, testRedisBinary } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";

/** What a fault or an intruder in server or workers would do next. */
const REFUSED_LINES = `CONFIG GET maxmemory
CONFIG SET appendonly no
FLUSHALL
FLUSHDB
KEYS *
DEBUG SLEEP 0
SHUTDOWN NOSAVE
ACL LIST
ACL WHOAMI
CLIENT LIST
CLIENT KILL TYPE normal
MONITOR
REPLICAOF 127.0.0.1 1
MODULE LIST
SAVE
BGSAVE
SCRIPT FLUSH
SCRIPT KILL
FUNCTION LIST
MIGRATE h 1 ct:a 0 1
SWAPDB 0 1
SORT ct:a
RESTORE ct:a 0 x
SLOWLOG GET
LATENCY DOCTOR
PUBLISH x y
GET other
SET other 1
EVAL redis.call('FLUSHALL') 0
EVAL redis.call('GET','other') 0`.split("\n");

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

  test("has back what server and workers wrote in transactions and scripts", async () => {
    const redis = await aRedis();
    const client = createFastClient(redis.url, () => undefined);
    await client.connect();
    await client.multi().set("ct:a", "1").hSet("ct:b", "x", "2").exec();
    const lua = "redis.call('SET', KEYS[1], 3) redis.call('SET', KEYS[2], 4)";
    await client.eval(lua, { keys: ["ct:c", "ct-jobs:d"] });
    client.destroy();
    await redis.kill("SIGKILL");
    await redis.restart();
    const found = await ask(redis, async (admin) => [
      ...(await admin.mGet(["ct:a", "ct:c", "ct-jobs:d"])),
      await admin.hGet("ct:b", "x"),
    ]);
    expect(found).toEqual(["1", "3", "4", "2"]);
    expect(readFileSync(join(redis.dir, "redis.log"), "utf8")).not.toContain("NOPERM");
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

  test("is not begun beside one that another version began", async () => {
    const redis = await aRedis();
    rmSync(usersFile(redis.dir));
    await expect(startEmbeddedRedis({ dataDir: redis.dir, binary })).rejects.toThrow(
      "another version",
    );
    expect(identify(redis.pid)).not.toBeNull();
  });

  test("lets nobody in without a name, and keeps its passwords from other users", async () => {
    const redis = await aRedis();
    const nobody = createClient({ socket: { path: redis.socketPath, reconnectStrategy: false } });
    nobody.on("error", () => undefined);
    await expect(nobody.connect()).rejects.toThrow("NOAUTH");
    if (nobody.isOpen) nobody.destroy();
    const { admin, tower } = usersOf(redis.dir);
    for (const file of ["redis.conf", "redis.log"])
      for (const secret of [admin, tower])
        expect(readFileSync(join(redis.dir, file), "utf8")).not.toContain(secret);
    expect(statSync(usersFile(redis.dir)).mode & 0o077).toBe(0);
  });

  test("gives server and workers no power over itself, and no other keys than theirs", async () => {
    const redis = await aRedis();
    const client = createFastClient(redis.url, () => undefined);
    await client.connect();
    const say = (line: string) => client.sendCommand(line.split(" "));
    for (const line of REFUSED_LINES)
      await expect(say(line)).rejects.toThrow(/NOPERM|not allowed|user executing the script can't/);
    // as nobody, which is what a connection is after RESET, nothing is open either
    await expect(say("AUTH default x")).rejects.toThrow("WRONGPASS");
    for (const line of ["SET ct:a 1", "TIME", "INFO memory", "EVAL return(1) 0", "BGREWRITEAOF"])
      await say(line);
    await say("RESET");
    await expect(say("SET ct:a 2")).rejects.toThrow("NOAUTH");
    client.destroy();
  });

  test("says how its file is mended after a loss of power left bytes behind it, and that works", async () => {
    using dir = tempDir();
    const dataDir = join(dir.path, "it's here");
    const first = await startEmbeddedRedis({ dataDir, binary });
    const client = await connectTestClient(join(dataDir, "redis.sock"));
    await client.set("ct:kept", "x");
    client.destroy();
    await first.stop();
    const folder = join(dataDir, "appendonlydir");
    const last = readdirSync(folder).find((name) => name.endsWith(".incr.aof")) ?? "";
    appendFileSync(join(folder, last), Buffer.alloc(4096));
    const failure = await startEmbeddedRedis({ dataDir, binary }).catch((error: Error) => error);
    const command = /^ {2}(.* --fix .*)$/m.exec((failure as Error).message)?.[1] ?? "false";
    const mended = spawnSync("sh", ["-c", command], { input: "y\n", encoding: "utf8" });
    expect([mended.status, mended.stderr]).toEqual([0, ""]);
    const again = await startEmbeddedRedis({ dataDir, binary });
    const reader = await connectTestClient(join(dataDir, "redis.sock"));
    expect(await reader.get("ct:kept")).toBe("x");
    reader.destroy();
    await again.stop();
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
    expect(redis.url).toMatch(/^redis:\/\/tower:[0-9a-f]{48}@127\.0\.0\.1:\d+$/);
    const { port } = redis.address as { port: number };
    const wrong = { admin: "wrong", tower: "wrong" };
    expect(await redisState({ port, users: wrong })).toBe("locked");
    expect(await redisState(redis.address)).toBe("ready");
    await redis.stop();
    const again = await startEmbeddedRedis({ dataDir, binary });
    expect(again.url).toBe(redis.url);
    await again.stop();
  });

  test("lives in a folder whose name has spaces, quotes and what has a meaning in addresses", async () => {
    using dir = tempDir();
    const dataDir = join(dir.path, `it's my "tower" #1 ?&100%`);
    const redis = await startEmbeddedRedis({ dataDir, binary });
    expect(await redisState(redis.address)).toBe("ready");
    expect(redisAddress(redis.url)).toMatchObject({
      socket: { path: join(dataDir, "redis.sock") },
      username: "tower",
    });
    await redis.stop();
  });
});
