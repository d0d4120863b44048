/**
 * Finds a Redis or Valkey server on this machine, or gets one. In this order: `CT_REDIS_BIN`; the PATH and the
 * system's sbin folders; what an earlier run unpacked; on Debian and Ubuntu the distribution's own packages, unpacked
 * into the project's cache without installing anything and without root; else a message that says what to type.
 */
import { spawnSync } from "node:child_process";
import { constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isAllowed } from "./setup/access.js";

/** A server binary, and the folder its libraries were unpacked to when it is not the system's. */
export interface RedisBinary {
  path: string;
  libraryPath: string | null;
  /** 6 for 6.2, 7 for 7.0; Valkey counts on from 7. */
  majorVersion: number;
  version: string;
}

/** Where to look, and how to speak while packages are fetched. */
export interface RedisSearch {
  env: Record<string, string | undefined>;
  cacheDir: string;
  say: (message: string) => void;
}

const names = ["valkey-server", "redis-server"];
const systemFolders = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/local/bin",
  "/usr/bin",
  "/opt/homebrew/bin",
];

export const noRedisMessage = [
  "No Redis found, and none could be fetched. One of these helps, then start again:",
  "  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install redis-server",
  "  macOS:           brew install valkey",
  "  Docker:          docker run -d -p 6379:6379 valkey/valkey:9 valkey-server --appendonly yes --maxmemory-policy noeviction",
  "                   and REDIS_URL=redis://127.0.0.1:6379 npm start",
  "A server binary in another place: CT_REDIS_BIN=/path/to/redis-server npm start",
].join("\n");

const isExecutable = (path: string): boolean =>
  isAllowed(path, constants.X_OK) && statSync(path).isFile();

/** The first of these programs in these folders, or null. */
export function firstExecutable(programs: string[], folders: string[]): string | null {
  for (const name of programs) {
    const path = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (path !== undefined) return path;
  }
  return null;
}

/** The folders of PATH, then those of the system, which an ordinary user's PATH may leave out. */
export function searchFolders(env: RedisSearch["env"]): string[] {
  return [...(env["PATH"] ?? "").split(delimiter).filter(Boolean), ...systemFolders];
}

/** Reads `Redis server v=7.0.15 sha=...` and `Valkey server v=8.1.1 ...`. */
export function parseVersion(text: string): { version: string; majorVersion: number } | null {
  const found = /v=((\d+)\.(\d+)[.\d]*)/.exec(text);
  if (found === null) return null;
  const [, version = "", major, minor] = found;
  const isEnough = Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2);
  return isEnough ? { version, majorVersion: Number(major) } : null;
}

function environment(libraryPath: string | null): NodeJS.ProcessEnv {
  return libraryPath === null ? process.env : { ...process.env, LD_LIBRARY_PATH: libraryPath };
}

function inspect(path: string, libraryPath: string | null): RedisBinary | null {
  const asked = spawnSync(path, ["--version"], { encoding: "utf8", env: environment(libraryPath) });
  const version = parseVersion(asked.stdout ?? "");
  return version === null ? null : { path, libraryPath, ...version };
}

function fromEnvironment(env: RedisSearch["env"]): RedisBinary | null {
  const path = env["CT_REDIS_BIN"];
  if (path === undefined || path === "") return null;
  const binary = isExecutable(path) ? inspect(path, null) : null;
  if (binary === null)
    throw new Error(`CT_REDIS_BIN=${path} is not a Redis or Valkey server of version 6.2 or later`);
  return binary;
}

function unpackedDir(cacheDir: string): string {
  return join(cacheDir, "redis");
}

function fromCache(cacheDir: string): RedisBinary | null {
  const root = unpackedDir(cacheDir);
  const path = firstExecutable(names, [join(root, "usr/bin"), join(root, "usr/sbin")]);
  if (path === null) return null;
  const lib = join(root, "usr/lib");
  const folders = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name)) : [];
  const libraryPath = [lib, ...folders.filter((folder) => statSync(folder).isDirectory())].join(
    delimiter,
  );
  return inspect(path, libraryPath);
}

/** Lets apt work without root: its lists and downloads live in our cache. */
function aptOptions(aptDir: string): string[] {
  const options = [
    "Debug::NoLocking=1",
    `Dir::State::lists=${aptDir}/lists`,
    `Dir::Cache=${aptDir}/cache`,
  ];
  return [...options, "APT::Sandbox::User=root"].flatMap((option) => ["-o", option]);
}

function run(command: string, args: string[], cwd: string): string | null {
  const done = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: 180_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return done.status === 0 ? done.stdout : null;
}

/** The packages apt would install for a Redis server here: exactly what this machine lacks. */
export function parsePlan(text: string): string[] {
  return [...text.matchAll(/^Inst (\S+)/gm)].map((found) => found[1] ?? "");
}

function fetchPackages(aptDir: string, say: RedisSearch["say"]): boolean {
  const options = aptOptions(aptDir);
  mkdirSync(join(aptDir, "lists/partial"), { recursive: true });
  mkdirSync(join(aptDir, "cache/archives/partial"), { recursive: true });
  say("Redis: reading the distribution's package lists (no root needed, nothing is installed)");
  if (run("apt-get", [...options, "update"], aptDir) === null) return false;
  const plan = run(
    "apt-get",
    [...options, "-s", "install", "--no-install-recommends", "redis-server"],
    aptDir,
  );
  const packages = parsePlan(plan ?? "");
  if (packages.length === 0) return false;
  say(`Redis: fetching ${packages.join(", ")}`);
  return run("apt-get", [...options, "download", ...packages], aptDir) !== null;
}

function unpack(aptDir: string, cacheDir: string): void {
  const target = unpackedDir(cacheDir);
  mkdirSync(target, { recursive: true });
  const archives = readdirSync(aptDir).filter((name) => name.endsWith(".deb"));
  for (const archive of archives) run("dpkg", ["-x", join(aptDir, archive), target], aptDir);
}

function fromPackages({ env, cacheDir, say }: RedisSearch): RedisBinary | null {
  const tools = ["apt-get", "dpkg"].map((tool) => firstExecutable([tool], searchFolders(env)));
  if (tools.includes(null)) return null;
  const aptDir = join(cacheDir, "apt");
  rmSync(aptDir, { recursive: true, force: true });
  mkdirSync(aptDir, { recursive: true });
  if (fetchPackages(aptDir, say)) unpack(aptDir, cacheDir);
  rmSync(aptDir, { recursive: true, force: true });
  return fromCache(cacheDir);
}

/** What is on this machine already, without fetching anything; null when there is none. */
export function installedRedis(search: Pick<RedisSearch, "env" | "cacheDir">): RedisBinary | null {
  const given = fromEnvironment(search.env);
  if (given !== null) return given;
  const path = firstExecutable(names, searchFolders(search.env));
  const installed = path === null ? null : inspect(path, null);
  return installed ?? fromCache(search.cacheDir);
}

/** A server binary, fetched when there is none. Throws `noRedisMessage` when that cannot be done here. */
export function findRedis(search: RedisSearch): RedisBinary {
  const binary = installedRedis(search) ?? fromPackages(search);
  if (binary === null) throw new Error(noRedisMessage);
  return binary;
}
