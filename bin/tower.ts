/**
 * The parts of a running tower and the order they come and go in: lock, leftovers of a killed run, port, Redis, server
 * and workers, readiness, simulator; and back. Whatever ends a part by force, it is begun again.
 */
import { join } from "node:path";
import { DEMO_USERS } from "../domain/permissions.ts";
import { ensureSecret } from "../server/own-secret.ts";
import { publicUrl, type SupervisorConfig } from "./config.ts";
import { type Crew, createCrew } from "./crew.ts";
import { makeDataDir } from "./data-dir.ts";
import { checkExternalRedis, sealedAt } from "./external-redis.ts";
import { type KeptRedis, keepRedis } from "./keep-redis.ts";
import { firstAdminLink, firstAdminWords } from "./first-admin.ts";
import { heldMessage, type Lock, readHolder, takeLock } from "./lock.ts";
import { createLogFiles } from "./log-files.ts";
import { portMessage, portTrouble } from "./port.ts";
import { createProcessList, endLeftovers, leftovers, type ProcessList } from "./process-list.ts";
import { untilReady } from "./readiness.ts";
import { findRedis, type RedisBinary } from "./redis-binary.ts";
import { makeKey, noteAccess, sealedIn } from "./secrets.ts";

export interface TowerSettings {
  root: string;
  config: SupervisorConfig;
  isDemo: boolean;
  isVerbose: boolean;
  env: NodeJS.ProcessEnv;
  say: (message: string) => void;
}

export interface Tower {
  /** Starts, announces readiness, and resolves with the exit code when all is over. Rejects when it cannot start. */
  run: (announce: Announce) => Promise<number>;
  /** Ends everything in order. */
  stop: () => void;
  /** Ends everything at once. */
  stopNow: () => void;
}

/** With those of the crew less than the 15 seconds that are promised. */
const redisGraceMs = 2500;

/** Whoever made the data directory may have left it open: what Redis, server and workers write there holds the hashes of passwords and more. */
const OWNER_ALONE = 0o077;

type Announce = (line: string) => void;

/** The line that says the tower is ready; with the demo, who may log in. */
export function readyLine(url: string, isDemo: boolean): string {
  const logins = DEMO_USERS.map(({ name, password }) => `${name} / ${password}`).join(", ");
  return `Control Tower ready on ${url}${isDemo ? ` - demo logins: ${logins}` : ""}`;
}

/** What the children are told; what they read of the rest of the environment is theirs to check. */
export function childEnvironment(
  settings: TowerSettings,
  redisUrl: string,
  key: string,
  secretFile: string,
): NodeJS.ProcessEnv {
  const { env, config, isDemo } = settings;
  const told: NodeJS.ProcessEnv = {
    ...env,
    NODE_ENV: env["NODE_ENV"] ?? "production",
    // Compiled modules are kept: a second start spends a fifth less time on loading.
    NODE_COMPILE_CACHE: env["NODE_COMPILE_CACHE"] ?? join(settings.root, ".cache", "node"),
    REDIS_URL: redisUrl,
    HOST: config.host,
    PORT: String(config.port),
    CT_DATA_DIR: config.dataDir,
    CT_SECRET_FILE: secretFile,
    CT_BOOTSTRAP_KEY: key,
  };
  delete told["CT_DEMO"];
  return isDemo ? { ...told, CT_DEMO: "1" } : told;
}

async function openRedis(
  { config, say }: TowerSettings,
  binary: RedisBinary,
  list: ProcessList,
  signal: AbortSignal,
): Promise<KeptRedis> {
  const kept = await keepRedis(
    { dataDir: config.dataDir, binary, say, signal },
    { say, onPid: (pid) => list.set("redis", pid) },
  );
  say(
    `Redis ${binary.version} ${kept.isAdopted ? "was still running and is taken over" : "started"}`,
  );
  return kept;
}

