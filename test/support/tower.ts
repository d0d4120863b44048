/**
 * A whole tower of a test's own: Redis, one server, some workers, as real processes on loopback, with their own port, directory and key.
 *
 * ```ts
 * const tower = await startTower();
 * afterAll(() => tower.stop());
 * await tower.post([{ id: "1", source: "test", ... }]);
 * ```
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startRedis, type TestRedis } from "./redis.ts";
import { bare } from "./bare-env.ts";

const ROOT = join(import.meta.dirname, "../..");
export const TEST_KEY = "test-key-of-at-least-thirty-two-characters";

export type Part = {
  readonly pid: number;
  /** Sends a signal and, when it ends a process, waits for the end. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Starts it again; it must have ended. `root`: from another checkout than this one. */
  start: (root?: string) => void;
  /** What it last wrote, for the message of a failed test. */
  output: () => string;
};

export type Tower = {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  readonly redis: TestRedis;
  readonly server: Part;
  readonly workers: readonly Part[];
  ready: (withinMs?: number) => Promise<void>;
  /** A request with the machine key; JSON in, JSON out. */
  request: (path: string, init?: RequestInit) => Promise<Response>;
  post: (events: readonly object[]) => Promise<Response>;
  stop: () => Promise<void>;
};

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

const living = new Set<ChildProcess>();
process.once("exit", () => living.forEach((child) => child.kill("SIGKILL")));

export function createPart(entry: string, env: NodeJS.ProcessEnv): Part {
  let child: ChildProcess;
  let tail = "";
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-20_000);
  };
  const start = (root = ROOT): void => {
    child = spawn(process.execPath, ["--max-semi-space-size=32", join(root, entry)], {
      env,
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    living.add(child);
    const started = child;
    started.once("exit", () => living.delete(started));
  };
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  start();
  return {
    get pid() {
      return child.pid ?? -1;
    },
    kill: async (signal) => {
      if (hasEnded()) return;
      const ended = once(child, "exit");
      child.kill(signal);
      if (!["SIGSTOP", "SIGCONT"].includes(signal)) await ended;
    },
    start,
    output: () => tail,
  };
}

const answersOk = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.ok,
    () => false,
  );

async function endPart(part: Part): Promise<void> {
  const patience = setTimeout(() => void part.kill("SIGKILL"), 16_000);
  await part.kill("SIGTERM");
  clearTimeout(patience);
}

export async function startTower(
  options: {
    env?: NodeJS.ProcessEnv;
    workers?: number;
    appendfsync?: "always" | "everysec" | "no";
  } = {},
): Promise<Tower> {
  const redis = await startRedis(options.appendfsync ? { appendfsync: options.appendfsync } : {});
  const dataDir = mkdtempSync(join(tmpdir(), "ct-tower-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...bare(),
    REDIS_URL: redis.url,
    HOST: "127.0.0.1",
    PORT: String(port),
    CT_DATA_DIR: dataDir,
    CT_BOOTSTRAP_KEY: TEST_KEY,
    LOG_LEVEL: "warn",
    ...options.env,
  };
  const server = createPart("server/main.ts", env);
  const workers = Array.from({ length: options.workers ?? 1 }, () =>
    createPart("workers/main.ts", env),
  );
  const ready = async (withinMs = 90_000): Promise<void> => {
    const giveUpAt = Date.now() + withinMs;
    while (!(await answersOk(url))) {
      if (Date.now() > giveUpAt)
        throw new Error(
          `not ready within ${withinMs} ms\n${server.output()}\n${workers.map((worker) => worker.output()).join("\n")}`,
        );
      await sleep(50);
    }
  };
  const request: Tower["request"] = (path, init = {}) =>
    fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${TEST_KEY}`, ...(init.headers as Record<string, string>) },
    });
  const stop = async (): Promise<void> => {
    await Promise.all([server, ...workers].map(endPart));
    await redis.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  await ready().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const post: Tower["post"] = (events) =>
    request("/api/v1/events", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(events),
    });
  return { url, key: TEST_KEY, dataDir, redis, server, workers, ready, request, post, stop };
}
