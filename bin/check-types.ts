/**
 * Checks every folder's types, each against its own tsconfig: tsc 7 for plain TypeScript, vue-tsc (which still needs
 * TypeScript 6) for what imports components. One after another, since two at once only slow each other down on two
 * cores. `node bin/check-types.ts [folder ...]` checks those folders alone. Exit code 1 when any has an error.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const plain = ["domain", "history", "server", "workers", "simulator", "bin", "test"];
const withComponents = ["client", "test/client"];

/** A tool's entry file, run by this Node: the links in `.bin` would ask PATH for one. */
const entries = {
  tsc: join(root, "node_modules/@typescript/native/bin/tsc"),
  "vue-tsc": join(root, "node_modules/vue-tsc/bin/vue-tsc.js"),
};

function hasSources(folder: string): boolean {
  const path = join(root, folder);
  return (
    existsSync(path) &&
    readdirSync(path, { recursive: true }).some((name) => /\.(ts|vue)$/.test(String(name)))
  );
}

function assertNative(): void {
  const asked = spawnSync(process.execPath, [entries.tsc, "--version"], { encoding: "utf8" });
  if (asked.stdout.startsWith("Version 7.")) return;
  console.error(`types: tsc is not TypeScript 7 (${asked.stdout.trim()}); run npm ci`);
  process.exit(1);
}

function check(folder: string): boolean {
  const tool = withComponents.includes(folder) ? "vue-tsc" : "tsc";
  const startedAt = performance.now();
  const args = [entries[tool], "--noEmit", "--pretty", "false", "-p", join(root, folder)];
  const run = spawnSync(process.execPath, args, { stdio: "inherit", cwd: root });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isClean = run.status === 0;
  console.log(`types: ${folder} ${isClean ? "clean" : "HAS ERRORS"} (${tool}, ${seconds} s)`);
  return isClean;
}

assertNative();
const asked = process.argv.slice(2);
const folders = (asked.length > 0 ? asked : [...plain, ...withComponents]).filter(hasSources);
const clean = folders.map(check);
process.exit(clean.every(Boolean) ? 0 : 1);
