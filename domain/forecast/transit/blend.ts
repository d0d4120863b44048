/**
 * Two opinions into one: the log odds of the duration and of how promises are kept, weighed by what came true. A logistic regression of three weights learned one outcome
 * at a time (a Newton step with the running covariance), beginning at "believe the duration", and never quite sure, so that it can follow a change.
 */
import { DAY_MS } from "../../wall-clock.ts";

/** Variances at the start, of the constant, the slope and how much the other opinion counts. Calibration has its own step: the first two hardly move. */
const START = [0.001, 0.001, 0.02] as const;
/** outcomes of one order are asked for several times, and are one piece of news */
const NEWS = 0.25;
const RENEWAL_MS = 365 * DAY_MS;
const FARTHEST = 5;
const LEAST_SPREAD = 0.02;

/** Weights of two opinions and their covariance. */
export type Blend = { at: number; weights: number[]; spread: number[][] };
export type Opinions = { duration: number; keeping: number };

const limited = (odds: number): number => Math.min(FARTHEST, Math.max(-FARTHEST, odds));
const logOdds = (p: number): number => limited(Math.log(p / (1 - p)));
const chance = (odds: number): number => 1 / (1 + Math.exp(-odds));

export const createBlend = (): Blend => ({
  at: 0,
  weights: [0, 1, 0],
  spread: START.map((variance, row) => START.map((_, column) => (row === column ? variance : 0))),
});

/** The second weight is how much of the other opinion is heard: 0 none of it, 1 it alone. */
function features({ duration, keeping }: Opinions): number[] {
  const odds = logOdds(duration);
  return [1, odds, logOdds(keeping) - odds];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

export const blended = ({ weights }: Blend, opinions: Opinions): number =>
  chance(dot(weights, features(opinions)));

/** Doubt grows back with time. */
function renew(blend: Blend, at: number): void {
  const share = blend.at === 0 ? 0 : Math.max(0, at - blend.at) / RENEWAL_MS;
  blend.spread.forEach((row, index) => {
    const limit = START[index] ?? 0;
    const now = row[index] ?? 0;
    row[index] = Math.max(now, Math.min(limit, now + limit * share));
  });
  blend.at = Math.max(blend.at, at);
}

export function learnBlend(blend: Blend, answer: Opinions & { missed: boolean }, at: number): void {
  renew(blend, at);
  const x = features(answer);
  const p = chance(dot(blend.weights, x));
  const weight = NEWS * Math.max(LEAST_SPREAD, p * (1 - p));
  const moved = blend.spread.map((row) => dot(row, x));
  const gain = 1 + weight * dot(moved, x);
  const error = (NEWS * ((answer.missed ? 1 : 0) - p)) / gain;
  blend.weights = blend.weights.map((value, index) => value + (moved[index] ?? 0) * error);
  blend.spread = blend.spread.map((row, index) =>
    row.map(
      (value, column) => value - (weight / gain) * (moved[index] ?? 0) * (moved[column] ?? 0),
    ),
  );
}
