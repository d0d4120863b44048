/** 95 % intervals by drawing whole site-days with replacement: rows of one day are one event, and naive intervals are far too narrow. */
import type { Rows } from "./rows.ts";

const BINS = 400;
const DRAWS = 400;

/** What a site-day adds: rows by score bin, met and missed, and the sum of squared errors. */
type Day = { met: Float64Array; missed: Float64Array; squares: number };

/** Score bins of about equal size. */
function binsOf(scores: readonly number[]): Uint16Array {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const bins = new Uint16Array(scores.length);
  let bin = 0;
  order.forEach((index, place) => {
    const isTied = place > 0 && scores[index] === scores[order[place - 1] ?? 0];
    if (!isTied) bin = Math.floor((place * BINS) / order.length);
    bins[index] = bin;
  });
  return bins;
}

function daysOf(rows: Rows): Day[] {
  const bins = binsOf(rows.p);
  const days = new Map<number, Day>();
  rows.siteDay.forEach((key, index) => {
    const day = days.get(key) ?? {
      met: new Float64Array(BINS),
      missed: new Float64Array(BINS),
      squares: 0,
    };
    days.set(key, day);
    const missed = rows.missed[index] ?? 0;
    const counts = missed === 1 ? day.missed : day.met;
    const bin = bins[index] ?? 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
    day.squares += ((rows.p[index] ?? 0) - missed) ** 2;
  });
  return [...days.values()];
}

type Measures = { auc: number; brier: number; skill: number };

function measuresOf(days: readonly Day[]): Measures {
  const met = new Float64Array(BINS);
  const missed = new Float64Array(BINS);
  let squares = 0;
  for (const day of days) {
    squares += day.squares;
    for (let bin = 0; bin < BINS; bin += 1) {
      met[bin] = (met[bin] ?? 0) + (day.met[bin] ?? 0);
      missed[bin] = (missed[bin] ?? 0) + (day.missed[bin] ?? 0);
    }
  }
  let below = 0;
  let wins = 0;
  let misses = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    wins += (missed[bin] ?? 0) * (below + (met[bin] ?? 0) / 2);
    below += met[bin] ?? 0;
    misses += missed[bin] ?? 0;
  }
  const rows = below + misses;
  const brier = squares / rows;
  return {
    auc: wins / (below * misses),
    brier,
    skill: 1 - brier / ((misses / rows) * (1 - misses / rows)),
  };
}

export type Intervals = Record<keyof Measures, [number, number]>;

/** `random` gives numbers in [0, 1). */
export function intervalsOf(rows: Rows, random: () => number): Intervals {
  const days = daysOf(rows);
  const drawn = Array.from({ length: DRAWS }, () =>
    measuresOf(days.map(() => days[Math.floor(random() * days.length)] as Day)),
  );
  const interval = (name: keyof Measures): [number, number] => {
    const values = drawn
      .map((one) => one[name])
      .filter(Number.isFinite)
      .toSorted((a, b) => a - b);
    return [
      values[Math.floor(values.length * 0.025)] ?? NaN,
      values[Math.floor(values.length * 0.975)] ?? NaN,
    ];
  };
  return { auc: interval("auc"), brier: interval("brier"), skill: interval("skill") };
}
