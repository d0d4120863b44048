import { describe, expect, test } from "vitest";
import { clearingOdds, type ClearingDay } from "../../domain/clearing.ts";
import {
  UNCERTAINTY,
  adviceInWords,
  movesInWords,
  adviseMoves,
  normalCdf,
  outlookOf,
  sparePeople,
  type StationLoad,
} from "../../domain/staffing.ts";

/** 14:10, dock-ready 15:45, a break of 15 minutes: 80 minutes of work. */
const HOURS = 80 / 60;
const LOADS: StationLoad[] = [
  { process: "picking", need: 60, people: 8, ratePerPerson: 20, hours: HOURS },
  { process: "packing", need: 202, people: 4, ratePerPerson: 23.75, hours: HOURS },
  { process: "check", need: 36.3, people: 2, ratePerPerson: 30, hours: HOURS },
  { process: "dock", need: 218, people: 4, ratePerPerson: 100, hours: HOURS },
];
const packing = (people: number): StationLoad => ({ ...LOADS[1]!, people });

/** A small generator with a seed: the same dice in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const afternoon = (packers: number): ClearingDay => ({
  minutes: 95,
  breaks: [[50, 65]],
  processes: [
    { process: "picking", queue: 60, ratePerHour: 160, share: 1 },
    { process: "packing", queue: 142, ratePerHour: packers * 23.75, share: 1 },
    { process: "check", queue: 6, ratePerHour: 60, share: 0.15 },
    { process: "dock", queue: 10, ratePerHour: 400, share: 1 },
  ],
});

describe("the worked example", () => {
  test.each([
    ["picking", 213.3, 3.56],
    ["packing", 126.7, 0.63],
    ["check", 80, 2.2],
    ["dock", 533.3, 2.45],
  ])("%s can do %d, %d times what is needed", (process, capacity, clear) => {
    const outlook = outlookOf(LOADS.find((load) => load.process === process)!);
    expect(outlook.capacity).toBeCloseTo(capacity, 1);
    expect(outlook.clear).toBeCloseTo(clear, 2);
  });

  test.each([
    [4, 0, 77],
    [5, 0.015, 46],
    [6, 0.31, 20],
    [7, 0.76, 5],
    [8, 0.95, 1],
  ])("with %d packers it clears with a probability of %d", (people, probability) => {
    expect(outlookOf(packing(people)).probability).toBeCloseTo(probability, 2);
  });

  // the runs are dice: the page's figures have a spread of their own
  test.each([
    [4, 0, 77],
    [5, 0.03, 46],
    [6, 0.25, 20],
    [7, 0.67, 5],
    [8, 0.91, 1],
  ])("with %d packers, all processes together, with %d, %d orders left", (people, odds, left) => {
    const { cleared, mean } = clearingOdds(afternoon(people), 2_000, dice(people), UNCERTAINTY);
    expect(Math.abs(cleared - odds)).toBeLessThan(0.05);
    expect(Math.abs(mean - left)).toBeLessThan(2.5);
  });

  test("says to move four people from picking, where three are enough", () => {
    const advice = adviseMoves(LOADS, 0);
    expect(sparePeople(LOADS[0]!)).toBe(5);
    expect(advice).toMatchObject({
      missing: 0,
      moves: [{ from: "picking", to: "packing", people: 4 }],
    });
    expect(adviceInWords(advice!)).toBe(
      "packing will be 75 orders short. Move 4 people from picking for 95 %.",
    );
  });
});

describe("advice", () => {
  test("counts the minutes until somebody who moves is of use", () => {
    expect(adviseMoves(LOADS)?.moves[0]?.people).toBeGreaterThan(4);
  });

  test("tells nothing as certain that is not", () => {
    const words = (probability: number) =>
      movesInWords({
        moves: [{ from: "picking", to: "packing", people: 1, spare: 0 }],
        missing: 0,
        probability,
      });
    expect([words(0.999), words(0.991), words(0.004), words(0.95)]).toEqual([
      "Move 1 person from picking for > 99 %.",
      "Move 1 person from picking for > 99 %.",
      "Not even 1 person from picking would be enough.",
      "Move 1 person from picking for 95 %.",
    ]);
  });

  test("leaves a process alone that clears by itself", () => {
    const advice = adviseMoves([packing(9), LOADS[0]!]);
    expect(advice?.moves).toEqual([]);
    expect(adviceInWords(advice!)).toContain("clears by itself");
  });

  test("says how many are missing when nobody can be spared", () => {
    const advice = adviseMoves([packing(4), { ...LOADS[0]!, people: 3 }], 0);
    expect(advice).toMatchObject({ moves: [], missing: 4 });
    expect(adviceInWords(advice!)).toContain("Nobody can be spared");
  });

  test("never puts more people at a process than fit there", () => {
    const advice = adviseMoves([{ ...packing(4), maxPeople: 6 }, LOADS[0]!], 0);
    expect(advice?.moves[0]?.people).toBe(2);
    expect(adviceInWords(advice!)).toContain("that is not enough");
  });

  test("expects everything to be left when there is no time", () => {
    expect(outlookOf({ ...packing(4), hours: 0 })).toMatchObject({ probability: 0, short: 202 });
    expect(outlookOf({ ...packing(4), need: 0 })).toMatchObject({
      probability: 1,
      short: 0,
      neededPerHour: 0,
    });
    expect(adviseMoves([])).toBeNull();
  });

  test("never expects less than nothing to be left", () => {
    for (const people of [40, 50, 60, 80, 200])
      expect(outlookOf({ ...packing(people), need: 1 }).short).toBeGreaterThanOrEqual(0);
  });
});

describe("the normal distribution", () => {
  test.each([
    [0, 0.5],
    [1.2816, 0.9],
    [-1.96, 0.025],
  ])("of %d is %d", (z, p) => expect(normalCdf(z)).toBeCloseTo(p, 4));
});
