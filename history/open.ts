/**
 * Opens history: a SQLite file by default, PostgreSQL when a `DATABASE_URL` is given. The same tables, the same queries. One process writes a site at a time (the
 * checkpoint decides); any number read.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from "kysely";
import { Pool, types } from "pg";
import { binaryArray } from "./binary-array.ts";
import { columnsOf, typesOf, type TableName, type Tables } from "./schema.ts";
import { handleOf, openFile, statementsOf } from "./node-sqlite.ts";

export type HistoryAddress = { databaseUrl?: string | undefined; file: string };
export type Writing = Kysely<Tables> | Transaction<Tables>;

export type History = {
  kind: "sqlite" | "postgres";
  db: Kysely<Tables>;
  /** Writes whole rows at once: values in the order of the table's columns. A row of the same key is replaced. */
  upsert: (
    trx: Writing,
    table: TableName,
    rows: readonly (readonly unknown[])[],
    key: readonly string[],
  ) => Promise<void>;
  /** The rows with these values in the columns of `by`, columns of which there is an index; those that are there. */
  find: <T extends TableName, C extends keyof Tables[T] & string>(
    trx: Writing,
    table: T,
    columns: readonly C[],
    by: readonly (keyof Tables[T] & string)[],
    values: readonly (readonly (string | number)[])[],
  ) => Promise<Pick<Tables[T], C>[]>;
  /** Statements that only make or change tables. */
  run: (trx: Writing, statement: string) => Promise<void>;
  close: () => Promise<void>;
};

const conflictOf = (table: TableName, key: readonly string[]): string => {
  const others = columnsOf(table).filter((column) => !key.includes(column));
  const set = others.map((column) => `${column} = excluded.${column}`).join(", ");
  return `on conflict (${key.join(", ")}) do ${set === "" ? "nothing" : `update set ${set}`}`;
};

const run = async (trx: Writing, statement: string): Promise<void> => {
  await sql.raw(statement).execute(trx);
};

function openSqlite(path: string, isReader: boolean): History {
  if (!isReader) mkdirSync(dirname(path), { recursive: true });
  const file = openFile(path, isReader);
  const prepare = statementsOf(file);
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: handleOf(file, prepare) }),
  });
  return {
    kind: "sqlite",
    db,
    run,
    // one connection: what runs here is in the transaction that is open
    upsert: async (_trx, table, rows, key) => {
      const columns = columnsOf(table);
      const places = columns.map(() => "?").join(", ");
      const statement = prepare(
        `insert into ${table} (${columns.join(", ")}) values (${places}) ${conflictOf(table, key)}`,
      );
      for (const row of rows) statement.run(...(row as (string | number | null)[]));
    },
    find: async <T extends TableName, C extends keyof Tables[T] & string>(
      _trx: Writing,
      table: T,
      columns: readonly C[],
      by: readonly (keyof Tables[T] & string)[],
      values: readonly (readonly (string | number)[])[],
    ) => {
      const where = by.map((column) => `${column} = ?`).join(" and ");
      const statement = prepare(`select ${columns.join(", ")} from ${table} where ${where}`);
      return values.flatMap((row) => statement.all(...row)) as Pick<Tables[T], C>[];
    },
    close: () => db.destroy(),
  };
}

const POSTGRES_TYPES = { text: "text", int: "bigint", blob: "bytea" } as const;
/** One column of rows. */
const listOf = (
  type: keyof typeof POSTGRES_TYPES,
  rows: readonly (readonly unknown[])[],
  place: number,
) => {
  const values = rows.map((row) => row[place]);
  return sql`${binaryArray(type, values)}::${sql.raw(POSTGRES_TYPES[type])}[]`;
};

const INT8 = 20;
const NUMERIC = 1700;

function openPostgres(url: string, isReader: boolean): History {
  const pool = new Pool({
    connectionString: url,
    max: isReader ? 4 : 2,
    connectionTimeoutMillis: 5_000,
    application_name: isReader ? "control-tower-reader" : "control-tower-writer",
    types: {
      // whole numbers here are instants and counts, far below what a number holds exactly
      getTypeParser: (id: number, format?: "text" | "binary") =>
        id === INT8 || id === NUMERIC ? Number : types.getTypeParser(id, format as "text"),
    } as typeof types,
  });
  // an idle connection that breaks is replaced at the next query
  pool.on("error", () => {});
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: "postgres",
    db,
    run,
    upsert: async (trx, table, rows, key) => {
      if (rows.length === 0) return;
      const lists = typesOf(table).map((type, place) => listOf(type, rows, place));
      const columns = columnsOf(table).join(", ");
      await sql`insert into ${sql.raw(table)} (${sql.raw(columns)}) select * from unnest(${sql.join(lists)}) ${sql.raw(conflictOf(table, key))}`.execute(
        trx,
      );
    },
    find: async <T extends TableName, C extends keyof Tables[T] & string>(
      trx: Writing,
      table: T,
      columns: readonly C[],
      by: readonly (keyof Tables[T] & string)[],
      values: readonly (readonly (string | number)[])[],
    ) => {
      if (values.length === 0) return [];
      const all = columnsOf(table);
      const lists = by.map((column, place) => {
        const type = typesOf(table)[all.indexOf(column)] ?? "text";
        return listOf(type, values, place);
      });
      const found =
        await sql`select ${sql.raw(columns.map((column) => `t.${column}`).join(", "))} from unnest(${sql.join(lists)}) as asked (${sql.raw(by.join(", "))}) join ${sql.raw(table)} t using (${sql.raw(by.join(", "))})`.execute(
          trx,
        );
      return found.rows as Pick<Tables[T], C>[];
    },
    close: () => db.destroy(),
  };
}

/** What tells one file from another under the same name; 0 where it is no file of ours. A file that was taken away goes on being written to by whoever holds it open. */
export const identityOf = ({ databaseUrl, file }: HistoryAddress): number =>
  (databaseUrl ?? "") === "" ? (statSync(file, { throwIfNoEntry: false })?.ino ?? 0) : 0;

export const openHistory = (
  { databaseUrl, file }: HistoryAddress,
  { isReader = false }: { isReader?: boolean } = {},
): History =>
  databaseUrl === undefined || databaseUrl === ""
    ? openSqlite(file, isReader)
    : openPostgres(databaseUrl, isReader);
