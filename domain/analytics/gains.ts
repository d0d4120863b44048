/**
 * What the roll-ups gain in hours of a site, as one list of numbers, which goes from thread to thread for nothing. Of each roll-up: its hour and place, and where it ends; how many
 * sums, and each with the number of its name; how many durations, and of each its number, how many bins, and those with their counts.
 */
import { bump, bumpBin, DURATIONS, SUMS, type Cell } from "./cells.ts";
import type { Grain } from "./buckets.ts";
import type { Place } from "./places.ts";

export type Counted = { grain: Grain; bucket: number; place: Place; cell: Cell };

export type Gains = {
  /** whose hours they are */
  zone: string;
  places: readonly Place[];
  /** what the numbers of names stand for: another thread has others */
  sums: readonly string[];
  durations: readonly string[];
  numbers: Float64Array<ArrayBuffer>;
};

function packSums(counts: Float64Array, into: number[]): void {
  const head = into.push(0) - 1;
  for (let name = 0; name < counts.length && name < SUMS.names.length; name += 1)
    if (counts[name] !== 0) into.push(name, counts[name] ?? 0);
  into[head] = (into.length - head - 1) / 2;
}

function packBins(bins: Cell["bins"], into: number[]): void {
  const head = into.push(0) - 1;
  let durations = 0;
  bins.forEach((pairs = [], duration) => {
    durations += 1;
    into.push(duration, pairs.length / 2);
    for (const number of pairs) into.push(number);
  });
  into[head] = durations;
}

function createPlaces() {
  const places: Place[] = [];
  const known = new Map<string, number>();
  const numberOf = ([dim, value]: Place): number => {
    const name = `${dim}|${value}`;
    let number = known.get(name);
    if (number === undefined) known.set(name, (number = places.push([dim, value]) - 1));
    return number;
  };
  return { places, numberOf };
}

export function pack(zone: string, counted: Iterable<Counted>): Gains {
  const { places, numberOf } = createPlaces();
  const numbers: number[] = [];
  for (const { bucket, place, cell } of counted) {
    const end = numbers.push(bucket, numberOf(place), 0) - 1;
    packSums(cell.counts, numbers);
    packBins(cell.bins, numbers);
    numbers[end] = numbers.length;
  }
  const [sums, durations] = [SUMS.names.slice(), DURATIONS.names.slice()];
  return { zone, places, sums, durations, numbers: Float64Array.from(numbers) };
}

/** A roll-up that gains something; what, stands from there. */
export type Gaining = { bucket: number; place: Place; from: number };
const HEAD = 3;

export function* gainingIn({ places, numbers }: Gains): Generator<Gaining> {
  for (let at = 0; at < numbers.length;) {
    const [bucket = 0, place = 0, end = 0] = [numbers[at], numbers[at + 1], numbers[at + 2]];
    yield { bucket, place: places[place] ?? ["all", ""], from: at + HEAD };
    at = end;
  }
}

/** Adds what a roll-up gains to what it is. */
export function createAdding({ sums, durations, numbers }: Gains) {
  const sumOf = sums.map(SUMS.of);
  const durationOf = durations.map(DURATIONS.of);
  return (cell: Cell, from: number): void => {
    let at = from;
    const next = (): number => numbers[at++] ?? 0;
    for (let left = next(); left > 0; left -= 1) bump(cell, sumOf[next()] ?? 0, next());
    for (let left = next(); left > 0; left -= 1) {
      const duration = durationOf[next()] ?? 0;
      for (let bins = next(); bins > 0; bins -= 1) bumpBin(cell, duration, next(), next());
    }
  };
}
