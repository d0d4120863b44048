/** One suite against both stores: `forEachStore((store) => ...)` inside describes of its own; `open` gives a fresh, migrated history. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History, type HistoryAddress } from "../../history/open.ts";
import { postgresMissing, startPostgres, type TestPostgres } from "../support/postgres.ts";

export type Store = {
  kind: "sqlite" | "postgres";
  /** where a fresh, empty history may be made */
  place: () => Promise<HistoryAddress>;
  open: () => Promise<History & { address: HistoryAddress }>;
};

async function opened(address: HistoryAddress): Promise<History & { address: HistoryAddress }> {
  const history = openHistory(address);
  await migrate(history, 1);
  return { ...history, address };
}

export function forEachStore(tests: (store: Store) => void): void {
  describe("in SQLite", () => {
    let dir = "";
    let files = 0;
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), "ct-h-"));
    });
    afterAll(() => rmSync(dir, { recursive: true, force: true }));
    const place = async (): Promise<HistoryAddress> => ({
      file: join(dir, `h${(files += 1)}`, "history.db"),
    });
    tests({ kind: "sqlite", place, open: async () => opened(await place()) });
  });
  describe.skipIf(postgresMissing)("in PostgreSQL", () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    }, 60_000);
    afterAll(() => postgres.stop(), 60_000);
    const place = async (): Promise<HistoryAddress> => ({
      databaseUrl: await postgres.newDatabase(),
      file: "",
    });
    tests({ kind: "postgres", place, open: async () => opened(await place()) });
  });
}
