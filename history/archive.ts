/** Marks orders as archived that history has exactly as the live store has them; and hands them out again. */
import type { History } from "./open.ts";
import { versionIn } from "./order-row.ts";

export type Leaving = { id: string; text: string };

/** Which of these may leave: history has just this version, of this generation of numbers. Marked in one transaction. */
export async function markArchived(
  { db }: Pick<History, "db">,
  site: string,
  epoch: string,
  leaving: readonly Leaving[],
  now: number,
): Promise<Set<string>> {
  const versions = new Map(leaving.map(({ id, text }) => [id, versionIn(text)]));
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom("orders")
      .select(["id", "v", "epoch"])
      .where("site", "=", site)
      .where("id", "in", [...versions.keys()])
      .execute();
    const had = rows.filter((row) => row.epoch === epoch && row.v === versions.get(row.id));
    const ids = had.map(({ id }) => id);
    if (ids.length > 0)
      await trx
        .updateTable("orders")
        .set({ archived_at: now })
        .where("site", "=", site)
        .where("id", "in", ids)
        .execute();
    return new Set(ids);
  });
}

/** Records of archived orders by id. */
export async function recordsOf(
  { db }: Pick<History, "db">,
  site: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom("orders")
    .select(["id", "record"])
    .where("site", "=", site)
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map(({ id, record }) => [id, record]));
}
