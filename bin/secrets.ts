/** What must be secret and stay the same: made once in the data directory, readable by its owner alone. */
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What an embedded Redis keeps in a data directory, however old it is. */
const KEPT = ["appendonlydir", "appendonly.aof"];

/** A data directory whose Redis was given something, in words; null when there is nothing in it yet. */
export const sealedIn = (dataDir: string): string | null =>
  KEPT.some((name) => existsSync(join(dataDir, name))) ? dataDir : null;

/** Tells two secrets apart without telling either; null when there is none. */
export function secretMark(file: string): string | null {
  if (!existsSync(file)) return null;
  const mac = createHmac("sha256", readFileSync(file)).update("the mark of this secret");
  return mac.digest("hex").slice(0, 16);
}

/** A machine key for one run. */
export function makeKey(): string {
  return randomBytes(32).toString("base64url");
}

/** Where the running tower of a data directory is, and the key of this run. */
export type Access = { url: string; key: string };

const accessFile = (dataDir: string): string => join(dataDir, "access.json");

/**
 * Lets operator commands on this machine reach the running tower without being told how: its address and the key of
 * this run stand in `<data>/access.json`. Returns what takes the note away again.
 */
export function noteAccess(dataDir: string, access: Access): () => void {
  const file = accessFile(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(access), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** That note; nothing where there is none, or none that can be read. */
export function readAccess(dataDir: string): Partial<Access> {
  try {
    return JSON.parse(readFileSync(accessFile(dataDir), "utf8")) as Access;
  } catch {
    return {};
  }
}
