/** A fingerprint of what history says of a site, whenever it was written and in whichever store: the same orders and sums give the same one. */
import { createHash } from "node:crypto";
import { decodeSums, type Sums } from "../domain/analytics/sums.ts";
import type { History } from "./open.ts";

const PAGE = 1_000;

const byName = <T>(of: Record<string, T>): [string, T][] =>
  Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));

/** Sums by name, empty ones left out: what came and went again was never there. */
const sumsText = ({ n, h }: Sums): string => {
  const bins = byName(h).map(([name, counts]) => [name, byName(counts)] as const);
  const told = [byName(n), bins.filter(([, counts]) => counts.length > 0)] as const;
  return told[0].length === 0 && told[1].length === 0 ? "" : JSON.stringify(told);
};

export type Content = { hash: string; orders: number; events: number; rollups: number };

export async function contentOf({ db }: Pick<History, "db">, site: string): Promise<Content> {
  const hash = createHash("sha256");
  const content = { orders: 0, events: 0, rollups: 0 };
  for (let after = ""; ;) {
    const rows = await db
      .selectFrom("orders")
      .select(["id", "events", "record", "facts"])
      .where("site", "=", site)
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    for (const { id, record, facts } of rows) hash.update(`${id}\n${record}\n${facts}\n`);
    content.orders += rows.length;
    content.events += rows.reduce((sum, { events }) => sum + events, 0);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  const incidents = await db
    .selectFrom("incidents")
    .select(["id", "facts"])
    .where("site", "=", site)
    .orderBy("id")
    .execute();
  for (const { id, facts } of incidents) hash.update(`${id}\n${facts}\n`);
  const rollups = await db
    .selectFrom("rollups")
    .select(["grain", "dim", "value", "bucket", "sums"])
    .where("site", "=", site)
    .execute();
  const lines = rollups.flatMap(({ grain, dim, value, bucket, sums }) => {
    const text = sumsText(decodeSums(sums));
    return text === "" ? [] : [`${grain} ${dim} ${value} ${bucket} ${text}\n`];
  });
  for (const line of lines.sort()) hash.update(line);
  return { hash: hash.digest("hex"), ...content, rollups: lines.length };
}
