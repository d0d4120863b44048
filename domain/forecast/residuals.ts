/**
 * How far off the expected times are: a normal error that needs no history, and what was learned, as histograms of `ln(actual / expected)` remaining time.
 *
 * Nodes from general to special: all, octave of the expected time, octave and process. Each leans on its parent by 200 observations, the first one on the
 * normal error. Orders that were cancelled or held are right-censored: at risk in the bins below their ratio, nothing more. Times are minutes.
 */
import { PROCESSES, type Process } from "./plan.ts";

const BINS = 60;
const EDGE = 3.5;
const WIDTH = (2 * EDGE) / BINS;
const OCTAVES = 12;
const PSEUDO = 200;
export const HALF_LIFE_DAYS = 21;

/** Decayed counts by bin: ratios that were seen, and ratios at which sight was lost. */
type Histogram = { seen: number[]; lost: number[] };
/** Keys: `all`, `<octave>`, `<octave>/<process>`. */
export type ResidualState = Record<string, Histogram>;

const emptyHistogram = (): Histogram => ({
  seen: Array.from({ length: BINS }, () => 0),
  lost: Array.from({ length: BINS }, () => 0),
});

const octaveOf = (minutes: number): number =>
  Math.min(OCTAVES - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, minutes)))));

const binOf = (logRatio: number): number =>
  Math.min(BINS - 1, Math.max(0, Math.floor((logRatio + EDGE) / WIDTH)));

export type Residual = {
  process: Process;
  expectedMinutes: number;
  /** what it truly took; or until sight was lost */
  actualMinutes: number;
  isCensored: boolean;
};

export function addResidual(state: ResidualState, residual: Residual): void {
  const expected = Math.max(1, residual.expectedMinutes);
  const bin = binOf(Math.log(Math.max(0.01, residual.actualMinutes) / expected));
  const octave = octaveOf(expected);
  for (const key of ["all", `${octave}`, `${octave}/${residual.process}`]) {
    const node = (state[key] ??= emptyHistogram());
    const counts = residual.isCensored ? node.lost : node.seen;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}

export function decayResiduals(state: ResidualState, days: number): void {
  const factor = 0.5 ** (days / HALF_LIFE_DAYS);
  const decayed = (counts: number[]): number[] =>
    counts.map((count) => Math.round(count * factor * 1e4) / 1e4);
  for (const [key, node] of Object.entries(state)) {
    state[key] = { seen: decayed(node.seen), lost: decayed(node.lost) };
  }
}

/** Survival at the bin edges as `learned + lean x normal`: what the nodes say, and how much of the normal error is left in it. */
type Table = { learned: Float64Array; lean: number };

const UNLEARNED: Table = { learned: new Float64Array(BINS + 1), lean: 1 };

const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);

/** Kaplan-Meier: share that goes on beyond each bin edge. */
function beyondEdges({ seen, lost }: Histogram): Float64Array {
  let atRisk = sum(seen) + sum(lost);
  let survival = 1;
  const edges = Float64Array.of(1, ...seen);
  seen.forEach((count, bin) => {
    if (atRisk > 1e-9) survival *= Math.max(0, 1 - count / atRisk);
    atRisk -= count + (lost[bin] ?? 0);
    edges[bin + 1] = survival;
  });
  return edges;
}

/** What a node says, blended with its parent. */
function tableOf(node: Histogram | undefined, parent: Table): Table {
  if (node === undefined) return parent;
  const weight = sum(node.seen) + sum(node.lost);
  const own = weight / (weight + PSEUDO);
  const edges = beyondEdges(node);
  return {
    learned: edges.map((beyond, edge) => own * beyond + (1 - own) * (parent.learned[edge] ?? 0)),
    lean: (1 - own) * parent.lean,
  };
}

export type Survival = (process: number, expectedMinutes: number, slackMinutes: number) => number;

/** Probability that an order takes longer than its slack, by what was learned; `process` is an index in PROCESSES. */
export function survivalOf(state: ResidualState): Survival {
  const all = tableOf(state["all"], UNLEARNED);
  const tables = Array.from({ length: OCTAVES }, (_, octave) => {
    const wide = tableOf(state[`${octave}`], all);
    return PROCESSES.map((process) => tableOf(state[`${octave}/${process}`], wide));
  });
  return (process, expectedMinutes, slackMinutes) => {
    const normal = normalMiss(expectedMinutes, slackMinutes);
    const expected = Math.max(1, expectedMinutes);
    const table = tables[octaveOf(expected)]?.[process] ?? UNLEARNED;
    const place = (Math.log(Math.max(0.01, slackMinutes) / expected) + EDGE) / WIDTH;
    if (place <= 0) return 1;
    const bin = Math.min(BINS - 1, Math.floor(place));
    const from = table.learned[bin] ?? 0;
    const to = table.learned[bin + 1] ?? from;
    return from + (to - from) * Math.min(1, place - bin) + table.lean * normal;
  };
}

/** Upper tail of the standard normal (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const series =
    t *
    (0.319_381_530 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  const tail = 0.398_942_280_4 * Math.exp((-z * z) / 2) * series;
  return z >= 0 ? tail : 1 - tail;
}

/** Probability of taking longer than the slack: count noise, 18 % uncertainty of the rate, and a floor. Needs no history. */
export function normalMiss(expectedMinutes: number, slackMinutes: number): number {
  const sd = Math.sqrt(expectedMinutes + (0.18 * expectedMinutes) ** 2 + 9);
  return upperTail((slackMinutes - expectedMinutes) / sd);
}
