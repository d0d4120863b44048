import fc from "fast-check";
import { expect, test } from "vitest";
import { STEP_MS, stepsOf, type Due } from "../../../domain/analytics/burn-down.ts";

const HOUR = 3_600_000;
const DEPARTS = 400 * HOUR;

const moment = fc.integer({ min: DEPARTS - 30 * HOUR, max: DEPARTS + 5 * HOUR });
const orNot = fc.option(moment, { nil: null });
const due = fc.record({ receivedAt: moment, departedAt: orNot, readyAt: orNot });

const isAfter = (at: number | null, instant: number) => at === null || at > instant;

/** Each step asks each order. */
const counted = (orders: readonly Due[], at: number) => {
  const here = orders.filter((one) => one.receivedAt <= at && isAfter(one.departedAt, at));
  return { at, left: here.length, unready: here.filter((one) => isAfter(one.readyAt, at)).length };
};

test("each step counts who was in and not gone, and who of them was not ready", () => {
  const property = fc.property(fc.array(due, { minLength: 1 }), moment, (orders, now) => {
    const steps = stepsOf(orders, DEPARTS, now);
    expect(steps).toEqual(steps.map(({ at }) => counted(orders, at)));
  });
  fc.assert(property, { numRuns: 300 });
});

test("steps go from the first order, a day before at most, to the departure or to now", () => {
  const one = (before: number) => ({
    receivedAt: DEPARTS - before,
    departedAt: null,
    readyAt: null,
  });
  const span = (orders: readonly Due[], now = DEPARTS + HOUR) => {
    const steps = stepsOf(orders, DEPARTS, now);
    return [steps.length, (steps[0]?.at ?? 0) - DEPARTS, (steps.at(-1)?.at ?? 0) - DEPARTS];
  };
  expect(span([one(HOUR), one(2 * HOUR + 1)])).toEqual([10, -2 * HOUR - STEP_MS, 0]);
  expect(span([one(100 * HOUR)])).toEqual([97, -24 * HOUR, 0]);
  expect(span([one(2 * HOUR)], DEPARTS - HOUR)).toEqual([5, -2 * HOUR, -HOUR]);
  expect(stepsOf([one(-HOUR)], DEPARTS, DEPARTS)).toEqual([]);
});
