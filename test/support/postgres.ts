/**
 * A PostgreSQL of a test's own: own cluster in a temporary directory, reached by a socket file, gone with the test. Without one on the machine use
 * `describe.skipIf(postgresMissing)`; with `CI=true` importing this file then throws.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const SYSTEM = "/usr/lib/postgresql";

/** Folder with `initdb` and `postgres`; the newest version there is. */
function findBinaries(): string | null {
  const given = process.env["CT_POSTGRES_BIN"];
  const versions = existsSync(SYSTEM)
    ? readdirSync(SYSTEM).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [given, ...versions.map((version) => join(SYSTEM, version, "bin"))];
  const homebrew = ["/opt/homebrew/opt/postgresql@17/bin", "/usr/local/pgsql/bin"];
  const found = [...folders, ...homebrew].find(
    (folder) =>
      folder !== undefined &&
      existsSync(join(folder, "initdb")) &&
      existsSync(join(folder, "postgres")),
  );
  return found ?? null;
}

const binaries = findBinaries();

/** Why tests that need a PostgreSQL are skipped here, or false when they run. */
export const postgresMissing: string | false =
  binaries === null &&
  "no PostgreSQL on this machine (Debian, Ubuntu: apt-get install postgresql; another place: CT_POSTGRES_BIN=/folder/with/initdb)";
if (postgresMissing !== false && process.env["CI"] === "true")
  throw new Error(`CI=true and ${postgresMissing}`);

/** PostgreSQL refuses to run as root: then it runs as a user who owns nothing else. */
function otherUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const line = (name: string) =>
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line("postgres") ?? line("nobody") ?? "").split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

export type TestPostgres = {
  url: string;
  dir: string;
  /** ends it at once, as a power cut would, and starts it again */
  crash: () => Promise<void>;
  stopServer: () => Promise<void>;
  startServer: () => Promise<void>;
  /** a fresh, empty database */
  newDatabase: () => Promise<string>;
  stop: () => Promise<void>;
};

const SETTINGS = [
  "listen_addresses=",
  "shared_buffers=64MB",
  "max_connections=40",
  "log_min_messages=fatal",
  // a machine that dies takes the test with it: nothing to keep
  "fsync=off",
  "full_page_writes=off",
];

export async function startPostgres(): Promise<TestPostgres> {
  if (binaries === null) throw new Error(String(postgresMissing));
  const dir = mkdtempSync(join(tmpdir(), "ct-pg-"));
  const user = otherUser();
  if ("uid" in user) chownSync(dir, user.uid as number, user.gid as number);
  const data = join(dir, "data");
  const options = {
    ...user,
    cwd: dir,
    stdio: "ignore" as const,
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
  };
  execFileSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "tower", "--auth=trust", "--encoding=UTF8", "--no-sync"],
    options,
  );
  let server: ChildProcess | null = null;
  const ended = (child: ChildProcess) =>
    new Promise<void>((resolve) =>
      child.exitCode !== null ? resolve() : child.once("exit", () => resolve()),
    );
  const psql = (database: string, statement: string) =>
    execFileSync(
      join(binaries, "psql"),
      ["-h", dir, "-U", "tower", "-d", database, "-qAtc", statement],
      { ...options, stdio: "pipe" },
    );
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === null) return;
    server.kill(signal);
    await ended(server);
    server = null;
  };
  const startServer = async (): Promise<void> => {
    const settings = [...SETTINGS, `unix_socket_directories=${dir}`].flatMap((setting) => [
      "-c",
      setting,
    ]);
    server = spawn(join(binaries, "postgres"), ["-D", data, ...settings], options);
    for (let tries = 0; tries < 300; tries += 1) {
      try {
        psql("postgres", "select 1");
        return;
      } catch {
        await sleep(100);
      }
    }
    throw new Error("PostgreSQL did not start within 30 s");
  };
  process.once("exit", () => server?.kill("SIGKILL"));
  await startServer();
  let databases = 0;
  const urlOf = (database: string) =>
    `postgres://tower@localhost/${database}?host=${encodeURIComponent(dir)}`;
  return {
    url: urlOf("postgres"),
    dir,
    startServer,
    stopServer: () => end("SIGINT"),
    crash: async () => {
      await end("SIGQUIT");
      await startServer();
    },
    newDatabase: async () => {
      const name = `t${(databases += 1)}`;
      psql("postgres", `create database ${name}`);
      return urlOf(name);
    },
    stop: async () => {
      await end("SIGQUIT");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
