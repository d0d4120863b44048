import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { identify, isRunning, type ProcessIdentity } from "../../bin/process-identity.ts";
import { addressOf } from "../../bin/embedded-redis.ts";
import { endProcesses, readProcesses } from "../../bin/process-list.ts";
import { adminUrl } from "../../bin/redis-wire.ts";
import { freePort } from "../support/free-port.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { redisMissing } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";

/** The real supervisor and Redis; server, workers and simulator are stand-ins that only stay and leave. */
const program = join(import.meta.dirname, "../support/fake-tower/main.ts");

interface Running {
  supervisor: ChildProcess;
  out: () => string;
  ready: () => Promise<void>;
  ended: Promise<number | null>;
}

let dir: ReturnType<typeof tempDir>;
let port: number;
const seen = new Map<number, ProcessIdentity>();

function run(env: Record<string, string> = {}): Running {
  const told = {
    // what was compiled before is used; where nobody says where that is, it is not kept in the checkout
    NODE_COMPILE_CACHE: join(dir.path, "compiled"),
    ...process.env,
    REDIS_URL: "",
    CT_DATA_DIR: dir.path,
    PORT: String(port),
    ...env,
  };
  const supervisor = spawn(process.execPath, [program], {
    env: told,
    stdio: ["ignore", "pipe", "pipe"],
  });
  remember(supervisor.pid);
  let text = "";
  for (const stream of [supervisor.stdout, supervisor.stderr])
    stream.on("data", (chunk) => (text += String(chunk)));
  const ended = once(supervisor, "close").then(([code]) => code as number | null);
  const ready = () => until(() => text.includes("Control Tower ready on "));
  return { supervisor, out: () => text, ready, ended };
}

function remember(pid: number | undefined): void {
  const found = pid === undefined ? null : identify(pid);
  if (found !== null) seen.set(found.pid, found);
}

function listed(): Record<string, ProcessIdentity> {
  const found = readProcesses(dir.path);
  for (const process of Object.values(found)) seen.set(process.pid, process);
  return found;
}

async function until(check: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(check()).toBe(true), { timeout: 25_000, interval: 25 });
}

function pidOf(name: string): number {
  return listed()[name]?.pid ?? 0;
}

async function keep(key: string, value: string): Promise<void> {
  const client = await connectTestClient(join(dir.path, "redis.sock"));
  await client.set(key, value);
  client.destroy();
}

async function read(key: string): Promise<string | null> {
  const client = await connectTestClient(join(dir.path, "redis.sock"));
  const value = await client.get(key);
  client.destroy();
  return value;
}

beforeEach(async () => {
  dir = tempDir();
  port = await freePort();
});

afterEach(async () => {
  listed();
  await endProcesses([...seen.values()], 3000);
  seen.clear();
  dir[Symbol.dispose]();
});

