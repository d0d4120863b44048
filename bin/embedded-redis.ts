/**
 * Runs a Redis of our own: one data directory, append-only file, no eviction, reachable by a socket file alone and by its two users alone.
 *
 * Invariants: at most one Redis ever writes a data directory (a living one is adopted, never doubled); the address of
 * a directory stays the same while it runs, so a Redis started again is found by those who knew the old one; it is
 * ready when it answers PING, never because of a line in a log.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeOnce } from "../server/make-once.ts";
import { damageWords } from "./damaged-aof.ts";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { roomTrouble } from "./room.ts";
import { userLines, usersOf } from "./redis-users.ts";
import { type RedisAddress, redisPid, redisState, redisUrl } from "./redis-wire.ts";

export interface RedisSettings {
  /** Absolute path; made when missing. Holds the AOF, the log, the configuration and the socket. */
  dataDir: string;
  binary: RedisBinary;
  /** `always` (default): an answered write is on disk. */
  appendfsync?: "always" | "everysec" | "no";
  say?: (message: string) => void;
  /** Called as soon as a process is begun, long before it is ready. */
  onPid?: (pid: number) => void;
  /** Ends the waiting: a large file is read for minutes, and whoever gave up meanwhile is obeyed. */
  signal?: AbortSignal;
}

export interface EmbeddedRedis {
  url: string;
  address: RedisAddress;
  pid: number;
  /** Whether it was already running, left behind by an earlier supervisor. */
  isAdopted: boolean;
  /** Resolves when the process has ended, whoever ended it. */
  ended: Promise<void>;
  /** SIGTERM, and SIGKILL after the time given; resolves when it is gone. */
  stop: (graceMs?: number) => Promise<void>;
}

const maxSocketPathBytes = 100;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === "object" && address !== null ? address.port : 0),
      );
    });
  });
}

/**
 * A socket file needs no port and cannot be reached from outside. Its path is limited to about 100 bytes by the
 * system; a longer one gets a loopback port instead, kept for the next start.
 */
export async function addressOf(dataDir: string): Promise<RedisAddress> {
  const users = usersOf(dataDir);
  const socketPath = join(dataDir, "redis.sock");
  if (Buffer.byteLength(socketPath) <= maxSocketPathBytes) return { socketPath, users };
  const file = join(dataDir, "redis-address.json");
  if (!existsSync(file)) makeOnce(file, JSON.stringify({ port: await freePort() }));
  const { port } = JSON.parse(readFileSync(file, "utf8")) as { port: number };
  return { port, users };
}

/** Half of what this machine, or the container we are in, has. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  const whole = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.floor(whole / 2);
}

/** Redis reads the escapes of JSON between double quotes. */
const quoted = (text: string) => JSON.stringify(text);

function listening(address: RedisAddress): string[] {
  if ("socketPath" in address)
    return ["port 0", `unixsocket ${quoted(address.socketPath)}`, "unixsocketperm 700"];
  return [`port ${address.port}`, "bind 127.0.0.1"];
}

/** The configuration file, one setting a line. */
export function redisConfig(settings: RedisSettings, address: RedisAddress): string {
  const { dataDir, binary, appendfsync = "always" } = settings;
  const lines = [
    ...listening(address),
    ...userLines(address.users),
    "daemonize no",
    `dir ${quoted(dataDir)}`,
    `logfile ${quoted(join(dataDir, "redis.log"))}`,
    "appendonly yes",
    `appendfsync ${appendfsync}`,
    "no-appendfsync-on-rewrite no",
    "auto-aof-rewrite-min-size 256mb",
    'save ""',
    `maxmemory ${memoryLimit()}`,
    "maxmemory-policy noeviction",
    "lazyfree-lazy-expire yes",
  ];
  // Lets a restore stop at a moment; unknown to Redis 6.
  if (binary.majorVersion >= 7) lines.push("aof-timestamp-enabled yes");
  return `${lines.join("\n")}\n`;
}

function lastWords(dataDir: string): string {
  const file = join(dataDir, "redis.log");
  if (!existsSync(file)) return "it wrote no log";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-5).join("\n");
}

function launch(settings: RedisSettings, address: RedisAddress): ChildProcess {
  const { binary, dataDir } = settings;
  const file = join(dataDir, "redis.conf");
  writeFileSync(file, redisConfig(settings, address), { mode: 0o600 });
  const env =
    binary.libraryPath === null
      ? process.env
      : { ...process.env, LD_LIBRARY_PATH: binary.libraryPath };
  // A process group of its own: Ctrl-C in the terminal reaches us, and we end Redis last.
  return spawn(binary.path, [file], { stdio: "ignore", detached: true, env, cwd: dataDir });
}

