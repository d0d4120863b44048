import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { heartbeat, runToEnd } from "./run.js";

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} Locked */

/** @param {string} file @returns {Record<string, Locked>} */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/**
 * Whether what npm wrote down as installed is what the lock file asks for. A package that is only optional may be
 * missing: it is another platform's.
 * @param {Record<string, Locked>} wanted @param {Record<string, Locked>} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const there = installed[path];
    return there === undefined ? Boolean(entry.optional) : there.version === entry.version;
  });
}

/** @param {string} root what identifies a finished installation: the lock file, on this kind of machine */
export function installationMark(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256")
    .update(lock)
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

/** @param {string} root */
function matchesLock(root) {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  return isInstalled(lockedPackages(join(root, "package-lock.json")), lockedPackages(hidden));
}

/** npm itself: the one that called us, else the one on the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? { command: process.execPath, first: [script] }
    : { command: "npm", first: [] };
}

/** What a person's own `.npmrc` may say otherwise. Any Node that runs this will do: the packages bring theirs (`node.js`). */
const SETTINGS = [
  "--no-audit",
  "--no-fund",
  "--include=dev",
  "--include=optional",
  "--engine-strict=false",
  "--package-lock=true",
  "--dry-run=false",
  "--global=false",
  "--install-strategy=hoisted",
  "--loglevel=error",
];

/** @param {string} root @param {(message: string) => void} say */
async function install(root, say) {
  say("Installing the packages of package-lock.json (npm ci; once, about a minute)");
  const stop = heartbeat("still installing", say);
  const { command, first } = npm();
  const args = [...first, "ci", ...SETTINGS];
  // stdout is the command's own; npm's words go where ours go.
  const code = await runToEnd(command, args, { cwd: root, stdio: ["ignore", 2, 2] }).finally(stop);
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code}); its message is above`);
  say("Packages installed");
}

/** In a checkout that is somebody else's it cannot be kept: then all versions are compared at each start. @param {string} file @param {string} mark */
function keepMark(file, mark) {
  try {
    writeFileSync(file, mark);
  } catch {
    // the packages are there all the same
  }
}

/**
 * Makes `node_modules` what the lock file says. A mark inside it remembers for which lock file that was done.
 * @param {string} root @param {(message: string) => void} say
 */
export async function ensureInstalled(root, say) {
  const file = join(root, "node_modules", ".control-tower-installed");
  const mark = installationMark(root);
  if (existsSync(file) && readFileSync(file, "utf8") === mark) return;
  if (!matchesLock(root)) await install(root, say);
  keepMark(file, mark);
}
