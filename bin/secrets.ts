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
 * Lets operator commands on this machine speak to the running tower without being handed a key: they read the one of
 * this run from `<data>/local-key`. Returns what takes it away again.
 */
export function noteLocalKey(dataDir: string, key: string): () => void {
  const file = join(dataDir, "local-key");
  writeFileSync(file, key, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