describe.skipIf(redisMissing)("a supervisor", () => {
  test("says one line when all is ready, with the demo's logins, and leaves nothing running", async () => {
    const tower = run();
    await tower.ready();
    await until(() => Object.keys(listed()).length === 4);
    const processes = Object.values(listed());
    const lines = tower
      .out()
      .split("\n")
      .filter((line) => line.includes("Control Tower ready"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`Control Tower ready on http://127.0.0.1:${port}`);
    expect(lines[0]).toContain("admin / demo-admin-tower");
    expect(processes.every(isRunning)).toBe(true);
    tower.supervisor.kill("SIGTERM");
    expect(await tower.ended).toBe(0);
    expect(processes.some(isRunning)).toBe(false);
    expect(existsSync(join(dir.path, "access.json"))).toBe(false);
  });

  test("asked to end while Redis still reads its file it ends, and Redis with it", async () => {
    const slow = join(dir.path, "slow-redis");
    const version = 'echo "Redis server v=7.0.15 sha=0"';
    writeFileSync(slow, `#!/bin/sh\n[ "$1" = --version ] && ${version} && exit\nexec sleep 60\n`);
    chmodSync(slow, 0o700);
    const tower = run({ CT_REDIS_BIN: slow });
    await until(() => pidOf("redis") > 0);
    const redis = identify(pidOf("redis"));
    tower.supervisor.kill("SIGTERM");
    expect(await tower.ended).toBe(0);
    expect(tower.out()).toMatch(/Stopping\nStopped\n$/);
    await until(() => redis !== null && !isRunning(redis));
  });

  test("keeps secrets and the key of this run from other users", async () => {
    // as `mkdir` leaves it
    chmodSync(dir.path, 0o755);
    const tower = run();
    await tower.ready();
    const kept = ["appendonlydir", "redis.log"];
    const names = ["secret", "access.json", "redis.conf", "redis-users.json", ...kept];
    expect(names.filter((name) => statSync(join(dir.path, name)).mode & 0o077)).toEqual([]);
    expect(statSync(join(dir.path, "secret")).size).toBe(32);
    expect(readFileSync(join(dir.path, "access.json"), "utf8")).toContain(`:${port}`);
  });

  test("refuses a data directory that another one holds, and the first goes on", async () => {
    const first = run();
    await first.ready();
    const second = run({ PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.out()).toContain(`process ${first.supervisor.pid}`);
    expect(second.out()).toContain(dir.path);
    expect(Object.values(listed()).every(isRunning)).toBe(true);
  });

  test("says in one line that the port is taken, and begins nothing", async () => {
    const first = run();
    await first.ready();
    using other = tempDir();
    const second = run({ CT_DATA_DIR: other.path });
    expect(await second.ended).toBe(1);
    expect(second.out().trim().split("\n")).toHaveLength(1);
    expect(second.out()).toContain(`Port ${port}`);
    expect(existsSync(join(other.path, "redis.sock"))).toBe(false);
  });

  test("begins each part again after kill -9, Redis with everything it was given", async () => {
    const tower = run();
    await tower.ready();
    await until(() => pidOf("simulator") > 0);
    await keep("order", "kept");
    for (const name of ["server", "workers", "redis", "simulator"]) {
      const before = pidOf(name);
      process.kill(before, "SIGKILL");
      await until(() => pidOf(name) > 0 && pidOf(name) !== before);
    }
    expect(await read("order")).toBe("kept");
  });

  test("killed itself takes server and workers along, and its Redis is taken over by the next", async () => {
    const first = run();
    await first.ready();
    await keep("order", "kept");
    const redis = pidOf("redis");
    const others = Object.entries(listed()).flatMap(([name, process]) =>
      name === "redis" ? [] : [process],
    );
    first.supervisor.kill("SIGKILL");
    await first.ended;
    const second = run();
    await second.ready();
    expect(others.some(isRunning)).toBe(false);
    expect(pidOf("redis")).toBe(redis);
    expect(second.out()).toContain("taken over");
    expect(await read("order")).toBe("kept");
    second.supervisor.kill("SIGTERM");
    expect(await second.ended).toBe(0);
    expect(identify(redis)).toBeNull();
  });

  test("refuses a Redis of somebody else's that would lose orders", async () => {
    const tower = run();
    await tower.ready();
    const client = await connectTestClient(join(dir.path, "redis.sock"));
    await client.configSet({ "maxmemory-policy": "allkeys-lru" });
    client.destroy();
    using other = tempDir();
    const url = adminUrl(await addressOf(dir.path));
    const second = run({ CT_DATA_DIR: other.path, PORT: String(await freePort()), REDIS_URL: url });
    expect(await second.ended).toBe(1);
    expect(second.out()).toContain("noeviction");
  });

  test("makes no secret beside what another tower has sealed in a Redis of somebody else's", async () => {
    const tower = run();
    await tower.ready();
    const client = await connectTestClient(join(dir.path, "redis.sock"));
    await client.hSet(GLOBAL_KEYS.sites, "current", "{}");
    client.destroy();
    using other = tempDir();
    const url = adminUrl(await addressOf(dir.path));
    const second = run({ CT_DATA_DIR: other.path, PORT: String(await freePort()), REDIS_URL: url });
    expect(await second.ended).toBe(1);
    expect(second.out()).toContain(`There is no secret at ${join(other.path, "secret")}`);
    expect(existsSync(join(other.path, "secret"))).toBe(false);
  });
});
