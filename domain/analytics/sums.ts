/**
 * What is kept of many orders: sums by name, and histograms of durations in bins 10 % wide (`dwell.ts`), which add up over hours, sites and years (all sums are whole numbers, so order does not matter); a quantile read from
 * them is off by 5 % at most. Both move by differences, so what is taken back leaves nothing behind.
 */
import { binOf, quantile } from "../dwell.ts";

export type Sums = {
  n: Record<string, number>;
  /** name -> bin -> count */
  h: Record<string, Record<string, number>>;
};
export const noSums = (): Sums => ({ n: {}, h: {} });

/** A quantile of a histogram is off by so much at most. */
export const QUANTILE_ERROR = 0.05;

/** What became nothing stays until it is written: taking fields away makes an object slow. */
function bump(of: Record<string, number>, name: string, by: number): void {
  of[name] = (of[name] ?? 0) + by;
}

export const addTo = (sums: Sums, name: string, by: number): void => bump(sums.n, name, by);

/** Names that belong to another, made once: putting texts together for every sum costs more than the sum. */
function createNames<K extends string>(endings: Readonly<Record<K, string>>) {
  const made = new Map<string, Record<K, string>>();
  return (name: string): Record<K, string> => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const pairs = Object.entries<string>(endings).map(([key, ending]) => [key, name + ending]);
    const names = Object.fromEntries(pairs) as Record<K, string>;
    made.set(name, names);
    return names;
  };
}
export const ofDuration = createNames({ count: ".n", ms: ".ms" });
export const ofVerdict = createNames({ due: ".due", ok: ".ok" });
export const ofPassage = createNames({ hour: ".h", day: ".d" });

/** A duration: into its histogram, and into `<name>.n` and `<name>.ms`. */
export function addDuration(sums: Sums, name: string, ms: number, by: 1 | -1): void {
  const bins = (sums.h[name] ??= {});
  const names = ofDuration(name);
  bump(bins, String(binOf(Math.max(0, ms))), by);
  bump(sums.n, names.count, by);
  bump(sums.n, names.ms, by * ms);
}

/** Adds `other` to `sums`. */
export function merge(sums: Sums, other: Sums): void {
  for (const [name, value] of Object.entries(other.n)) bump(sums.n, name, value);
  for (const [name, bins] of Object.entries(other.h)) {
    const into = (sums.h[name] ??= {});
    for (const [bin, count] of Object.entries(bins)) bump(into, bin, count);
  }
}

const isNothing = (of: Record<string, number>): boolean => {
  for (const name in of) if (of[name] !== 0) return false;
  return true;
};

export const isEmpty = ({ n, h }: Sums): boolean =>
  isNothing(n) && Object.values(h).every(isNothing);

/** Quantile of a duration in ms; null with none. */
export function quantileOf({ h }: Sums, name: string, q: number): number | null {
  const bins = new Map(
    Object.entries(h[name] ?? {}).flatMap(([bin, count]) =>
      count > 0 ? [[Number(bin), count] as const] : [],
    ),
  );
  return quantile(bins, q);
}

export const decodeSums = (text: string): Sums => JSON.parse(text) as Sums;
