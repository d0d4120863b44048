import { expect, test } from "vitest";
import {
  diceOf,
  exponential,
  geometric,
  logNormal,
  normal,
  pickWeighted,
  poisson,
  throwDice,
} from "../../simulator/random.ts";

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test("the same seed and names throw the same numbers, any other name throws others", () => {
  const throws = (seed: number, ...names: (string | number)[]): number[] => {
    const dice = diceOf(seed, ...names);
    return many(5, () => throwDice(dice));
  };
  expect(throws(1, "pick", "o1")).toEqual(throws(1, "pick", "o1"));
  const others = [
    throws(2, "pick", "o1"),
    throws(1, "pack", "o1"),
    throws(1, "pick", "o2"),
    throws(1, "picko1"),
  ];
  for (const other of others) expect(other).not.toEqual(throws(1, "pick", "o1"));
});

test("first throws of neighboring names spread evenly over the unit interval", () => {
  const first = many(20_000, (index) => throwDice(diceOf(3, "order", `S-${index}`)));
  const tenths = many(10, (tenth) => first.filter((t) => Math.floor(t * 10) === tenth).length);
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(1_800));
});

test("distributions have the means they are asked for", () => {
  const dice = diceOf(4, "means");
  const count = 40_000;
  expect(mean(many(count, () => exponential(dice, 7)))).toBeCloseTo(7, 0);
  expect(mean(many(count, () => normal(dice, 3, 2)))).toBeCloseTo(3, 1);
  expect(mean(many(count, () => logNormal(dice, 10, 0.6)))).toBeCloseTo(10, 0);
  expect(mean(many(count, () => poisson(dice, 1.5)))).toBeCloseTo(1.5, 1);
  expect(mean(many(count, () => geometric(dice, 0.57)))).toBeCloseTo(0.43 / 0.57, 1);
});

test("weights decide how often an entry is picked", () => {
  const dice = diceOf(5, "weights");
  const picked = many(30_000, () =>
    pickWeighted(dice, [
      ["a", 3],
      ["b", 1],
    ]),
  );
  expect(picked.filter((name) => name === "a").length / 30_000).toBeCloseTo(0.75, 1);
});
