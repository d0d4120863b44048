/**
 * Differences on their way into the roll-ups: by hour of the site, dimension and value. Days are the sums of their hours.
 *
 * Of one order some hundred things are counted at eight places each: so a name is looked up once for all places, and what is counted stands in lists by the number of the
 * name. They become sums by name at the end, once a batch.
 */
import { endOf, hourOf, dayStartOf, type Grain } from "./buckets.ts";
import { VALUE_GROUPS } from "../contract/analytics-names.ts";
import { binOf } from "../dwell.ts";
import { isEmpty, noSums, ofDuration, ofPassage, type Sums } from "./sums.ts";

export const DIMENSIONS = ["all", ...VALUE_GROUPS] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Place = readonly [dim: Dimension, value: string];

/** One roll-up and what it gains. */
export type Gain = { grain: Grain; bucket: number; dim: Dimension; value: string; sums: Sums };

export type Ledger = {
  add: (at: number, places: readonly Place[], name: string, by: number) => void;
  duration: (at: number, places: readonly Place[], name: string, ms: number, by: 1 | -1) => void;
  /** somebody comes or goes: counts, and the time from then to the end of the hour (`.h`) and of the day (`.d`), so that what stood there can be averaged */
  passage: (at: number, place: Place, name: string, by: 1 | -1) => void;
  gains: () => Gain[];
};

/** Names by number, the same for all ledgers of the process: there are some hundred. */
const NAMES: string[] = [];
const numbers = new Map<string, number>();
function numberOf(name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  NAMES.push(name);
  numbers.set(name, NAMES.length - 1);
  return NAMES.length - 1;
}

/** What is counted at one place in one hour: by number of the name, and of durations by bin too. */
type Cell = { dim: Dimension; value: string; counts: number[]; bins: number[][] };
type Hour = Map<Dimension, Map<string, Cell>>;

function bump(list: number[], at: number, by: number): void {
  while (list.length <= at) list.push(0);
  list[at] = (list[at] ?? 0) + by;
}

function bumpBin(cell: Cell, name: number, bin: number, by: number): void {
  while (cell.bins.length <= name) cell.bins.push([]);
  const bins = cell.bins[name];
  if (bins !== undefined) bump(bins, bin, by);
}

function sumsOf({ counts, bins }: Cell): Sums {
  const sums = noSums();
  counts.forEach((sum, number) => {
    if (sum !== 0) sums.n[NAMES[number] ?? ""] = sum;
  });
  bins.forEach((list, number) => {
    if (list.every((sum) => sum === 0)) return;
    const told: Record<string, number> = {};
    list.forEach((sum, bin) => {
      if (sum !== 0) told[bin] = sum;
    });
    sums.h[NAMES[number] ?? ""] = told;
  });
  return sums;
}

/** Adds what stands at one place to another; quicker than sums by name. */
function addCell(into: Cell, { counts, bins }: Cell): void {
  counts.forEach((sum, number) => {
    if (sum !== 0) bump(into.counts, number, sum);
  });
  bins.forEach((list, number) =>
    list.forEach((sum, bin) => {
      if (sum !== 0) bumpBin(into, number, bin, sum);
    }),
  );
}

function gainsAt(grain: Grain, buckets: ReadonlyMap<number, Hour>): Gain[] {
  const gains: Gain[] = [];
  for (const [bucket, places] of buckets)
    for (const cells of places.values())
      for (const cell of cells.values()) {
        const sums = sumsOf(cell);
        if (!isEmpty(sums)) gains.push({ grain, bucket, dim: cell.dim, value: cell.value, sums });
      }
  return gains;
}

/** Hours, and the days that they make up. */
function gainsOf(hours: ReadonlyMap<number, Hour>, zone: string): Gain[] {
  const days = new Map<number, Hour>();
  for (const [bucket, hour] of hours) {
    const start = dayStartOf(zone, bucket);
    const day = days.get(start) ?? new Map();
    days.set(start, day);
    for (const cells of hour.values())
      for (const cell of cells.values()) addCell(cellAt(day, [cell.dim, cell.value]), cell);
  }
  return [...gainsAt("hour", hours), ...gainsAt("day", days)];
}

function cellAt(hour: Hour, [dim, value]: Place): Cell {
  let cells = hour.get(dim);
  if (cells === undefined) hour.set(dim, (cells = new Map()));
  let cell = cells.get(value);
  if (cell === undefined) cells.set(value, (cell = { dim, value, counts: [], bins: [] }));
  return cell;
}

/** `counts`: moments outside it are passed over. */
export function createLedger(zone: string, counts: (at: number) => boolean = () => true): Ledger {
  const hours = new Map<number, Hour>();
  // those asked for lie close to one another
  let last = { from: 0, to: -1 };

  function startOf(at: number): number {
    if (at >= last.from && at < last.to) return last.from;
    const from = hourOf(zone, at);
    last = { from, to: endOf(zone, "hour", from) };
    return from;
  }

  function hourAt(bucket: number): Hour {
    const known = hours.get(bucket);
    if (known !== undefined) return known;
    const made: Hour = new Map();
    hours.set(bucket, made);
    return made;
  }

  // most of what is counted of an order is counted in one hour, at the same places
  let same: { places: readonly Place[]; bucket: number; cells: Cell[] } | null = null;
  function cellsOf(at: number, places: readonly Place[]): Cell[] {
    const bucket = startOf(at);
    if (same?.places === places && same.bucket === bucket) return same.cells;
    const hour = hourAt(bucket);
    const cells = places.map((place) => cellAt(hour, place));
    same = { places, bucket, cells };
    return cells;
  }

  return {
    add: (at, places, name, by) => {
      if (by === 0 || !counts(at)) return;
      const number = numberOf(name);
      for (const cell of cellsOf(at, places)) bump(cell.counts, number, by);
    },
    duration: (at, places, name, ms, by) => {
      if (!counts(at)) return;
      const names = ofDuration(name);
      const [number, count, sum] = [numberOf(name), numberOf(names.count), numberOf(names.ms)];
      const bin = binOf(Math.max(0, ms));
      for (const cell of cellsOf(at, places)) {
        bumpBin(cell, number, bin, by);
        bump(cell.counts, count, by);
        bump(cell.counts, sum, by * ms);
      }
    },
    passage: (at, place, name, by) => {
      if (!counts(at)) return;
      const { counts: list } = cellAt(hourAt(startOf(at)), place);
      const names = ofPassage(name);
      bump(list, numberOf(name), by);
      bump(list, numberOf(names.hour), by * (last.to - at));
      bump(list, numberOf(names.day), by * (endOf(zone, "day", dayStartOf(zone, at)) - at));
    },
    gains: () => gainsOf(hours, zone),
  };
}
