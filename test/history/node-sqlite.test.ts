import { join } from "node:path";
import { Kysely, sql, SqliteDialect } from "kysely";
import { expect, test } from "vitest";
import { handleOf, openFile, statementsOf } from "../../history/node-sqlite.ts";
import { tempDir } from "../support/temp-dir.ts";

test("a full disk is told as one, though it ends the transaction itself", async () => {
  using dir = tempDir();
  const file = openFile(join(dir.path, "history.db"), false);
  const database = handleOf(file, statementsOf(file));
  const db = new Kysely<{ notes: { words: string } }>({ dialect: new SqliteDialect({ database }) });
  await sql`create table notes (words text)`.execute(db);
  const write = (words: string) =>
    db.transaction().execute((trx) => trx.insertInto("notes").values({ words }).execute());
  // what the file may grow to, in place of a disk
  file.exec("PRAGMA max_page_count = 3");
  await expect(write("x".repeat(100_000))).rejects.toThrow("database or disk is full");
  file.exec("PRAGMA max_page_count = 1000");
  await write("after room was made");
  expect(await db.selectFrom("notes").select("words").execute()).toHaveLength(1);
  await db.destroy();
});
