/** Differences on their way into the roll-ups: by hour of the site, dimension and value. Days are the sums of their hours. */
import { endOf, hourOf, dayStartOf, type Grain } from "./buckets.ts";
import { addDuration, addTo, isEmpty, merge, noSums, ofPassage, type Sums } from "./sums.ts";

export const DIMENSIONS = [
  "all",
  "carrier",
  "service",
  "channel",
  "client",
  "stage",
  "station",
  "reason",
  "owner",
  "lossStage",
  "kind",
  "severity",
] as const;
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

/** Hours, and the days that they make up. */
function gainsOf(hours: ReadonlyMap<number, ReadonlyMap<string, Gain>>, zone: string): Gain[] {
  const all: Gain[] = [];
  const days = new Map<string, Gain>();
  for (const hour of hours.values())
    for (const gain of hour.values()) {
      if (isEmpty(gain.sums)) continue;
      all.push(gain);
      const bucket = dayStartOf(zone, gain.bucket);
      const key = `${bucket}|${gain.dim}|${gain.value}`;
      const { dim, value } = gain;
      const day = days.get(key) ?? { grain: "day", bucket, dim, value, sums: noSums() };
      days.set(key, day);
      merge(day.sums, gain.sums);
    }
  return [...all, ...[...days.values()].filter(({ sums }) => !isEmpty(sums))];
}

/** `counts`: moments outside it are passed over. */
export function createLedger(zone: string, counts: (at: number) => boolean = () => true): Ledger {
  const hours = new Map<number, Map<string, Gain>>();
  // those asked for lie close to one another
  let last = { from: 0, to: -1 };

  function startOf(at: number): number {
    if (at >= last.from && at < last.to) return last.from;
    const from = hourOf(zone, at);
    last = { from, to: endOf(zone, "hour", from) };
    return from;
  }

  function sumsAt(at: number, [dim, value]: Place): Sums {
    const bucket = startOf(at);
    const known = hours.get(bucket) ?? new Map<string, Gain>();
    hours.set(bucket, known);
    const key = `${dim}|${value}`;
    let gain = known.get(key);
    if (gain === undefined) {
      gain = { grain: "hour", bucket, dim, value, sums: noSums() };
      known.set(key, gain);
    }
    return gain.sums;
  }

  // most of what is counted of an order is counted in one hour, at the same places
  let same: { places: readonly Place[]; bucket: number; sums: Sums[] } | null = null;
  function sumsOf(at: number, places: readonly Place[]): Sums[] {
    const bucket = startOf(at);
    if (same?.places === places && same.bucket === bucket) return same.sums;
    const sums = places.map((place) => sumsAt(at, place));
    same = { places, bucket, sums };
    return sums;
  }

  return {
    add: (at, places, name, by) => {
      if (by === 0 || !counts(at)) return;
      for (const sums of sumsOf(at, places)) addTo(sums, name, by);
    },
    duration: (at, places, name, ms, by) => {
      if (!counts(at)) return;
      for (const sums of sumsOf(at, places)) addDuration(sums, name, ms, by);
    },
    passage: (at, place, name, by) => {
      if (!counts(at)) return;
      const sums = sumsAt(at, place);
      addTo(sums, name, by);
      const names = ofPassage(name);
      addTo(sums, names.hour, by * (last.to - at));
      addTo(sums, names.day, by * (endOf(zone, "day", dayStartOf(zone, at)) - at));
    },
    gains: () => gainsOf(hours, zone),
  };
}
