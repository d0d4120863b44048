/** What befalls the store of history while the tower goes on: nobody can write it, every write waits, the disk is full, the file is spoiled. Each begins, and is ended by what it returns. */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Tower } from "../../support/tower.ts";

export const FAULTS = ["stopped", "slowed", "full", "corrupted"] as const;
export type Fault = (typeof FAULTS)[number];
type End = () => Promise<void>;
export type Struck = { tower: Tower; file: string };

const SLOW_MS = 1_000;
const PAGE = 4_096;

function lockOf(file: string): DatabaseSync {
  const other = new DatabaseSync(file);
  other.exec("PRAGMA busy_timeout = 20000");
  return other;
}

/** Somebody holds the write lock and does not let go. */
async function stopped({ file }: Struck): Promise<End> {
  const other = lockOf(file);
  other.exec("BEGIN IMMEDIATE");
  return async () => {
    other.exec("ROLLBACK");
    other.close();
  };
}

/** Whoever writes waits for a second, each time. */
async function slowed({ file }: Struck): Promise<End> {
  const other = lockOf(file);
  let isOver = false;
  const hold = async (): Promise<void> => {
    while (!isOver) {
      other.exec("BEGIN IMMEDIATE");
      await sleep(SLOW_MS);
      other.exec("ROLLBACK");
      await sleep(SLOW_MS / 20);
    }
  };
  const holding = hold();
  return async () => {
    isOver = true;
    await holding;
    other.close();
  };
}

const limitFiles = (pid: number, soft: string): void => {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${soft}:`], { stdio: "pipe" });
};

/** No file of the workers may grow: what they would write beyond is refused, as on a full disk. */
async function full({ tower, file }: Struck): Promise<End> {
  const wal = `${file}-wal`;
  const largest = Math.max(statSync(file).size, existsSync(wal) ? statSync(wal).size : 0);
  for (const { pid } of tower.workers) limitFiles(pid, String(Math.floor(largest / 2)));
  return async () => {
    for (const { pid } of tower.workers) limitFiles(pid, "unlimited");
  };
}

/** Until all that was written stands in the file itself: a log left beside it would be written over the noise, and nothing be damaged. */
function emptyLog(file: string): void {
  const other = lockOf(file);
  const { busy } = other.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  other.close();
  if (busy !== 0) throw new Error("somebody still reads what is to be spoiled");
}

/** The workers die, and when they come back every other page is noise. */
async function corrupted({ tower, file }: Struck): Promise<End> {
  await Promise.all(tower.workers.map((part) => part.kill("SIGKILL")));
  emptyLog(file);
  const noise = Buffer.alloc(PAGE, 0xa5);
  const handle = openSync(file, "r+");
  for (let at = 0; at < statSync(file).size; at += 2 * PAGE) writeSync(handle, noise, 0, PAGE, at);
  closeSync(handle);
  for (const part of tower.workers) part.start();
  return async () => {};
}

const BEGIN: Readonly<Record<Fault, (struck: Struck) => Promise<End>>> = {
  stopped,
  slowed,
  full,
  corrupted,
};

export const begin = (fault: Fault, struck: Struck): Promise<End> => BEGIN[fault](struck);

/** Why the disk cannot be made full here; false when it can. */
export function fullMissing(): string | false {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "pipe" });
    return false;
  } catch {
    return "no prlimit on this machine (util-linux)";
  }
}
