/**
 * Reads a backup, proves it, and puts it in place. Proving: every byte by its checksum, history by looking through it, Redis by loading it. Nothing is changed before all
 * of that holds. A restored Redis is another process, so every site's numbers begin a new generation: boards open again, history compares, nothing counts on old numbers.
 */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  copyFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkCopy, restoreDump } from "../../history/backup.ts";
import type { HistoryAddress } from "../../history/open.ts";
import { addressOf, startEmbeddedRedis } from "../embedded-redis.ts";
import { takeLock } from "../lock.ts";
import { endLeftovers, runningStill } from "../process-list.ts";
import type { RedisBinary } from "../redis-binary.ts";
import { usersFile } from "../redis-users.ts";
import { askRedis, redisState } from "../redis-wire.ts";
import { ERASURES_FILE, MANIFEST_FILE, REDIS_FILE, SEAL_FILE, type Manifest } from "./contents.ts";
import { secretMark } from "../secrets.ts";
import { readTar, type Entry } from "./tar.ts";
import { inWorkDir, type OnBreak } from "./work-dir.ts";

export type RestoreSettings = {
  file: string;
  dataDir: string;
  history: HistoryAddress;
  secretFile: string;
  binary: RedisBinary;
  say: (message: string) => void;
  /** Called once with the size of the backup, then with the bytes that were read. */
  onSize?: (total: number) => void;
  onBytes?: (count: number) => void;
  onEnd?: () => void;
};
type Unpacked = { dir: string; manifest: Manifest; onBreak: OnBreak };

function compare(entries: readonly Entry[], manifest: Manifest): void {
  const others = entries.filter(({ name }) => name !== MANIFEST_FILE && name !== SEAL_FILE);
  if (others.length !== manifest.files.length)
    throw new Error("the backup does not hold the files that its manifest names");
  manifest.files.forEach((told, place) => {
    const found = others[place];
    if (found?.name !== told.name || found.size !== told.size || found.sha256 !== told.sha256)
      throw new Error(`${told.name} in the backup is damaged: its checksum is another`);
  });
}

/** All files of the backup in a directory, each as its checksum says. */
export function unpack(
  file: string,
  dir: string,
  onBytes: (count: number) => void = () => undefined,
): Manifest {
  const entries = readTar(file, ({ name }) => {
    const out = openSync(join(dir, name), "wx", 0o600);
    closeSync(out);
    return (chunk) => {
      const handle = openSync(join(dir, name), "a");
      writeSync(handle, chunk);
      closeSync(handle);
      onBytes(chunk.length);
    };
  });
  const [manifestAt, sealAt] = [entries.at(-2)?.name, entries.at(-1)?.name];
  if (manifestAt !== MANIFEST_FILE || sealAt !== SEAL_FILE)
    throw new Error("this is no whole backup: its manifest is missing");
  const text = readFileSync(join(dir, MANIFEST_FILE), "utf8");
  if (
    createHash("sha256").update(text).digest("hex") !== readFileSync(join(dir, SEAL_FILE), "utf8")
  )
    throw new Error("the manifest of the backup is damaged");
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1)
    throw new Error(`the backup has format ${String(manifest.format)}; this version reads 1`);
  compare(entries, manifest);
  return manifest;
}

/** Loads it into a Redis of its own and counts its keys. */
async function proveRedis(
  { dir, onBreak }: Unpacked,
  { binary, say }: RestoreSettings,
): Promise<number> {
  const trial = join(dir, "trial");
  mkdirSync(trial);
  copyFileSync(join(dir, REDIS_FILE), join(trial, "appendonly.aof"));
  const onPid = (pid: number): void => onBreak(() => process.kill(pid, "SIGKILL"));
  const how = { appendfsync: "no", onPid, say } as const;
  const redis = await startEmbeddedRedis({ dataDir: trial, binary, ...how });
  try {
    const answer = await askRedis(redis.address, "DBSIZE", 30_000);
    if (answer.kind !== "reply") throw new Error("Redis does not answer after loading the backup");
    return Number(/:(\d+)/.exec(answer.text)?.[1] ?? 0);
  } finally {
    await redis.stop(1_000);
    rmSync(trial, { recursive: true, force: true });
  }
}

export type Proof = { at: string; keys: number; orders: number | null; bytes: number };

/** The secret is in no backup: whether the right one lies where the tower will look for it. */
function sayOfSecret({ secretMark: told }: Manifest, { secretFile, say }: RestoreSettings): void {
  const found = secretMark(secretFile);
  if (found === null)
    say(`There is no secret at ${secretFile}: put that of this tower there before it starts.`);
  else if (typeof told === "string" && told !== found)
    say(
      `${secretFile} is another secret than that of this backup: names and addresses in it cannot be read with it.`,
    );
}

