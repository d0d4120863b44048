import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { freePort } from "../support/free-port.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";
import { KEY } from "./fake-app.ts";
import { openSocket, outcomeOf, until } from "./live-stand.ts";
import { bare } from "../support/bare-env.ts";

const MAIN = join(import.meta.dirname, "../../server/main.ts");

describe.skipIf(redisMissing)("the server process", () => {
  let redis: TestRedis;
  const dir = mkdtempSync(join(tmpdir(), "ct-main-"));
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
  });
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    running.clear();
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function run(env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...bare(),
        REDIS_URL: redis.url,
        CT_DATA_DIR: dir,
        CT_BOOTSTRAP_KEY: KEY,
        LOG_LEVEL: "warn",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(child, "exit").then(([code]) => code as number | null);
    return { child, ended, output: () => output };
  }

  async function listening() {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const started = run({ PORT: String(port) });
    let isUp = false;
    const poll = async () => {
      isUp = await fetch(`${url}/livez`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!isUp) setTimeout(() => void poll(), 50);
    };
    await poll();
    await until(() => isUp, 20_000);
    return { ...started, url };
  }

  const anEvent = (id: string) => ({
    id,
    source: "test",
    type: "system.canary",
    site: "BER1",
    occurredAt: new Date().toISOString(),
  });
  const post = (url: string, id: string) =>
    fetch(`${url}/api/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify(anEvent(id)),
    });

  test("says every mistake of its environment and does not start", async () => {
    const { ended, output } = run({ PORT: "70000", CT_BOOTSTRAP_KEY: "short" });
    expect(await ended).toBe(1);
    expect(output()).toContain("PORT");
    expect(output()).toContain("CT_BOOTSTRAP_KEY");
    expect(output()).not.toContain("    at ");
  });

  test("says every mistake of its sites file and does not start", async () => {
    const { ended, output } = run({ CT_SITES_FILE: join(dir, "none.json") });
    expect(await ended).toBe(1);
    expect(output()).toContain("cannot be read");
  });

  test("makes no secret beside what was sealed with another, and says what to do", async () => {
    const first = await listening();
    const client = await connectTestClient(redis.socketPath);
    const isKept = () => client.exists(GLOBAL_KEYS.sites);
    await expect.poll(isKept, { timeout: 20_000 }).toBe(1);
    client.destroy();
    first.child.kill("SIGKILL");
    const file = join(dir, "other", "secret");
    const other = run({ CT_DATA_DIR: join(dir, "other"), PORT: String(await freePort()) });
    expect(await other.ended).toBe(1);
    expect(other.output()).toMatch(/^There is no secret at .*the Redis at .*Put it back/m);
    expect(existsSync(file)).toBe(false);
  });

  test("ends with 0 within seconds of SIGTERM, with a socket and a keep-alive connection open", async () => {
    const { child, ended, url } = await listening();
    const socket = openSocket(url);
    expect(await outcomeOf(socket)).toEqual({ kind: "connected" });
    const told = new Promise((resolve) => socket.once("session:ended", resolve));
    const before = Date.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);
    expect(await told).toEqual({ reason: "shutdown" });
    socket.disconnect();
  });

  test("outlives its Redis: refuses meanwhile, goes on afterwards, and ends with 0 also without one", async () => {
    const { child, ended, url } = await listening();
    // it listens before it is connected
    await vi.waitFor(async () => expect((await post(url, "1")).status).toBe(202), 10_000);
    await redis.kill("SIGKILL");
    const before = Date.now();
    const refused = await post(url, "2");
    expect(refused.status).toBe(503);
    expect(Date.now() - before).toBeLessThan(2_500);
    expect(await refused.json()).toMatchObject({ code: "CT_ERR_UNAVAILABLE", retryable: true });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    await redis.restart();
    let status = 0;
    const again = async () => {
      status = (await post(url, "2")).status;
      if (status !== 202) setTimeout(() => void again(), 100);
    };
    await again();
    await until(() => status === 202, 8_000);
    await redis.kill("SIGKILL");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await redis.restart();
  });

  test("takes nothing while the memory of its Redis is nearly full, says so, and goes on when there is room", async () => {
    const { url } = await listening();
    const client = await connectTestClient(redis.socketPath);
    const answers = async (id: string) => (await post(url, id)).status;
    await expect.poll(() => answers("m1"), { timeout: 10_000 }).toBe(202);
    await client.configSet("maxmemory", "1");
    await expect.poll(() => answers("m1"), { timeout: 10_000 }).toBe(503);
    const refused = await post(url, "m2");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(30);
    expect(await refused.json()).toMatchObject({
      code: "CT_ERR_OVERLOADED",
      detail: expect.stringContaining("memory of the store is nearly full"),
    });
    await client.configSet("maxmemory", "0");
    await expect.poll(() => answers("m2"), { timeout: 10_000 }).toBe(202);
    client.destroy();
  });

  test("starts without a Redis, says that it is not ready, and takes events when there is one", async () => {
    await redis.kill("SIGKILL");
    const { url } = await listening();
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ parts: { redis: { state: "failing" } } });
    expect((await post(url, "3")).status).toBe(503);
    await redis.restart();
    let status = 0;
    const again = async () => {
      status = (await post(url, "3")).status;
      if (status !== 202) setTimeout(() => void again(), 100);
    };
    await again();
    await until(() => status === 202, 8_000);
  });
});
