/**
 * The chance that everything is through in time when the processes stand one behind the other: many runs of the same day, minute by minute, each with its
 * own luck (design page 6.4). The formula of `staffing.ts` looks at one process alone; the last orders must pass the next one too. The dice are an argument.
 */
import type { Uncertainty } from "./staffing.ts";

export type ClearingProcess = {
  process: string;
  /** orders that wait there now */
  queue: number;
  /** orders an hour, all people together */
  ratePerHour: number;
  /** part of the orders that pass it; 1 = all */
  share: number;
};

export type ClearingDay = {
  /** in the order that goods take */
  processes: readonly ClearingProcess[];
  minutes: number;
  /** minutes from now in which nobody works, half-open */
  breaks: readonly (readonly [from: number, to: number])[];
};

export type ClearingOdds = {
  /** probability that nothing is left */
  cleared: number;
  /** orders left over: mean, and the 10th, 50th and 90th percentile */
  mean: number;
  p10: number;
  p50: number;
  p90: number;
};

type Random = () => number;

/** Standard normal, by Box and Muller. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal factor of mean 1 with coefficient of variation `cv`. */
function rateFactor(cv: number, random: Random): number {
  const variance = Math.log(1 + cv * cv);
  return Math.exp(Math.sqrt(variance) * normal(random) - variance / 2);
}

/** Poisson by Knuth's product: rates a minute are small. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** How many of `count` orders go through a process that only a share of them passes. */
function sampled(count: number, share: number, random: Random): number {
  if (share >= 1) return count;
  let passing = 0;
  for (let one = 0; one < count; one += 1) if (random() < share) passing += 1;
  return passing;
}

const isBreak = (breaks: ClearingDay["breaks"], minute: number): boolean =>
  breaks.some(([from, to]) => minute >= from && minute < to);

/** `done` orders leave process `at`; those that skip the next one go on to the one after it. */
function passOn(
  queues: number[],
  day: ClearingDay,
  at: number,
  done: number,
  random: Random,
): void {
  let moving = done;
  for (let next = at + 1; next < queues.length && moving > 0; next += 1) {
    const stays = sampled(moving, day.processes[next]?.share ?? 1, random);
    queues[next] = (queues[next] ?? 0) + stays;
    moving -= stays;
  }
}

/** Orders left over in one run. */
function runOnce(day: ClearingDay, cv: number, random: Random): number {
  const queues = day.processes.map(({ queue }) => queue);
  const perMinute = day.processes.map(
    ({ ratePerHour }) => (ratePerHour / 60) * rateFactor(cv, random),
  );
  for (let minute = 0; minute < day.minutes; minute += 1) {
    if (isBreak(day.breaks, minute)) continue;
    for (let at = 0; at < queues.length; at += 1) {
      const waiting = queues[at] ?? 0;
      if (waiting === 0) continue;
      const done = Math.min(waiting, poisson(perMinute[at] ?? 0, random));
      queues[at] = waiting - done;
      passOn(queues, day, at, done, random);
    }
  }
  return queues.reduce((sum, waiting) => sum + waiting, 0);
}

/** `runs`: 4,000 for a report, 400 are enough for a live board. */
export function clearingOdds(
  day: ClearingDay,
  runs: number,
  random: Random,
  { rate }: Pick<Uncertainty, "rate">,
): ClearingOdds {
  const left = Array.from({ length: runs }, () => runOnce(day, rate, random)).sort((a, b) => a - b);
  const at = (part: number): number => left[Math.min(runs - 1, Math.floor(part * runs))] ?? 0;
  return {
    cleared: left.filter((count) => count === 0).length / runs,
    mean: left.reduce((sum, count) => sum + count, 0) / runs,
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
  };
}
