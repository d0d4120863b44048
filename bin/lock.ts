/**
 * One supervisor a data directory. The lock is the kernel's own, on a small SQLite file: it cannot be taken from a
 * living process, and it is free in the moment its holder ends, however that happened. So there is no stale lock to
 * detect and no pid to trust. A note beside it says who holds it, for the message alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Lock {
  release: () => void;
}

/** Who holds the lock, as far as the note tells; null when there is none. */
export interface Holder {
  pid: number;
  since: string;
}

const lockName = "supervisor.lock";
const noteName = "supervisor.json";

export function readHolder(dataDir: string): Holder | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, noteName), "utf8")) as Holder;
  } catch {
    return null;
  }
}

export function heldMessage(dataDir: string, holder: Holder | null): string {
  const who =
    holder === null
      ? "Another Control Tower"
      : `Another Control Tower (process ${holder.pid}, since ${holder.since})`;
  return `${who} is running on ${dataDir}. Stop it first, or give this one a directory of its own: CT_DATA_DIR=/another/folder`;
}

/** Null when a living process holds it. */
function openLock(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    if (/locked|busy/i.test((error as Error).message)) return null;
    throw error;
  }
}

/** Takes the lock, or returns null when a living process holds it. The directory must exist. Throws with the file's name when it is somebody else's or the disk is full. */
export function takeLock(dataDir: string): Lock | null {
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  try {
    const database = openLock(join(dataDir, lockName));
    if (database === null) return null;
    writeFileSync(join(dataDir, noteName), JSON.stringify(holder));
    return { release: () => database.close() };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`CT_DATA_DIR: ${join(dataDir, lockName)} cannot be taken: ${why}`, { cause });
  }
}
