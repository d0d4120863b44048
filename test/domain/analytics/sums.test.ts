import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDuration,
  isEmpty,
  merge,
  noSums,
  QUANTILE_ERROR,
  quantileOf,
} from "../../../domain/analytics/sums.ts";

const durations = fc.array(fc.integer({ min: 1_000, max: 90 * 86_400_000 }), {
  minLength: 1,
  maxLength: 200,
});

test("a quantile is off by 5 % at most, however the durations were spread over hours", () => {
  fc.assert(
    fc.property(
      durations,
      fc.constantFrom(0.5, 0.9, 0.95, 0.99),
      fc.integer({ min: 1, max: 7 }),
      (list, q, parts) => {
        const hours = Array.from({ length: parts }, noSums);
        list.forEach((ms, at) => addDuration(hours[at % parts]!, "work", ms, 1));
        const whole = noSums();
        for (const hour of hours) merge(whole, hour);
        const exact = list.toSorted((a, b) => a - b)[Math.ceil(q * list.length) - 1]!;
        const read = quantileOf(whole, "work", q)!;
        expect(Math.abs(read - exact) / exact).toBeLessThanOrEqual(QUANTILE_ERROR);
        expect(whole.n).toMatchObject({
          "work.n": list.length,
          "work.ms": list.reduce((sum, ms) => sum + ms, 0),
        });
      },
    ),
  );
});

test("what is taken back leaves nothing", () => {
  fc.assert(
    fc.property(durations, (list) => {
      const sums = noSums();
      for (const ms of list) addDuration(sums, "work", ms, 1);
      for (const ms of list.toReversed()) addDuration(sums, "work", ms, -1);
      expect(isEmpty(sums)).toBe(true);
      expect(quantileOf(sums, "work", 0.5)).toBeNull();
    }),
  );
});
