/** Burn-down of a truck: how many of the orders due on it had come in and not left, and how many were not on the dock yet, step by step until it departed. */

export const STEP_MS = 15 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/** Instants in epoch ms; null = not yet. */
export type Due = { receivedAt: number; departedAt: number | null; readyAt: number | null };
/** `left`: in and not gone; `unready`: not on the dock yet */
export type Step = { at: number; left: number; unready: number };

type Stay = readonly [came: number, went: number | null];

/** How many are there at each of so many steps from `from` on; who goes at the moment of a step is gone. */
function countStays(stays: readonly Stay[], from: number, steps: number): number[] {
  const changes = Array.from({ length: steps }, () => 0);
  const placeOf = (at: number) => Math.max(0, Math.ceil((at - from) / STEP_MS));
  const note = (place: number, change: number): void => {
    if (place < steps) changes[place] = (changes[place] ?? 0) + change;
  };
  for (const [came, went] of stays) {
    if (went !== null && went <= came) continue;
    note(placeOf(came), 1);
    if (went !== null) note(placeOf(went), -1);
  }
  let there = 0;
  return changes.map((change) => (there += change));
}

const sooner = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** From the first of them (a day before the departure `at` at the earliest) to the departure or `now`. */
export function stepsOf(orders: readonly Due[], at: number, now: number): Step[] {
  const first = orders.reduce((least, { receivedAt }) => Math.min(least, receivedAt), Infinity);
  const from = Math.max(at - LONGEST_MS, Math.floor(first / STEP_MS) * STEP_MS);
  const steps = Math.max(0, Math.floor((Math.min(at, now) - from) / STEP_MS) + 1);
  const inside = orders.map((one): Stay => [one.receivedAt, one.departedAt]);
  const waiting = orders.map((one): Stay => [one.receivedAt, sooner(one.departedAt, one.readyAt)]);
  const unready = countStays(waiting, from, steps);
  return countStays(inside, from, steps).map((left, place) => ({
    at: from + place * STEP_MS,
    left,
    unready: unready[place] ?? 0,
  }));
}
