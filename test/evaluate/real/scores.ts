/** Scores of probabilities against what happened, and their uncertainty by drawing whole days anew (orders of a day share their fate). */
import { diceOf, throwDice } from "../../../simulator/random.ts";
import { DAY_MS } from "../../../domain/wall-clock.ts";

export type Scored = { p: number; late: boolean; at: number };

/** Probability that a late order was ranked above one on time; ties count half. NaN when there is only one kind. */
export function auc(rows: readonly Scored[]): number {
  const sorted = rows.toSorted((a, b) => a.p - b.p);
  let ranks = 0;
  let late = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]?.p === sorted[from]?.p) to += 1;
    const hits = sorted.slice(from, to).filter((row) => row.late).length;
    ranks += (hits * (from + to + 1)) / 2;
    late += hits;
    from = to;
  }
  const fine = sorted.length - late;
  return (ranks - (late * (late + 1)) / 2) / (late * fine);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const brier = (rows: readonly Scored[]): number =>
  mean(rows.map(({ p, late }) => (p - (late ? 1 : 0)) ** 2));

/** Mean distance of forecast and outcome over ten equally filled bins. */
export function calibrationError(rows: readonly Scored[], bins = 10): number {
  const sorted = rows.toSorted((a, b) => a.p - b.p);
  const edge = (bin: number): number => Math.floor((bin * sorted.length) / bins);
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const inside = sorted.slice(edge(bin), edge(bin + 1));
    error += Math.abs(inside.reduce((sum, { p, late }) => sum + p - (late ? 1 : 0), 0));
  }
  return error / sorted.length;
}

const CHANCE_DRAWS = 200;

/** The calibration error that forecasts have which are exactly right: with few orders in a bin chance alone looks like error. */
export function chanceError(rows: readonly Scored[], bins = 10): number {
  const dice = diceOf(1, "chance");
  const draws = Array.from({ length: CHANCE_DRAWS }, () =>
    calibrationError(
      rows.map(({ p, at }) => ({ p, at, late: throwDice(dice) < p })),
      bins,
    ),
  );
  return mean(draws);
}

/** What was shown on average; against the share that was late it tells of too much or too little alarm. */
export const meanShown = (rows: readonly Scored[]): number => mean(rows.map(({ p }) => p));

export type Range = { low: number; high: number };

/** The middle 90 of 100 draws of whole days. `score` gets the indexes of the drawn rows. */
export function bootstrap(
  days: readonly number[],
  score: (drawn: readonly number[]) => number,
  draws: number,
): Range {
  const byDay = Map.groupBy(days.keys(), (index) => Math.floor((days[index] ?? 0) / DAY_MS));
  const groups = [...byDay.values()];
  const dice = diceOf(1, "bootstrap");
  const results: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = groups.flatMap(() => groups[Math.floor(throwDice(dice) * groups.length)] ?? []);
    const result = score(drawn);
    if (Number.isFinite(result)) results.push(result);
  }
  results.sort((a, b) => a - b);
  const at = (share: number): number => results[Math.floor(share * (results.length - 1))] ?? NaN;
  return { low: at(0.05), high: at(0.95) };
}
