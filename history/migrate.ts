/**
 * Changes of the schema: expand (add, old code goes on), migrate (fill), contract (take away what no running version needs; only when asked). Each is made once, in a
 * transaction, and remembered with the checksum of its statements. A store with a migration this version does not know is of a newer one: with such that only added
 * something this version goes on beside it, as during an upgrade; with any other it refuses.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { dialectText } from "./dialect-text.ts";
import { DUE_SOON } from "./migrations/due-soon.ts";
import { DUE_ON_TRUCKS } from "./migrations/due-on-trucks.ts";
import { FIRST } from "./migrations/first.ts";
import { INCIDENTS } from "./migrations/incidents.ts";
import { JUDGED } from "./migrations/judged.ts";
import type { Migration } from "./migrations/migration.ts";
import { REPLACEMENTS } from "./migrations/replacements.ts";
import { VIEWS } from "./migrations/views.ts";
import type { History, Writing } from "./open.ts";

export const MIGRATIONS: readonly Migration[] = [
  FIRST,
  VIEWS,
  INCIDENTS,
  JUDGED,
  REPLACEMENTS,
  DUE_ON_TRUCKS,
  DUE_SOON,
];

/** Why a store is not opened, in words for who runs it. */
export class HistoryRefused extends Error {
  override name = "HistoryRefused";
}

export const checksumOf = ({ statements }: Migration): string =>
  createHash("sha256").update(statements.join(";\n")).digest("hex");

const MAKE_TABLE = `create table if not exists migrations (name text primary key, phase text not null, checksum text not null, applied_at {int} not null)`;

type Applied = { name: string; phase: string; checksum: string };

/** Throws `HistoryRefused` when this version must not touch the store. */
export function checkApplied(applied: readonly Applied[], known: readonly Migration[]): void {
  for (const { name, phase, checksum } of applied) {
    const ours = known.find((migration) => migration.name === name);
    if (ours === undefined && phase !== "expand")
      throw new HistoryRefused(
        `The history store is of a newer version (it has "${name}", which this one does not know). Start that version, or restore a backup made before it.`,
      );
    if (ours !== undefined && checksumOf(ours) !== checksum)
      throw new HistoryRefused(
        `The history store was made by other statements than "${name}" has here (checksum ${checksum.slice(0, 12)} against ${checksumOf(ours).slice(0, 12)}).`,
      );
  }
}

async function appliedTo(history: History): Promise<Applied[]> {
  return history.db.selectFrom("migrations").select(["name", "phase", "checksum"]).execute();
}

/** One process at a time; the lock ends with the transaction. */
const LOCK = 4_071_963;
const lock = async (trx: Writing, { kind }: History): Promise<void> => {
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
};

async function applyOne(history: History, migration: Migration, now: number): Promise<void> {
  await history.db.transaction().execute(async (trx) => {
    await lock(trx, history);
    const done = await trx
      .selectFrom("migrations")
      .select("name")
      .where("name", "=", migration.name)
      .executeTakeFirst();
    if (done !== undefined) return;
    for (const statement of migration.statements)
      await history.run(trx, dialectText(statement, history.kind));
    const { name, phase } = migration;
    await trx
      .insertInto("migrations")
      .values({ name, phase, checksum: checksumOf(migration), applied_at: now })
      .execute();
  });
}

/** Brings the store to this version. `contract`: also takes away what only older versions need; no such process may run any more. Names of what was done. */
export async function migrate(
  history: History,
  now: number,
  {
    contract = false,
    known = MIGRATIONS,
  }: { contract?: boolean; known?: readonly Migration[] } = {},
): Promise<string[]> {
  await history.db.transaction().execute(async (trx) => {
    await lock(trx, history);
    await history.run(trx, dialectText(MAKE_TABLE, history.kind));
  });
  const applied = await appliedTo(history);
  checkApplied(applied, known);
  const names = new Set(applied.map(({ name }) => name));
  const due = known.filter(
    ({ name, phase }) => !names.has(name) && (contract || phase !== "contract"),
  );
  for (const migration of due) await applyOne(history, migration, now);
  return due.map(({ name }) => name);
}

const UNDEFINED_TABLE = "42P01";

/** As PostgreSQL and SQLite say that a table is not there. Whatever else fails is no word about the store. */
const isNoTable = (error: unknown): boolean =>
  (error as { code?: unknown }).code === UNDEFINED_TABLE ||
  (error instanceof Error && error.message.startsWith("no such table"));

/** For readers, who change nothing: throws unless the store is there and of a version that this one can read. */
export async function checkReadable(history: History): Promise<void> {
  const applied = await appliedTo(history).catch((cause: unknown) => {
    if (!isNoTable(cause)) throw cause;
    throw new HistoryRefused("The history store is not there yet: workers make it.", { cause });
  });
  checkApplied(applied, MIGRATIONS);
  const missing = MIGRATIONS.filter(
    ({ name, phase }) => phase !== "contract" && !applied.some((one) => one.name === name),
  );
  if (missing.length > 0)
    throw new HistoryRefused(
      `The history store is of an older version: workers of this one bring it up to date.`,
    );
}
