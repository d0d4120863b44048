/**
 * A Redis of a test's own: own process, own temporary directory, reached by a socket file, gone with the test.
 *
 * ```ts
 * const redis = await startRedis();
 * afterAll(() => redis.stop());
 * const client = await connectTestClient(redis.socketPath); // as its administrator; `redis.url` is the tower's own user
 * ```
 * Without a Redis on the machine use `describe.skipIf(redisMissing)`; with `CI=true` importing this file then throws.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedRedis, startEmbeddedRedis } from "../../bin/embedded-redis.ts";
import { installedRedis } from "../../bin/redis-binary.ts";

export interface TestRedis {
  /** `unix:///.../redis.sock`, the form of `REDIS_URL`. */
  readonly url: string;
  readonly socketPath: string;
  /** The process now running; another one after `restart`. */
  readonly pid: number;
  readonly dir: string;
  /** Sends a signal; waits for the end when the signal ends a process. SIGSTOP and SIGCONT return at once. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same files and socket, ending it first when it still runs. */
  restart: () => Promise<void>;
  /** Ends it and removes its directory. */
  stop: () => Promise<void>;
}

const cacheDir = join(import.meta.dirname, "../../.cache");
const found = installedRedis({ env: process.env, cacheDir });
/** The server that tests run; null exactly when `redisMissing` says why. */
export const testRedisBinary = found;

const isCi = process.env["CI"] === "true";

/** Why tests that need a Redis are skipped here, or false when they run. */
export const redisMissing: string | false =
  found === null && "no redis-server or valkey-server on this machine";
if (redisMissing !== false && isCi) throw new Error(`CI=true and ${redisMissing}`);

const living = new Set<EmbeddedRedis>();
process.once("exit", () => {
  for (const redis of living) {
    try {
      process.kill(redis.pid, "SIGKILL");
    } catch {
      // Ended by itself.
    }
  }
});

export async function startRedis(
  options: { appendfsync?: "always" | "everysec" | "no" } = {},
): Promise<TestRedis> {
  const binary = found;
  if (binary === null) throw new Error(String(redisMissing));
  // Short, since a socket's path may not pass some hundred bytes.
  const dir = mkdtempSync(join(tmpdir(), "ct-r-"));
  const begin = async () => {
    const redis = await startEmbeddedRedis({ dataDir: dir, binary, ...options });
    living.add(redis);
    void redis.ended.then(() => living.delete(redis));
    return redis;
  };
  let current = await begin();
  return {
    url: current.url,
    socketPath: join(dir, "redis.sock"),
    dir,
    get pid() {
      return current.pid;
    },
    kill: async (signal) => {
      process.kill(current.pid, signal);
      if (!["SIGSTOP", "SIGCONT"].includes(signal)) await current.ended;
    },
    restart: async () => {
      await current.stop();
      current = await begin();
    },
    stop: async () => {
      await current.stop(1000);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
