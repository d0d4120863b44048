/**
 * What is counted at one place in one hour or day while it is being counted: sums in a list by the number of their name, histograms as pairs of bin and count. A tenth of
 * the price of sums by name (`sums.ts`), which is how they are kept and read.
 */
import { binOf } from "../dwell.ts";
import { ofDuration, type Sums } from "./sums.ts";

/** Names by number, the same for all of a thread: there are some hundred. */
function createNumbers() {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const of = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    names.push(name);
    numbers.set(name, names.length - 1);
    return names.length - 1;
  };
  return { names: names as readonly string[], of };
}
export const SUMS = createNumbers();
export const DURATIONS = createNumbers();

export type Cell = {
  /** by number of the name */
  counts: Float64Array;
  /** by number of the duration: bin, count, bin, count ... */
  bins: (number[] | undefined)[];
};

const WIDTH = 160;
const CELLS_A_SLAB = 64;

/** Makes cells; their lists lie side by side, since a thousand small ones take longer to be made than to be filled. */
export function createCells(): () => Cell {
  let slab = new Float64Array(0);
  let used = 0;
  return () => {
    if (used === slab.length) {
      slab = new Float64Array(WIDTH * CELLS_A_SLAB);
      used = 0;
    }
    used += WIDTH;
    return { counts: slab.subarray(used - WIDTH, used), bins: [] };
  };
}

export function bump(cell: Cell, name: number, by: number): void {
  if (name >= cell.counts.length) {
    const wider = new Float64Array(2 * name);
    wider.set(cell.counts);
    cell.counts = wider;
  }
  cell.counts[name] = (cell.counts[name] ?? 0) + by;
}

export function bumpBin(cell: Cell, duration: number, bin: number, by: number): void {
  const pairs = (cell.bins[duration] ??= []);
  for (let at = 0; at < pairs.length; at += 2)
    if (pairs[at] === bin) {
      pairs[at + 1] = (pairs[at + 1] ?? 0) + by;
      return;
    }
  pairs.push(bin, by);
}

/** What a duration is counted as. */
type Duration = { duration: number; count: number; ms: number };
const durations = new Map<string, Duration>();
function durationOf(name: string): Duration {
  const known = durations.get(name);
  if (known !== undefined) return known;
  const names = ofDuration(name);
  const made = {
    duration: DURATIONS.of(name),
    count: SUMS.of(names.count),
    ms: SUMS.of(names.ms),
  };
  durations.set(name, made);
  return made;
}

/** Places in one hour, at which all that an order counts there is counted. */
export class Spot {
  readonly #cells: readonly Cell[];
  constructor(cells: readonly Cell[]) {
    this.#cells = cells;
  }
  add(name: string, by: number): void {
    if (by === 0) return;
    const number = SUMS.of(name);
    for (const cell of this.#cells) bump(cell, number, by);
  }
  duration(name: string, ms: number, by: 1 | -1): void {
    const { duration, count, ms: sum } = durationOf(name);
    const bin = binOf(Math.max(0, ms));
    for (const cell of this.#cells) {
      bumpBin(cell, duration, bin, by);
      bump(cell, count, by);
      bump(cell, sum, by * ms);
    }
  }
}
export const NOWHERE = new Spot([]);

/** Adds what stands in one to another. */
export function addCell(into: Cell, { counts, bins }: Cell): void {
  for (let name = 0; name < counts.length && name < SUMS.names.length; name += 1) {
    const sum = counts[name] ?? 0;
    if (sum !== 0) bump(into, name, sum);
  }
  bins.forEach((pairs = [], duration) => {
    for (let at = 0; at < pairs.length; at += 2)
      bumpBin(into, duration, pairs[at] ?? 0, pairs[at + 1] ?? 0);
  });
}

function isZero(counts: Float64Array): boolean {
  for (let name = 0; name < counts.length; name += 1) if (counts[name] !== 0) return false;
  return true;
}
const hasCounts = (pairs: readonly number[] = []): boolean =>
  pairs.some((count, at) => at % 2 === 1 && count !== 0);

/** Nothing is in it, or what was came and went again. */
export const isNothing = ({ counts, bins }: Cell): boolean =>
  isZero(counts) && !bins.some(hasCounts);

function binsOf(pairs: readonly number[]): Record<string, number> {
  const told: Record<string, number> = {};
  for (let at = 0; at < pairs.length; at += 2) {
    const count = pairs[at + 1] ?? 0;
    if (count !== 0) told[pairs[at] ?? 0] = count;
  }
  return told;
}

export function sumsOf({ counts, bins }: Cell): Sums {
  const sums: Sums = { n: {}, h: {} };
  counts.forEach((sum, name) => {
    if (sum !== 0) sums.n[SUMS.names[name] ?? ""] = sum;
  });
  bins.forEach((pairs, duration) => {
    if (hasCounts(pairs)) sums.h[DURATIONS.names[duration] ?? ""] = binsOf(pairs ?? []);
  });
  return sums;
}

/** Fills an empty one with sums as they are kept. */
export function fill(cell: Cell, text: string): Cell {
  const { n, h } = JSON.parse(text) as Sums;
  for (const name in n) bump(cell, SUMS.of(name), n[name] ?? 0);
  for (const name in h)
    for (const [bin, count] of Object.entries(h[name] ?? {}))
      bumpBin(cell, DURATIONS.of(name), Number(bin), count);
  return cell;
}

/** `{"a":1,"b":2}` without what became nothing; empty when all of it did. */
function binsText(pairs: readonly number[]): string {
  let text = "";
  for (let at = 0; at < pairs.length; at += 2) {
    const count = pairs[at + 1] ?? 0;
    if (count !== 0) text += `${text === "" ? "" : ","}"${pairs[at]}":${count}`;
  }
  return text;
}

/** Names are ours and need no escapes. */
function sumsText(counts: Float64Array): string {
  let text = "";
  for (let name = 0; name < counts.length; name += 1) {
    const sum = counts[name] ?? 0;
    if (sum !== 0) text += `${text === "" ? "" : ","}"${SUMS.names[name]}":${sum}`;
  }
  return text;
}

/** As it is kept (`Sums` as JSON), written by hand: it is done for every roll-up of every batch. */
export function encode({ counts, bins }: Cell): string {
  let histograms = "";
  bins.forEach((pairs = [], duration) => {
    const text = binsText(pairs);
    if (text !== "")
      histograms += `${histograms === "" ? "" : ","}"${DURATIONS.names[duration]}":{${text}}`;
  });
  return `{"n":{${sumsText(counts)}},"h":{${histograms}}}`;
}
