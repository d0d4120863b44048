/** Kysely over `node:sqlite`: a handle of the shape that Kysely's dialect expects. Statements are kept prepared. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase } from "kysely";

const KEPT_STATEMENTS = 200;

/** `synchronous=FULL`: what was committed is on disk. Readers never wait for the writer (WAL). */
export function openFile(path: string, isReader: boolean): DatabaseSync {
  const file = new DatabaseSync(path, { readOnly: isReader });
  file.exec("PRAGMA busy_timeout = 5000");
  if (isReader) return file;
  file.exec("PRAGMA journal_mode = WAL");
  file.exec("PRAGMA synchronous = FULL");
  file.exec("PRAGMA temp_store = MEMORY");
  file.exec("PRAGMA cache_size = -32768");
  return file;
}

export function statementsOf(file: DatabaseSync): (sql: string) => StatementSync {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    const made = file.prepare(sql);
    kept.set(sql, made);
    return made;
  };
}

const ROLLBACK = "rollback";
const NOTHING_DONE = { changes: 0, lastInsertRowid: 0 };

/**
 * On a full disk, and after other faults of the file, SQLite ends the transaction itself. The rollback that Kysely sends then would fail, and its words would take the
 * place of those that say what happened.
 */
const isOver = (file: DatabaseSync, sql: string): boolean =>
  sql === ROLLBACK && !file.isTransaction;

export function handleOf(
  file: DatabaseSync,
  prepare: (sql: string) => StatementSync,
): SqliteDatabase {
  return {
    close: () => file.close(),
    prepare: (sql) => {
      const statement = prepare(sql);
      const given = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...given(parameters)),
        run: (parameters) =>
          isOver(file, sql) ? NOTHING_DONE : statement.run(...given(parameters)),
        iterate: (parameters) => statement.iterate(...given(parameters)),
      };
    },
  };
}
