/** A copy of history while it is written to, and whether a copy is whole. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import type { HistoryAddress } from "./open.ts";

const isPostgres = ({ databaseUrl }: HistoryAddress): boolean => (databaseUrl ?? "") !== "";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a tool of PostgreSQL on the database. The password goes by its environment: what is called with stands in the list of processes, for everybody to read. */
function run(
  tool: "pg_dump" | "pg_restore",
  { databaseUrl = "" }: HistoryAddress,
  args: readonly string[],
  env: Environment,
): void {
  const url = new URL(databaseUrl);
  const secret = url.password === "" ? {} : { PGPASSWORD: decodeURIComponent(url.password) };
  url.password = "";
  try {
    execFileSync(tool, [`--dbname=${url.href}`, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...env, ...secret },
    });
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const why = isMissing
      ? "is not installed here (Debian, Ubuntu: apt-get install postgresql-client)"
      : "failed; what it said is above";
    throw new Error(`${tool} of PostgreSQL ${why}`, { cause });
  }
}

/** Name of the copy; null when there is no history to copy. PostgreSQL's own tool makes the copy where history is there. */
export async function copyHistory(
  address: HistoryAddress,
  to: (name: string) => string,
  env: Environment,
): Promise<string | null> {
  if (isPostgres(address)) {
    run("pg_dump", address, ["--format=custom", `--file=${to("history.dump")}`], env);
    return "history.dump";
  }
  if (!existsSync(address.file)) return null;
  const source = new DatabaseSync(address.file, { readOnly: true });
  try {
    await backup(source, to("history.db"));
  } finally {
    source.close();
  }
  return "history.db";
}

export type CopiedHistory = {
  orders: number;
  checkpoints: { site: string; epoch: string; seq: number }[];
};

/** Looks through the whole file; throws when anything in it does not hold together. */
export function checkCopy(file: string): CopiedHistory {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const [said] = copy.prepare("pragma integrity_check").all() as { integrity_check: string }[];
    if (said?.integrity_check !== "ok")
      throw new Error(`history.db is damaged: ${said?.integrity_check ?? "it says nothing"}`);
    const [count] = copy.prepare("select count(*) as n from orders").all() as { n: number }[];
    const checkpoints = copy
      .prepare("select site, epoch, seq from checkpoints order by site")
      .all() as CopiedHistory["checkpoints"];
    return { orders: count?.n ?? 0, checkpoints: checkpoints.map((one) => ({ ...one })) };
  } finally {
    copy.close();
  }
}

const RESTORING = ["--clean", "--if-exists", "--no-owner", "--single-transaction"] as const;

/** Puts a dump of PostgreSQL back, in place of what is there. */
export function restoreDump(address: HistoryAddress, file: string, env: Environment): void {
  run("pg_restore", address, [...RESTORING, file], env);
}
