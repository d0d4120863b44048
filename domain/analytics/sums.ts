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

function bump(of: Record<string, number>, name: string, by: number): void {
  const next = (of[name] ?? 0) + by;
  if (next === 0) delete of[name];
  else of[name] = next;
}

export const addTo = (sums: Sums, name: string, by: number): void => bump(sums.n, name, by);

/** A duration: into its histogram, and into `<name>.n` and `<name>.ms`. */
export function addDuration(sums: Sums, name: string, ms: number, by: 1 | -1): void {
  const bins = (sums.h[name] ??= {});
  bump(bins, String(binOf(Math.max(0, ms))), by);
  bump(sums.n, `${name}.n`, by);
  bump(sums.n, `${name}.ms`, by * ms);
}

/** Adds `other` to `sums`. */
export function merge(sums: Sums, other: Sums): void {
  for (const [name, value] of Object.entries(other.n)) bump(sums.n, name, value);
  for (const [name, bins] of Object.entries(other.h)) {
    const into = (sums.h[name] ??= {});
    for (const [bin, count] of Object.entries(bins)) bump(into, bin, count);
  }
}

export const isEmpty = ({ n, h }: Sums): boolean =>
  Object.keys(n).length === 0 && Object.values(h).every((bins) => Object.keys(bins).length === 0);

/** Quantile of a duration in ms; null with none. */
export function quantileOf({ h }: Sums, name: string, q: number): number | null {
  const bins = new Map(
    Object.entries(h[name] ?? {}).flatMap(([bin, count]) =>
      count > 0 ? [[Number(bin), count] as const] : [],
    ),
  );
  return quantile(bins, q);
}

export const encodeSums = (sums: Sums): string => JSON.stringify(sums);
export const decodeSums = (text: string): Sums => JSON.parse(text) as Sums;
