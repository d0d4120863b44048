/**
 * Checks every folder's types, each against its own tsconfig: tsc 7 for plain TypeScript, vue-tsc (which still needs
 * TypeScript 6) for what imports components. vue-tsc knows one core only, so its folders are checked beside the others;
 * each of the two takes one folder after another. tsc keeps to one core as well: each of its threads would work out the
 * types of the libraries for itself, a third of its CPU. `node bin/check-types.ts [folder ...]` checks those folders alone. Exit
 * code 1 when any has an error.
 */
import { execFile, spawnSync } from "node:child_process";
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

type Tool = keyof typeof entries;

/** What each is told besides the folder. */
const OPTIONS: Readonly<Record<Tool, readonly string[]>> = {
  tsc: ["--singleThreaded"],
  "vue-tsc": [],
};

/** Every word of a compiler is kept until it ends: two speak at once. */
const MOST_SAID = 64 * 1024 * 1024;

function check(folder: string, tool: Tool): Promise<boolean> {
  const startedAt = performance.now();
  const args = [entries[tool], ...OPTIONS[tool], "--noEmit", "--pretty", "false", "-p"];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, join(root, folder)],
      { cwd: root, maxBuffer: MOST_SAID },
      (error, stdout, stderr) => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        const verdict = error === null ? "clean" : "HAS ERRORS";
        process.stdout.write(stdout + stderr);
        console.log(`types: ${folder} ${verdict} (${tool}, ${seconds} s)`);
        resolve(error === null);
      },
    );
  });
}

async function checkAll(folders: readonly string[], tool: Tool): Promise<boolean> {
  let isClean = true;
  for (const folder of folders) isClean = (await check(folder, tool)) && isClean;
  return isClean;
}

assertNative();
const asked = process.argv.slice(2);
const isWanted = (folder: string): boolean =>
  (asked.length === 0 || asked.includes(folder)) && hasSources(folder);
const clean = await Promise.all([
  checkAll(withComponents.filter(isWanted), "vue-tsc"),
  checkAll(plain.filter(isWanted), "tsc"),
]);
process.exit(clean.every(Boolean) ? 0 : 1);
