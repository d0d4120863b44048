import { sql } from "kysely";
import { expect, test } from "vitest";
import {
  checkReadable,
  checksumOf,
  HistoryRefused,
  migrate,
  MIGRATIONS,
} from "../../history/migrate.ts";
import type { Migration } from "../../history/migrations/migration.ts";
import { openHistory, type History } from "../../history/open.ts";
import { columnsOf, TABLES, type TableName } from "../../history/schema.ts";
import { readerStatements, VIEWS } from "../../history/views.ts";
import { forEachStore } from "./stores.ts";

/** Columns of a table or view in their order. */
async function namesOf({ kind, db }: History, table: string): Promise<string[]> {
  const asked =
    kind === "sqlite"
      ? sql<{ name: string }>`select name from pragma_table_info(${table})`
      : sql<{
          name: string;
        }>`select column_name as name from information_schema.columns where table_name = ${table} order by ordinal_position`;
  return (await asked.execute(db)).rows.map(({ name }) => name);
}

forEachStore(({ kind, open, place }) => {
  test("every table has exactly the columns that the dictionary explains, in their order", async () => {
    const history = await open();
    for (const table of Object.keys(TABLES) as TableName[]) {
      const found = await namesOf(history, table);
      expect([table, found]).toEqual([table, columnsOf(table)]);
    }
    await history.close();
  });

  test("the views have the columns that the dictionary names", async () => {
    const history = await open();
    for (const [view, { columns }] of Object.entries(VIEWS)) {
      expect((await sql`select * from ${sql.table(view)}`.execute(history.db)).rows).toEqual([]);
      const found = await namesOf(history, view);
      expect([view, found]).toEqual([view, Object.keys(columns)]);
    }
    await history.close();
  });

  test.skipIf(kind !== "postgres")(
    "a reader sees the views, no table, and writes nothing",
    async () => {
      const history = await open();
      for (const statement of readerStatements("bi_reader", "secret"))
        await sql.raw(statement).execute(history.db);
      const url = new URL(history.address.databaseUrl ?? "");
      [url.username, url.password] = ["bi_reader", "secret"];
      const reader = openHistory({ databaseUrl: url.href, file: "" });
      for (const view of Object.keys(VIEWS))
        expect((await sql`select * from ${sql.table(view)}`.execute(reader.db)).rows).toEqual([]);
      await expect(sql`select * from orders`.execute(reader.db)).rejects.toThrow(
        /permission denied/,
      );
      await expect(sql`delete from bi_orders`.execute(reader.db)).rejects.toThrow(
        /read-only|permission denied/,
      );
      await reader.close();
      await history.close();
    },
  );

  test("migrating again does nothing, also from many processes at once", async () => {
    const address = await place();
    const all = Array.from({ length: kind === "sqlite" ? 1 : 3 }, () => openHistory(address));
    const done = await Promise.all(all.map((history) => migrate(history, 1)));
    expect(done.some((names) => names.length === MIGRATIONS.length)).toBe(true);
    expect(await migrate(all[0]!, 2)).toEqual([]);
    await Promise.all(all.map((history) => history.close()));
  });

  const newer = (phase: Migration["phase"]): Migration => ({
    name: `9999-${phase}`,
    phase,
    statements: [`create table later_${phase} (a {int})`],
  });

  test("a store that a newer version only added to is used; one that it changed otherwise is refused", async () => {
    const history = await open();
    await migrate(history, 2, { known: [...MIGRATIONS, newer("expand")] });
    expect(await migrate(history, 3)).toEqual([]);
    await checkReadable(history);
    await migrate(history, 4, { known: [...MIGRATIONS, newer("expand"), newer("migrate")] });
    await expect(migrate(history, 5)).rejects.toThrow(/newer version.*9999-migrate/s);
    await expect(checkReadable(history)).rejects.toThrow(HistoryRefused);
    await history.close();
  });

  test("what takes away is done only when asked", async () => {
    const history = await open();
    const known = [...MIGRATIONS, newer("contract")];
    expect(await migrate(history, 2, { known })).toEqual([]);
    expect(await migrate(history, 3, { known, contract: true })).toEqual(["9999-contract"]);
    await history.close();
  });

  test("a migration whose statements were changed afterwards is refused", async () => {
    const history = await open();
    const [first, ...rest] = MIGRATIONS;
    const changed = [{ ...first!, statements: [...first!.statements, "select 1"] }, ...rest];
    await expect(migrate(history, 2, { known: changed })).rejects.toThrow(
      /other statements.*0001-first/s,
    );
    expect(checksumOf(first!)).not.toBe(checksumOf(changed[0]!));
    await history.close();
  });

  test("a reader finds no store where workers have made none", async () => {
    const address = await place();
    if (kind === "sqlite")
      return expect(() => openHistory(address, { isReader: true })).toThrow(/unable to open/);
    const history = openHistory(address, { isReader: true });
    await expect(checkReadable(history)).rejects.toThrow(/not there yet/);
    await history.close();
  });
});

test("a store that does not answer is not said to have never been there", async () => {
  const address = { databaseUrl: "postgres://reader@127.0.0.1:1/none", file: "" };
  const history = openHistory(address, { isReader: true });
  await expect(checkReadable(history)).rejects.not.toBeInstanceOf(HistoryRefused);
  await history.close();
});
