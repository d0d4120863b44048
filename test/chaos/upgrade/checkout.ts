/** Another version of this project beside this one, to be started against the same data. It uses the packages and the built page that are here. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const SHARED = ["node_modules", "dist"] as const;

export type Checkout = { root: string; commit: string; end: () => void };

export function checkOut(ref: string): Checkout {
  const root = mkdtempSync(join(tmpdir(), "ct-up-"));
  const git = (...args: string[]): Buffer =>
    execFileSync("git", ["-C", ROOT, ...args], { maxBuffer: 1_000_000_000 });
  const commit = git("rev-parse", "--short", ref).toString().trim();
  execFileSync("tar", ["-x", "-C", root], { input: git("archive", commit) });
  for (const name of SHARED) symlinkSync(join(ROOT, name), join(root, name));
  return { root, commit, end: () => rmSync(root, { recursive: true, force: true }) };
}
