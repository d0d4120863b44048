/** Roll-ups as they are kept: read, moved by differences, written. One writer a site, so what it wrote last it still knows; whoever loses a transaction forgets all. */
import { createCells, encode, fill, type Cell } from "../domain/analytics/cells.ts";
import { createAdding, gainingIn, type Gaining, type Gains } from "../domain/analytics/gains.ts";
import type { History, Writing } from "./open.ts";

/** Twice as many at most. */
const KEPT = 4_000;

type Key = Pick<Gaining, "grain" | "bucket"> & { place: readonly [dim: string, value: string] };
/** With the site: hours of sites in different zones begin at the same moment. */
const keyOf = (site: string, { grain, bucket, place: [dim, value] }: Key): string =>
  `${site}|${grain}|${bucket}|${dim}|${value}`;

/** Those asked for lately: when it is full, what was not asked for since the last time goes. */
function createKept() {
  let young = new Map<string, Cell>();
  let old = new Map<string, Cell>();
  const set = (key: string, cell: Cell): void => {
    if (young.size >= KEPT) [old, young] = [young, new Map()];
    young.set(key, cell);
  };
  return {
    set,
    get(key: string): Cell | undefined {
      const known = young.get(key);
      if (known !== undefined) return known;
      const found = old.get(key);
      if (found !== undefined) set(key, found);
      return found;
    },
    clear(): void {
      young = new Map();
      old = new Map();
    },
  };
}

/** Those of one grain and bucket are read together. */
function groupsOf(gaining: readonly Gaining[]): Gaining[][] {
  const groups = new Map<string, Gaining[]>();
  for (const one of gaining) {
    const key = `${one.grain}|${one.bucket}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

type Found = Key & { sums: string };

async function read(trx: Writing, site: string, group: readonly Gaining[]): Promise<Found[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { grain, bucket } = first;
  const dims = [...new Set(group.map(({ place: [dim] }) => dim))];
  const values = [...new Set(group.map(({ place: [, value] }) => value))];
  const rows = await trx
    .selectFrom("rollups")
    .select(["dim", "value", "sums"])
    .where("site", "=", site)
    .where("grain", "=", grain)
    .where("dim", "in", dims)
    .where("value", "in", values)
    .where("bucket", "=", bucket)
    .execute();
  return rows.map(({ dim, value, sums }) => ({ grain, bucket, place: [dim, value], sums }));
}

export type RollupBook = {
  /** Moves the roll-ups of a site by these gains, within the transaction. */
  move: (trx: Writing, site: string, gains: readonly Gains[]) => Promise<void>;
  /** After a transaction that did not come through. */
  forget: () => void;
};

export function createRollupBook(history: History): RollupBook {
  const kept = createKept();
  const make = createCells();

  /** The roll-ups of a batch by key, all of them: it may be larger than what is kept. */
  async function load(
    trx: Writing,
    site: string,
    gaining: readonly Gaining[],
  ): Promise<Map<string, Cell>> {
    const cells = new Map<string, Cell>();
    const unknown = new Map<string, Gaining>();
    for (const one of gaining) {
      const key = keyOf(site, one);
      const known = kept.get(key);
      if (known === undefined) unknown.set(key, one);
      cells.set(key, known ?? make());
    }
    for (const group of groupsOf([...unknown.values()]))
      for (const found of await read(trx, site, group)) {
        const key = keyOf(site, found);
        // asked for by dimension and by value: some that are known may come too
        const cell = unknown.has(key) ? cells.get(key) : undefined;
        if (cell !== undefined) fill(cell, found.sums);
      }
    return cells;
  }

  async function move(trx: Writing, site: string, all: readonly Gains[]): Promise<void> {
    const gaining = all.map((gains) => [...gainingIn(gains)]);
    const cells = await load(trx, site, gaining.flat());
    const moved = new Map<string, Gaining>();
    for (const [place, gains] of all.entries()) {
      const add = createAdding(gains);
      for (const one of gaining[place] ?? []) {
        const key = keyOf(site, one);
        const cell = cells.get(key);
        if (cell !== undefined) add(cell, one.from);
        moved.set(key, one);
      }
    }
    const rows = [...moved].map(([key, { grain, place, bucket }]) => {
      const cell = cells.get(key) ?? make();
      kept.set(key, cell);
      return [site, grain, ...place, bucket, encode(cell)];
    });
    await history.upsert(trx, "rollups", rows, ["site", "grain", "dim", "value", "bucket"]);
  }

  return { move, forget: () => kept.clear() };
}