/** What lives while the tower runs, in the order it came. */
interface Parts {
  redis: KeptRedis | null;
  crew: Crew;
  env: NodeJS.ProcessEnv;
  url: string;
  key: string;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Lock, leftovers, port: whatever can refuse, before anything is begun. Throws with the way out. */
async function takePlace({ config, isDemo, say }: TowerSettings): Promise<Lock> {
  const { dataDir, host, port } = config;
  makeDataDir(dataDir);
  const lock = takeLock(dataDir);
  if (lock === null) throw new Error(heldMessage(dataDir, readHolder(dataDir)));
  await endLeftovers(leftovers(dataDir), say);
  const trouble = await portTrouble(host, port);
  if (trouble === null) return lock;
  lock.release();
  throw new Error(portMessage(host, port, trouble, isDemo));
}

async function assemble(
  settings: TowerSettings,
  crew: Crew,
  list: ProcessList,
  signal: AbortSignal,
): Promise<Parts> {
  const { config } = settings;
  const { dataDir, redisUrl } = config;
  const url = publicUrl(config);
  const key = config.bootstrapKey ?? makeKey();
  if (redisUrl !== null) await checkExternalRedis(redisUrl);
  const secretFile = config.secretFile ?? join(dataDir, "secret");
  await ensureSecret(secretFile, () =>
    redisUrl === null ? sealedIn(dataDir) : sealedAt(redisUrl),
  );
  const search = { env: settings.env, cacheDir: join(settings.root, ".cache"), say: settings.say };
  const binary = redisUrl === null ? findRedis(search) : null;
  // not before: what is fetched is there for everybody who has this checkout
  process.umask(OWNER_ALONE);
  const redis = binary === null ? null : await openRedis(settings, binary, list, signal);
  const env = childEnvironment(settings, redis?.url ?? redisUrl ?? "", key, secretFile);
  return { redis, crew, env, url, key };
}

async function offerFirstAdmin(url: string, key: string, announce: Announce): Promise<void> {
  const link = await firstAdminLink(url, key);
  if (link !== null) announce(firstAdminWords(link));
}

/** Begins server and workers, announces that all is ready, and then the simulator. Resolves when asked to stop. */
async function live(
  settings: TowerSettings,
  parts: Parts,
  signal: AbortSignal,
  announce: Announce,
): Promise<void> {
  const { crew, env, url, key } = parts;
  const forgetAccess = noteAccess(settings.config.dataDir, { url, key });
  if (!signal.aborted) {
    crew.begin("server", env);
    crew.begin("workers", env);
  }
  if (await untilReady(url, signal, settings.say)) {
    crew.settle();
    announce(readyLine(url, settings.isDemo));
    if (!settings.isDemo) await offerFirstAdmin(url, key, announce);
    if (settings.isDemo) crew.begin("simulator", { ...env, CT_URL: url, CT_KEY: key });
  }
  await untilAborted(signal);
  forgetAccess();
}

export function createTower(settings: TowerSettings): Tower {
  const { config, say } = settings;
  const stopping = new AbortController();
  let parts: Parts | null = null;
  let trouble: string | null = null;
  const giveUp = (why: string) => {
    trouble = why;
    stopping.abort();
  };

  const run = async (announce: Announce) => {
    const lock = await takePlace(settings);
    const logs = createLogFiles(config.dataDir);
    const list = createProcessList(config.dataDir);
    const crew = createCrew({
      root: settings.root,
      logs,
      list,
      isVerbose: settings.isVerbose,
      say,
      giveUp,
    });
    try {
      parts = await assemble(settings, crew, list, stopping.signal);
      await live(settings, parts, stopping.signal, announce);
      say(trouble ?? "Stopping");
    } catch (error) {
      // asked to end before it had begun
      if (!stopping.signal.aborted) throw error;
      say(trouble ?? "Stopping");
    } finally {
      await crew.end();
      await parts?.redis?.stop(redisGraceMs);
      logs.close();
      lock.release();
    }
    if (trouble === null) say("Stopped");
    return trouble === null ? 0 : 1;
  };

  return {
    run,
    stop: () => stopping.abort(),
    stopNow: () => {
      parts?.crew.kill();
      parts?.redis?.abandon();
    },
  };
}
