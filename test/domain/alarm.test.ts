import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALARM_RULE,
  NO_ALARM,
  isForgettable,
  isRaised,
  stepAlarm,
  type AlarmChange,
  type AlarmState,
} from "../../domain/alarm.ts";

const MINUTE = 60_000;

/** Evaluates `[minute, p]` one after the other; the changes by the minute they came in. */
function run(
  values: readonly (readonly [number, number])[],
  from: AlarmState = NO_ALARM,
  deadline?: number,
) {
  let state = from;
  const changes: [number, AlarmChange][] = [];
  for (const [minute, p] of values) {
    const now = minute * MINUTE;
    const leftMs = deadline === undefined ? undefined : (deadline - minute) * MINUTE;
    const step = stepAlarm(state, { p, now, leftMs });
    state = step.state;
    if (step.change !== null) changes.push([minute, step.change]);
  }
  return { state, changes };
}

describe("an alarm", () => {
  test.each([
    ["one high value", [[0, 0.85]], []],
    [
      "two high values less than five minutes apart",
      [
        [0, 0.85],
        [4, 0.9],
      ],
      [],
    ],
    [
      "two high values five minutes apart",
      [
        [0, 0.8],
        [5, 0.8],
      ],
      [[5, "raised"]],
    ],
    [
      "a lower value between them",
      [
        [0, 0.85],
        [2, 0.79],
        [5, 0.85],
        [9, 0.85],
      ],
      [],
    ],
    ["one very high value", [[0, 0.97]], [[0, "raised"]]],
    [
      "a value between clear and raise",
      [
        [0, 0.97],
        [11, 0.5],
        [30, 0.79],
      ],
      [[0, "raised"]],
    ],
    [
      "a low value after ten minutes",
      [
        [0, 0.97],
        [10, 0.49],
      ],
      [
        [0, "raised"],
        [10, "cleared"],
      ],
    ],
    [
      "a low value within ten minutes",
      [
        [0, 0.97],
        [9, 0.1],
      ],
      [[0, "raised"]],
    ],
    [
      "coming back within half an hour",
      [
        [0, 0.97],
        [10, 0.1],
        [40, 0.97],
      ],
      [
        [0, "raised"],
        [10, "cleared"],
        [40, "reopened"],
      ],
    ],
    [
      "coming back later",
      [
        [0, 0.97],
        [10, 0.1],
        [41, 0.97],
      ],
      [
        [0, "raised"],
        [10, "cleared"],
        [41, "raised"],
      ],
    ],
  ] as const)("with %s", (_name, values, changes) => {
    expect(run(values).changes).toEqual(changes);
  });

  const SIX_HOURS = 360;
  test.each([
    ["a value that would do later", [0.89, 0.89, 0.89], []],
    ["one value, however high", [0.99], []],
    ["two values of 0.9 five minutes apart", [0.9, 0.9], [[5, "raised"]]],
  ] as const)("more than six hours ahead with %s", (_name, values, changes) => {
    const told = values.map((p, place) => [place * 5, p] as const);
    expect(run(told, NO_ALARM, SIX_HOURS + 11).changes).toEqual(changes);
  });

  test("six hours ahead needs no more than later", () => {
    expect(run([[0, 0.97]], NO_ALARM, SIX_HOURS).changes).toEqual([[0, "raised"]]);
    const high = [0, 5, 10].map((minute) => [minute, 0.85] as const);
    expect(run(high, NO_ALARM, SIX_HOURS + 5).changes).toEqual([[10, "raised"]]);
  });

  test("stays raised when it would not be raised so far ahead", () => {
    const { state } = run([[0, 0.97]]);
    expect(run([[20, 0.6]], state, 2 * SIX_HOURS).changes).toEqual([]);
  });

  test("of the third episode within two hours is shelved for an hour", () => {
    const wavering = [0, 45, 90].flatMap(
      (at) =>
        [
          [at, 0.97],
          [at + 10, 0.1],
        ] as const,
    );
    const { state, changes } = run(wavering);
    expect(changes.map(([, change]) => change)).toEqual([
      "raised",
      "cleared",
      "raised",
      "cleared",
      "shelved",
      "cleared",
    ]);
    expect(run([[135, 0.97]], state).changes).toEqual([[135, "shelved"]]);
    expect(isRaised(run([[135, 0.97]], state).state)).toBe(true);
    expect(run([[300, 0.97]], state).changes).toEqual([[300, "raised"]]);
  });

  test("is forgotten when nothing of it matters any more", () => {
    expect(isForgettable(NO_ALARM, 0)).toBe(true);
    const { state } = run([
      [0, 0.97],
      [10, 0.1],
    ]);
    expect(isForgettable(state, 60 * MINUTE)).toBe(false);
    expect(isForgettable(state, 121 * MINUTE)).toBe(true);
    expect(isForgettable(run([[0, 0.85]]).state, 500 * MINUTE)).toBe(false);
  });

  test("never rings twice within half an hour of being cleared, whatever the values", () => {
    const values = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 1, noNaN: true })),
    );
    fc.assert(
      fc.property(values, (steps) => {
        let minute = 0;
        const { changes } = run(steps.map(([wait, p]) => [(minute += wait), p] as const));
        let cleared = -Infinity;
        for (const [at, change] of changes) {
          if (change === "cleared") cleared = at;
          if (change === "raised")
            expect(at - cleared).toBeGreaterThan(ALARM_RULE.reopenMs / MINUTE);
        }
      }),
    );
  });
});
