/**
 * Makes a forecast mean what it says: of the orders shown at 30 %, three in ten miss. Forecasts are counted in 40 bins of their log odds with what became of
 * them; once a day the bins are made monotone (pool adjacent violators). Until 2,000 labelled forecasts with 100 misses, the raw forecast stands.
 */
const BINS = 40;
const EDGE = 9.3;
const WIDTH = (2 * EDGE) / BINS;
/**
 * Weight of the raw forecast in each bin, in rows. On the floor an order brings a dozen forecasts and a bad day hundreds of orders, so rows are far from
 * independent: with 30 instead, one bad day of a site moved its curve so far that the next weeks were worse than uncalibrated.
 */
export const FLOOR_WEIGHT = 1_000;
/** With the carrier an order is one row, and its lanes have days of their own. */
export const TRANSIT_WEIGHT = 30;
const LEAST_ROWS = 2_000;
const LEAST_MISSES = 100;

/** Decayed sums by bin; `curve` holds the calibrated value of each bin's middle, null = identity. */
export type CalibrationState = {
  rows: number[];
  misses: number[];
  shown: number[];
  curve: number[] | null;
};

const zeros = (): number[] => Array.from({ length: BINS }, () => 0);
export const emptyCalibration = (): CalibrationState => ({
  rows: zeros(),
  misses: zeros(),
  shown: zeros(),
  curve: null,
});

function logOdds(p: number): number {
  const clamped = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(clamped / (1 - clamped));
}

export const calibrationBin = (p: number): number =>
  Math.min(BINS - 1, Math.max(0, Math.floor((logOdds(p) + EDGE) / WIDTH)));

const middleOf = (bin: number): number => 1 / (1 + Math.exp(EDGE - (bin + 0.5) * WIDTH));

/** Counts forecasts of one order that fell into a bin, now that it is known whether it missed. */
export function addLabels(
  state: CalibrationState,
  bin: number,
  count: number,
  missed: boolean,
): void {
  state.rows[bin] = (state.rows[bin] ?? 0) + count;
  state.shown[bin] = (state.shown[bin] ?? 0) + count * middleOf(bin);
  if (missed) state.misses[bin] = (state.misses[bin] ?? 0) + count;
}

type Pool = { value: number; weight: number; bins: number };

/** The closest values that never fall (weighted least squares). */
export function monotone(values: readonly number[], weights: readonly number[]): number[] {
  const pools: Pool[] = [];
  values.forEach((value, index) => {
    let next: Pool = { value, weight: weights[index] ?? 0, bins: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.value >= next.value;
      last = pools.at(-1)
    ) {
      pools.pop();
      const weight = last.weight + next.weight;
      next = {
        value: (last.value * last.weight + next.value * next.weight) / weight,
        weight,
        bins: last.bins + next.bins,
      };
    }
    pools.push(next);
  });
  return pools.flatMap(({ value, bins }) => Array.from({ length: bins }, () => value));
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** The daily refit; `weight` is what the raw forecast counts for in each bin. */
export function refit(state: CalibrationState, weight: number): void {
  if (total(state.rows) < LEAST_ROWS || total(state.misses) < LEAST_MISSES) {
    state.curve = null;
    return;
  }
  const weights = state.rows.map((rows) => rows + weight);
  const values = state.rows.map((rows, bin) => {
    const shown = rows > 0 ? (state.shown[bin] ?? 0) / rows : middleOf(bin);
    return ((state.misses[bin] ?? 0) + weight * shown) / (rows + weight);
  });
  state.curve = monotone(values, weights);
}

export function decayCalibration(state: CalibrationState, factor: number): void {
  for (const counts of [state.rows, state.misses, state.shown]) {
    counts.forEach((count, bin) => (counts[bin] = Math.round(count * factor * 1e4) / 1e4));
  }
}

/** Calibrated probability, linear between the middles of the bins. */
export function calibrated(curve: readonly number[] | null, p: number): number {
  if (curve === null) return p;
  const place = (logOdds(p) + EDGE) / WIDTH - 0.5;
  const bin = Math.floor(place);
  const from = curve[Math.max(0, bin)] ?? p;
  const to = curve[Math.min(BINS - 1, bin + 1)] ?? p;
  return from + (to - from) * Math.min(1, Math.max(0, place - bin));
}
