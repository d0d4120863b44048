/**
 * Makes a backup of a running tower: Redis as it stands at one moment (a fork of it writes it down, nothing waits), then history, which is never older then; so what is
 * in neither is nowhere, and what is in both is told apart by version when it is restored. The secret is not in it: keep it elsewhere.
 */
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { checkCopy, copyHistory } from "../../history/backup.ts";
import type { HistoryAddress } from "../../history/open.ts";
import { addressOf } from "../embedded-redis.ts";
import { askRedis, redisState, type RedisAddress } from "../redis-wire.ts";
import {
  ERASURES_FILE,
  MANIFEST_FILE,
  REDIS_FILE,
  SEAL_FILE,
  SITES_FILE,
  type Manifest,
} from "./contents.ts";
import { secretMark } from "../secrets.ts";
import { createTar } from "./tar.ts";
import { inWorkDir } from "./work-dir.ts";

/** as Redis calls it */
const DUMP_FILE = "dump.rdb";
const SAVE_WITHIN_MS = 15 * 60_000;

export type BackupSettings = {
  dataDir: string;
  history: HistoryAddress;
  sitesFile: string | undefined;
  /** only its mark goes into the backup */
  secretFile: string;
  out: string;
  /** Called once with the bytes there are to be copied, then with those that were. */
  onSize?: (total: number) => void;
  onBytes?: (count: number) => void;
  onEnd?: () => void;
  say: (message: string) => void;
};

async function ask(address: RedisAddress, command: string): Promise<string> {
  const answer = await askRedis(address, command, 30_000);
  if (answer.kind !== "reply") throw new Error(`Redis is ${answer.kind} at ${command}`);
  if (answer.text.startsWith("-"))
    throw new Error(`Redis refused ${command}: ${answer.text.trim()}`);
  return answer.text;
}

const numberIn = (text: string): number => Number(/:(\d+)/.exec(text)?.[1] ?? 0);
const factIn = (text: string, name: string): string =>
  new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(text)?.[1] ?? "";

/** Has Redis write itself down; the file is Redis' own. */
async function saveRedis(address: RedisAddress, dataDir: string): Promise<string> {
  const before = numberIn(await ask(address, "LASTSAVE"));
  // exact to a second: a save within the same one would look like the last
  await sleep(1_000);
  await ask(address, "BGSAVE SCHEDULE");
  const until = Date.now() + SAVE_WITHIN_MS;
  for (;;) {
    const info = await ask(address, "INFO persistence");
    const isRunning = factIn(info, "rdb_bgsave_in_progress") === "1";
    if (!isRunning && factIn(info, "rdb_last_bgsave_status") !== "ok")
      throw new Error("Redis could not write itself down; its log says why");
    if (!isRunning && numberIn(await ask(address, "LASTSAVE")) > before)
      return join(dataDir, DUMP_FILE);
    if (Date.now() > until) throw new Error("Redis did not write itself down within 15 minutes");
    await sleep(100);
  }
}

async function runningRedis(dataDir: string): Promise<RedisAddress> {
  if (!existsSync(join(dataDir, "redis-users.json")))
    throw new Error(
      `${dataDir} holds no Redis of a tower. A Redis that you run yourself (REDIS_URL) is backed up by its own means: BGSAVE, and its file; history beside it.`,
    );
  const address = await addressOf(dataDir);
  const state = await redisState(address);
  if (state !== "ready")
    throw new Error(`The Redis of ${dataDir} is ${state}: start the tower, then back it up.`);
  return address;
}

/** Written beside its place and put there when it is whole. Says what is in it. */
export async function makeBackup({
  dataDir,
  history,
  sitesFile,
  secretFile,
  out,
  onSize,
  onBytes,
  onEnd,
  say,
}: BackupSettings): Promise<Manifest> {
  const address = await runningRedis(dataDir);
  return inWorkDir(join(dirname(out), ".ct-backup-"), async (work, onBreak) => {
    onBreak(() => rmSync(join(dataDir, DUMP_FILE), { force: true }));
    const part = join(work, "backup.tar");
    say("Redis writes itself down");
    const at = new Date().toISOString();
    const rdb = await saveRedis(address, dataDir);
    say("History is copied");
    const copied = await copyHistory(history, (name) => join(work, name), process.env);
    const sources = [rdb, ...(copied === null ? [] : [join(work, copied)])];
    onSize?.(sources.reduce((sum, path) => sum + statSync(path).size, 0));
    const tar = createTar(part, onBytes);
    const files = [tar.addFile(REDIS_FILE, rdb)];
    if (copied !== null) files.push(tar.addFile(copied, join(work, copied)));
    onEnd?.();
    const erasures = join(dataDir, ERASURES_FILE);
    if (existsSync(erasures)) files.push(tar.addFile(ERASURES_FILE, erasures));
    if (sitesFile !== undefined) files.push(tar.addFile(SITES_FILE, sitesFile));
    const manifest: Manifest = {
      format: 1,
      at,
      redisVersion: factIn(await ask(address, "INFO server"), "redis_version"),
      secretMark: secretMark(secretFile),
      history: {
        store: (history.databaseUrl ?? "") === "" ? "sqlite" : "postgres",
        file: copied,
        content: copied === "history.db" ? checkCopy(join(work, copied)) : null,
      },
      files,
    };
    const text = JSON.stringify(manifest, null, 1);
    tar.addText(MANIFEST_FILE, text);
    tar.addText(SEAL_FILE, createHash("sha256").update(text).digest("hex"));
    tar.end();
    renameSync(part, out);
    rmSync(rdb, { force: true });
    return manifest;
  });
}
