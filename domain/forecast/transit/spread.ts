/**
 * How far the real duration lies from the typical one: decayed counts of ln(actual / typical), and from them the survival, blended with a parent's. What never came
 * counts as later than everything.
 */
import { lasting, type Spread } from "./state.ts";

export const SPREAD_BINS = 60;
const LOW = -4;
const HIGH = 3.5;
const WIDTH = (HIGH - LOW) / SPREAD_BINS;
const PLENTY = 1500;

/** Survival at log ratios: `at(r)` is the share that takes longer, `reach(s)` the ratio at which only `s` are left. */
export type Survival = { at(ratio: number): number; reach(share: number): number };

export function learnSpread(
  kept: Record<string, Spread>,
  key: string,
  seen: { ratio: number; at: number; never?: boolean },
): void {
  const make = (): Spread => ({
    at: seen.at,
    n: 0,
    bins: Array.from({ length: SPREAD_BINS + 1 }, () => 0),
  });
  const spread = (kept[key] ??= make());
  const left = lasting(spread.n, spread.at, seen.at, PLENTY);
  const inside = Math.floor((seen.ratio - LOW) / WIDTH);
  const bin = seen.never === true ? SPREAD_BINS : Math.min(SPREAD_BINS - 1, Math.max(0, inside));
  const { bins } = spread;
  if (left !== 1)
    for (let index = 0; index < bins.length; index += 1) bins[index] = (bins[index] ?? 0) * left;
  bins[bin] = (bins[bin] ?? 0) + 1;
  spread.n = spread.n * left + 1;
  spread.at = Math.max(spread.at, seen.at);
}

/** Upper tail of the normal distribution (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804 * Math.exp((-z * z) / 2) * poly;
  return z >= 0 ? tail : 1 - tail;
}

/** Before anything is learned: most within a factor of two, and a few that take very long. */
export const unknownSurvival = (ratio: number): number =>
  0.94 * upperTail((ratio + 0.1) / 0.65) + 0.06 * upperTail(ratio - 1);

/** Shares left at the lower edge of each bin, and after the last. */
export type Shares = readonly number[];

export const sharesOf = (survivalAt: (ratio: number) => number): Shares =>
  Array.from({ length: SPREAD_BINS + 1 }, (_, index) => survivalAt(LOW + index * WIDTH));

/** `trust` is how many cases the parent counts for. */
export function blendShares(spread: Spread | undefined, parent: Shares, trust: number): Shares {
  if (spread === undefined) return parent;
  const shares: number[] = [];
  let longer = 0;
  for (let index = SPREAD_BINS; index >= 0; index -= 1) {
    longer += spread.bins[index] ?? 0;
    shares[index] = (longer + trust * (parent[index] ?? 0)) / (spread.n + trust);
  }
  return shares;
}

export function survivalOf(shares: Shares): Survival {
  const share = (index: number): number => shares[index] ?? 0;
  return {
    at(ratio) {
      const place = (Math.min(HIGH, Math.max(LOW, ratio)) - LOW) / WIDTH;
      const index = Math.min(SPREAD_BINS - 1, Math.floor(place));
      const upper = place - index;
      return share(index) * (1 - upper) + share(index + 1) * upper;
    },
    reach(left) {
      let index = 0;
      while (index < SPREAD_BINS - 1 && share(index + 1) > left) index += 1;
      const fall = share(index) - share(index + 1);
      const part = fall > 0 ? (share(index) - left) / fall : 1;
      return LOW + (index + Math.min(1, Math.max(0, part))) * WIDTH;
    },
  };
}
