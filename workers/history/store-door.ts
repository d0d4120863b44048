/** The way into the store: opened when it is needed, brought up to date, closed and opened again when it failed. */
import { existsSync, renameSync } from "node:fs";
import { migrate } from "../../history/migrate.ts";
import { identityOf, openHistory, type History, type HistoryAddress } from "../../history/open.ts";
import { createProjector, type Projector } from "../../history/project.ts";
import type { Log } from "../log.ts";

/** What a driver says may hold where the store is and who we are there; `/readyz` tells it to everybody. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b\w{1,32}:\/\/\S+/g, "<address>"],
  [/\b(E[A-Z_]{4,20}) \S+/g, "$1 <address>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<address>"],
  [/\b(user|role|database|host|host name) "[^"]*"/g, "$1 <name>"],
  [/(?:\/[^\s/'":]+){2,}/g, "<file>"],
];

/** No address, no name, no password. */
export const messageOf = (error: unknown): string =>
  SECRETS.reduce(
    (text, [secret, instead]) => text.replaceAll(secret, instead),
    error instanceof Error ? error.message || error.name : String(error),
  ).slice(0, 300);

/** SQLite's codes for a file that is none, or whose pages contradict one another; what is refined stands above the low byte. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);
const LOW_BYTE = 0xff;
/** SQLite's codes for what one row asked of it: too big, against a constraint, of another type, out of range. */
const OF_THE_DATA: ReadonlySet<number> = new Set([18, 19, 20, 25]);

/** The code of SQLite without what refines it; null for what is none of its errors. */
function sqliteCodeOf(error: unknown): number | null {
  const code: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "errcode") : undefined;
  return typeof code === "number" ? code & LOW_BYTE : null;
}

/** PostgreSQL's class of what is wrong with a statement or may not be asked: ours are always the same, so the tables are others than they were, as of a store that was put back from an older time. */
const OF_THE_TABLES = /^42/;

function isOfTheTables(error: unknown): boolean {
  const code: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" && OF_THE_TABLES.test(code);
}

export const isDamaged = (error: unknown): boolean => DAMAGED.has(sqliteCodeOf(error) ?? 0);

/** Out of the way, not away: what had left Redis is in there alone. */
function putAside(file: string, now: number): string {
  const aside = `${file}.damaged-${now}`;
  for (const part of ["", "-wal", "-shm"])
    if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

type Opened = { history: History; projector: Projector; identity: number };

export function createStoreDoor(address: HistoryAddress, log: Log, time: () => Promise<number>) {
  const kind = (address.databaseUrl ?? "") === "" ? ("sqlite" as const) : ("postgres" as const);
  let opened: Opened | null = null;

  const onUnreadable = (orderId: string, error: unknown): void =>
    log.warn({ orderId, err: error }, "an order cannot be measured; history goes on without it");

  async function open(): Promise<Opened> {
    if (opened !== null) {
      if (identityOf(address) === opened.identity) return opened;
      throw new Error("the file of history was taken away; another one is begun");
    }
    const history = openHistory(address);
    try {
      const migrations = await migrate(history, await time());
      if (migrations.length > 0)
        log.info({ migrations, store: kind }, "the history store was brought up to date");
    } catch (error) {
      await history.close().catch(() => undefined);
      throw error;
    }
    const projector = createProjector(history, { onUnreadable });
    opened = { history, projector, identity: identityOf(address) };
    return opened;
  }

  /** The store as it is now: opened, and asked something. */
  async function answers(): Promise<boolean> {
    try {
      const { history } = await open();
      await history.db.selectFrom("checkpoints").select("site").limit(1).execute();
      return true;
    } catch {
      return false;
    }
  }

  return {
    kind,
    open,
    /** Whether an error is the store's own, and with it everybody's; else it is of what one site wanted. */
    async isAtFault(error: unknown): Promise<boolean> {
      const code = sqliteCodeOf(error);
      if (code !== null) return !OF_THE_DATA.has(code);
      if (isOfTheTables(error)) return true;
      return !(await answers());
    },
    /** A file that cannot be read any more is put aside and another one begun: from Redis and the log all is built again but what had left them. */
    async mend(error: unknown): Promise<void> {
      if (kind !== "sqlite" || !isDamaged(error)) return;
      const aside = putAside(address.file, await time());
      log.error(
        { aside },
        "the file of history is damaged; it was put aside and history is built again, without orders that had left Redis: they are in that file or in a backup",
      );
    },
    async close(): Promise<void> {
      const known = opened;
      opened = null;
      await known?.history.close().catch(() => undefined);
    },
  };
}
