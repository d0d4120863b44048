/**
 * Dice: a stream of random numbers for every component and every order, named and not shared. What one component throws never moves what another throws,
 * so a run without one disruption differs from the run with it by that disruption alone. Dice are plain records (sfc32), so a simulation can be cloned.
 */
export type Dice = { a: number; b: number; c: number; d: number };

function mix(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}

const finish = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
};

/** The dice that belong to these names under this seed; the same names always give the same throws. */
export function diceOf(seed: number, ...names: (string | number)[]): Dice {
  const name = names.join("\u001f");
  const first = finish(mix(seed ^ 0x9e3779b9, name));
  const second = finish(mix(seed ^ 0x243f6a88, name) ^ first);
  const dice = { a: first, b: second, c: seed >>> 0, d: 1 };
  for (let round = 0; round < 12; round += 1) throwDice(dice);
  return dice;
}

/** Uniform in [0, 1). */
export function throwDice(dice: Dice): number {
  const sum = (dice.a + dice.b + dice.d) | 0;
  dice.d = (dice.d + 1) | 0;
  dice.a = dice.b ^ (dice.b >>> 9);
  dice.b = (dice.c + (dice.c << 3)) | 0;
  dice.c = ((dice.c << 21) | (dice.c >>> 11)) + sum;
  return (sum >>> 0) / 4_294_967_296;
}

export const chance = (dice: Dice, probability: number): boolean => throwDice(dice) < probability;

export const between = (dice: Dice, low: number, high: number): number =>
  low + (high - low) * throwDice(dice);

export const wholeBetween = (dice: Dice, low: number, high: number): number =>
  Math.floor(between(dice, low, high + 1));

export const exponential = (dice: Dice, mean: number): number =>
  -mean * Math.log(1 - throwDice(dice));

export function normal(dice: Dice, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - throwDice(dice)));
  return mean + deviation * radius * Math.cos(2 * Math.PI * throwDice(dice));
}

/** Log-normal by its mean and its coefficient of variation. */
export function logNormal(dice: Dice, mean: number, cv: number): number {
  const variance = Math.log(1 + cv * cv);
  return Math.exp(normal(dice, Math.log(mean) - variance / 2, Math.sqrt(variance)));
}

/** Number of failures before the first success. */
export function geometric(dice: Dice, success: number): number {
  return Math.floor(Math.log(1 - throwDice(dice)) / Math.log(1 - success));
}

/** Poisson by counting exponential gaps: meant for small means. */
export function poisson(dice: Dice, mean: number): number {
  let count = 0;
  for (let at = exponential(dice, 1); at < mean; at += exponential(dice, 1)) count += 1;
  return count;
}

export function pickOne<T>(dice: Dice, items: readonly [T, ...T[]]): T {
  return items[Math.floor(throwDice(dice) * items.length)] ?? items[0];
}

/** One of the entries, by weight. */
export function pickWeighted<T>(dice: Dice, entries: readonly [[T, number], ...[T, number][]]): T {
  let left = throwDice(dice) * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of entries) {
    left -= weight;
    if (left < 0) return item;
  }
  return entries[0][0];
}