type State = Awaited<ReturnType<typeof redisState>>;

/** Why it is not waited for any longer; null while it is. */
function endOfPatience(state: State, waitedMs: number, signal?: AbortSignal): string | null {
  if (signal?.aborted === true) return "Redis was not waited for any longer";
  if (state === "locked") return "Redis does not let its own supervisor in";
  if (state !== "loading" && waitedMs > 30_000) return "Redis did not answer within 30 s";
  return null;
}

/** Waits for PING. A Redis that is there but still reads its file is waited for as long as it lives. */
async function untilReady(
  address: RedisAddress,
  isGone: () => boolean,
  { say, signal }: RedisSettings,
): Promise<void> {
  const begunAt = Date.now();
  let saidAt = begunAt;
  for (;;) {
    const state = await redisState(address);
    if (state === "ready") return;
    const why = isGone()
      ? "Redis ended while starting"
      : endOfPatience(state, Date.now() - begunAt, signal);
    if (why !== null) throw new Error(why);
    if (Date.now() - saidAt > 3000) {
      saidAt = Date.now();
      say?.(`Redis: still ${state === "loading" ? "reading its append-only file" : "starting"}`);
    }
    await sleep(25);
  }
}

async function endOf(process: ProcessIdentity): Promise<void> {
  while (isRunning(process)) await sleep(100);
}

function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    if (isRunning(target)) process.kill(target.pid, name);
  } catch {
    // Gone between the look and the signal: what was wanted.
  }
}

async function stopProcess(
  target: ProcessIdentity,
  ended: Promise<void>,
  graceMs: number,
): Promise<void> {
  signal(target, "SIGTERM");
  const inTime = await Promise.race([
    ended.then(() => true),
    sleep(graceMs, false, { ref: false }),
  ]);
  if (!inTime) signal(target, "SIGKILL");
  await ended;
}

function describe(
  address: RedisAddress,
  target: ProcessIdentity,
  ended: Promise<void>,
  isAdopted: boolean,
): EmbeddedRedis {
  const stop = (graceMs = 5000) => stopProcess(target, ended, graceMs);
  return { url: redisUrl(address), address, pid: target.pid, isAdopted, ended, stop };
}

async function adopt(settings: RedisSettings, address: RedisAddress): Promise<EmbeddedRedis> {
  const pid = await redisPid(address);
  const target = pid === null ? null : identify(pid);
  try {
    await untilReady(address, () => false, settings);
  } catch (error) {
    if (target !== null && settings.signal?.aborted === true) signal(target, "SIGTERM");
    throw error;
  }
  if (target === null)
    throw new Error("A Redis answers in this data directory but does not say which process it is");
  return describe(address, target, endOf(target), true);
}

/** What it came to, what it said last, and the way out where one is known. */
function failureWords(message: string, { dataDir, binary }: RedisSettings): string {
  const said = lastWords(dataDir);
  const full = roomTrouble(dataDir);
  const damage = damageWords(said, dataDir, binary);
  const why = [message, ...(full === null ? [] : [full]), `its last words:\n${said}`].join("; ");
  return damage === null ? why : `${why}\n${damage}`;
}

async function begin(settings: RedisSettings, address: RedisAddress): Promise<EmbeddedRedis> {
  const child = launch(settings, address);
  if (child.pid !== undefined) settings.onPid?.(child.pid);
  let isGone = false;
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      isGone = true;
      resolve();
    };
    child.once("exit", finish);
    child.once("error", finish);
  });
  try {
    await untilReady(address, () => isGone, settings);
    const target = identify(child.pid ?? 0);
    if (target === null) throw new Error("Redis ended while starting");
    return describe(address, target, ended, false);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(failureWords((error as Error).message, settings), { cause: error });
  }
}

/**
 * Starts a Redis on the directory, or adopts the one that lives there already. Throws when it cannot become ready,
 * with the end of its log, and when a Redis holds the directory but does not answer us: two must never write one file.
 */
export async function startEmbeddedRedis(settings: RedisSettings): Promise<EmbeddedRedis> {
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const address = await addressOf(settings.dataDir);
  const state = await redisState(address);
  if (state === "silent") {
    throw new Error(
      `A Redis holds ${settings.dataDir} but does not answer. End that process, then start again.`,
    );
  }
  if (state === "locked") {
    throw new Error(
      `A Redis that another version began holds ${settings.dataDir}. End it (redis-cli -s ${join(settings.dataDir, "redis.sock")} shutdown), then start again.`,
    );
  }
  return state === "absent" ? begin(settings, address) : adopt(settings, address);
}
