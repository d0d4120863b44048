/** Roll-ups as they are kept: read, moved by differences, written. One writer a site, so what it wrote last it still knows; whoever loses a transaction forgets all. */
import { dayStartOf, type Grain } from "../domain/analytics/buckets.ts";
import { createCells, encode, fill, type Cell } from "../domain/analytics/cells.ts";
import { createAdding, gainingIn, type Gains } from "../domain/analytics/gains.ts";
import type { History, Writing } from "./open.ts";

/** Twice as many at most. */
const KEPT = 4_000;

type Key = { grain: Grain; bucket: number; place: readonly [dim: string, value: string] };
/** With the site: hours of sites in different zones begin at the same moment. */
const nameOf = (site: string, { grain, bucket, place: [dim, value] }: Key): string =>
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

const KEY = ["site", "grain", "dim", "value", "bucket"] as const;
const valuesOf = (
  site: string,
  { grain, bucket, place: [dim, value] }: Key,
): (string | number)[] => [site, grain, dim, value, bucket];

/** A roll-up that gains something. */
type Open = { key: Key; cell: Cell };
/** What it gains stands from there. */
type Addition = { cell: Cell; from: number };

export type RollupBook = {
  /** Moves the roll-ups of a site by these gains, within the transaction. */
  move: (trx: Writing, site: string, gains: readonly Gains[]) => Promise<void>;
  /** After a transaction that did not come through. */
  forget: () => void;
};

export function createRollupBook(history: History): RollupBook {
  const kept = createKept();
  const make = createCells();

  /** Fills those that are not known here with what is kept of them. */
  async function read(trx: Writing, site: string, unknown: ReadonlyMap<string, Open>) {
    const keys = [...unknown.values()].map(({ key }) => valuesOf(site, key));
    const columns = ["grain", "dim", "value", "bucket", "sums"] as const;
    for (const row of await history.find(trx, "rollups", columns, KEY, keys)) {
      const { dim, value, bucket, sums } = row;
      const grain = row.grain === "day" ? "day" : "hour";
      const open = unknown.get(nameOf(site, { grain, bucket, place: [dim, value] }));
      if (open !== undefined) fill(open.cell, sums);
    }
  }

  /** Those that gain something, by name; they may be more than what is kept. */
  function createOpening(site: string) {
    const opened = new Map<string, Open>();
    const unknown = new Map<string, Open>();
    const cellAt = (key: Key): Cell => {
      const name = nameOf(site, key);
      const before = opened.get(name);
      if (before !== undefined) return before.cell;
      const known = kept.get(name);
      const open = { key, cell: known ?? make() };
      opened.set(name, open);
      if (known === undefined) unknown.set(name, open);
      return open.cell;
    };
    return { opened, unknown, cellAt };
  }

  async function move(trx: Writing, site: string, all: readonly Gains[]): Promise<void> {
    const { opened, unknown, cellAt } = createOpening(site);
    const additions = all.map((gains) => {
      const list: Addition[] = [];
      for (const { bucket, place, from } of gainingIn(gains)) {
        list.push({ cell: cellAt({ grain: "hour", bucket, place }), from });
        const day = dayStartOf(gains.zone, bucket);
        list.push({ cell: cellAt({ grain: "day", bucket: day, place }), from });
      }
      return { add: createAdding(gains), list };
    });
    await read(trx, site, unknown);
    for (const { add, list } of additions) for (const { cell, from } of list) add(cell, from);
    const rows: unknown[][] = [];
    for (const [name, { key, cell }] of opened) {
      kept.set(name, cell);
      const row: unknown[] = valuesOf(site, key);
      row.push(encode(cell));
      rows.push(row);
    }
    await history.upsert(trx, "rollups", rows, KEY);
  }

  return { move, forget: () => kept.clear() };
}
