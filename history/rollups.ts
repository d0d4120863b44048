/** Roll-ups as they are kept: read, moved by differences, written. One writer a site, so what it wrote last it still knows; whoever loses a transaction forgets all. */
import { DIMENSIONS, type Dimension, type Gain } from "../domain/analytics/ledger.ts";
import type { Grain } from "../domain/analytics/buckets.ts";
import { decodeSums, encodeSums, merge, noSums, type Sums } from "../domain/analytics/sums.ts";
import type { History, Writing } from "./open.ts";

const KEPT = 4_000;

type Key = { grain: Grain; dim: Dimension; value: string };
/** With the site: hours of sites in different zones begin at the same moment. */
const keyOf = (site: string, { grain, dim, value }: Key, bucket: number): string =>
  `${site}|${grain}|${bucket}|${dim}|${value}`;

const isDimension = (dim: string): dim is Dimension =>
  (DIMENSIONS as readonly string[]).includes(dim);

/** Gains of one dimension, grain and bucket are read together. */
function groupsOf(gains: readonly Gain[]): Map<string, Gain[]> {
  const groups = new Map<string, Gain[]>();
  for (const gain of gains) {
    const key = `${gain.grain}|${gain.bucket}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [gain]);
    else group.push(gain);
  }
  return groups;
}

export type RollupBook = {
  /** Moves the roll-ups of a site by these gains, within the transaction. */
  move: (trx: Writing, site: string, gains: readonly Gain[]) => Promise<void>;
  /** After a transaction that did not come through. */
  forget: () => void;
};

export function createRollupBook(history: History): RollupBook {
  const kept = new Map<string, Sums>();

  async function load(trx: Writing, site: string, gains: readonly Gain[]): Promise<void> {
    const unknown = gains.filter((gain) => !kept.has(keyOf(site, gain, gain.bucket)));
    for (const group of groupsOf(unknown).values()) {
      const [{ grain, bucket } = { grain: "hour" as const, bucket: 0 }] = group;
      const dims = [...new Set(group.map(({ dim }) => dim))];
      const rows = await trx
        .selectFrom("rollups")
        .select(["dim", "value", "sums"])
        .where("site", "=", site)
        .where("grain", "=", grain)
        .where("dim", "in", dims)
        .where("value", "in", [...new Set(group.map(({ value }) => value))])
        .where("bucket", "=", bucket)
        .execute();
      for (const gain of group) kept.set(keyOf(site, gain, bucket), noSums());
      for (const { dim, value, sums } of rows)
        if (isDimension(dim))
          kept.set(keyOf(site, { grain, dim, value }, bucket), decodeSums(sums));
    }
  }

  async function move(trx: Writing, site: string, gains: readonly Gain[]): Promise<void> {
    if (kept.size > KEPT) kept.clear();
    await load(trx, site, gains);
    const rows: unknown[][] = [];
    for (const gain of gains) {
      const { grain, bucket, dim, value } = gain;
      const sums = kept.get(keyOf(site, gain, bucket)) ?? noSums();
      merge(sums, gain.sums);
      rows.push([site, grain, dim, value, bucket, encodeSums(sums)]);
    }
    await history.upsert(trx, "rollups", rows, ["site", "grain", "dim", "value", "bucket"]);
  }

  return { move, forget: () => kept.clear() };
}