async function prove(unpacked: Unpacked, settings: RestoreSettings): Promise<Proof> {
  const { manifest, dir } = unpacked;
  const { say } = settings;
  sayOfSecret(manifest, settings);
  say("The checksums hold; Redis is loaded");
  const keys = await proveRedis(unpacked, settings);
  const { file, content } = manifest.history;
  const looked = file === "history.db" ? checkCopy(join(dir, file)) : null;
  if (JSON.stringify(looked) !== JSON.stringify(content))
    throw new Error("history holds other orders than the manifest says");
  return {
    at: manifest.at,
    keys,
    orders: looked?.orders ?? null,
    bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Unpacks beside the place it will have, so that putting it there is a rename. */
async function unpacked<T>(
  { file, dataDir, onSize, onBytes, onEnd }: RestoreSettings,
  work: (unpacked: Unpacked) => Promise<T>,
): Promise<T> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  onSize?.(statSync(file).size);
  return inWorkDir(join(dataDir, ".r-"), async (dir, onBreak) => {
    const manifest = unpack(file, dir, onBytes);
    onEnd?.();
    return work({ dir, manifest, onBreak });
  });
}

export const verifyBackup = (settings: RestoreSettings): Promise<Proof> =>
  unpacked(settings, (one) => prove(one, settings));

const REDIS_DATA = ["appendonlydir", "appendonly.aof", "dump.rdb"] as const;

/** What was erased after the backup stays erased: the list is added to, never replaced. */
function keepErasures(dir: string, dataDir: string): void {
  const from = join(dir, ERASURES_FILE);
  if (existsSync(from))
    appendFileSync(join(dataDir, ERASURES_FILE), readFileSync(from), { mode: 0o600 });
}

/** PostgreSQL takes its dump whole or not at all, and it may refuse: before anything else is changed. */
function placeDump({ dir, manifest }: Unpacked, { history, say }: RestoreSettings): void {
  const isHere = (history.databaseUrl ?? "") !== "";
  const { file } = manifest.history;
  if (file === "history.dump" && isHere) return restoreDump(history, join(dir, file), process.env);
  if (file === "history.dump")
    say(
      "The backup holds a dump of PostgreSQL: set DATABASE_URL and restore again, or history begins anew.",
    );
  else if (isHere)
    say(
      "DATABASE_URL is set, and the history in the backup is a file: PostgreSQL keeps what it holds.",
    );
}

const HISTORY_REST = ["", "-wal", "-shm"] as const;

function placeFile({ dir, manifest }: Unpacked, { history }: RestoreSettings): void {
  if (manifest.history.file !== "history.db") return;
  mkdirSync(dirname(history.file), { recursive: true });
  renameSync(join(dir, manifest.history.file), history.file);
}

/** Out of the way and kept; the folder's name, or null when nothing was there. */
function putAside({ dataDir, history }: RestoreSettings): string | null {
  const old = [
    ...REDIS_DATA.map((name) => join(dataDir, name)),
    ...HISTORY_REST.map((rest) => `${history.file}${rest}`),
  ].filter((path) => existsSync(path));
  if (old.length === 0) return null;
  const aside = join(
    dataDir,
    `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`,
  );
  mkdirSync(aside, { mode: 0o700 });
  for (const path of old) renameSync(path, join(aside, basename(path)));
  return aside;
}

/** A killed supervisor leaves its Redis: it would go on with the files it has open, the next tower would take it over, and the backup would be read by nobody. */
async function endEarlierRun({ dataDir, say }: RestoreSettings): Promise<void> {
  await endLeftovers(runningStill(dataDir), say);
  if (!existsSync(usersFile(dataDir))) return;
  const state = await redisState(await addressOf(dataDir));
  if (state !== "absent")
    throw new Error(`A Redis still runs on ${dataDir} (${state}): end it first.`);
}

/** Puts the backup in place of what is in the data directory, which is kept aside. No tower may run on it. */
export async function restoreBackup(
  settings: RestoreSettings,
): Promise<Proof & { aside: string | null }> {
  const { dataDir, say } = settings;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(dataDir);
  if (lock === null) throw new Error(`A tower runs on ${dataDir}: stop it first.`);
  try {
    await endEarlierRun(settings);
    return await unpacked(settings, async (one) => {
      const proof = await prove(one, settings);
      placeDump(one, settings);
      say("Redis and history are put in place");
      const aside = putAside(settings);
      renameSync(join(one.dir, REDIS_FILE), join(dataDir, "appendonly.aof"));
      placeFile(one, settings);
      keepErasures(one.dir, dataDir);
      return { ...proof, aside };
    });
  } finally {
    lock.release();
  }
}
