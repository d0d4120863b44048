/** What must be secret and stay the same: made once in the data directory, readable by its owner alone. */
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes the file of 32 random bytes that sessions and personal fields are sealed with, unless it is there. */
export function ensureSecret(file: string): string {
  try {
    writeFileSync(file, randomBytes(32), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return file;
}

/** A machine key for one run. */
export function makeKey(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Lets operator commands on this machine reach the running tower without being told how: its address and the key of
 * this run stand in `<data>/access.json`. Returns what takes the note away again.
 */
export function noteAccess(dataDir: string, access: { url: string; key: string }): () => void {
  const file = join(dataDir, "access.json");
  writeFileSync(file, JSON.stringify(access), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
