import { sql } from "kysely";
import { expect, test } from "vitest";
import {
  checkReadable,
  checksumOf,
  HistoryRefused,
  migrate,
  MIGRATIONS,
  type Migration,
} from "../../history/migrate.ts";
import { openHistory } from "../../history/open.ts";
import { columnsOf, TABLES, type TableName } from "../../history/schema.ts";
import { forEachStore } from "./stores.ts";

forEachStore(({ kind, open, place }) => {
  test("every table has exactly the columns that the dictionary explains, in their order", async () => {
    const history = await open();
    for (const table of Object.keys(TABLES) as TableName[]) {
      const found =
        kind === "sqlite"
          ? await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(
              history.db,
            )
          : await sql<{
              name: string;
            }>`select column_name as name from information_schema.columns where table_name = ${table} order by ordinal_position`.execute(
              history.db,
            );
      expect([table, found.rows.map(({ name }) => name)]).toEqual([table, columnsOf(table)]);
    }
    await history.close();
  });

  test("the views answer", async () => {
    const history = await open();
    for (const view of ["bi_orders", "bi_events", "bi_legs", "bi_rollups", "bi_incidents"])
      expect((await sql`select * from ${sql.table(view)}`.execute(history.db)).rows).toEqual([]);
    await history.close();
  });

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
