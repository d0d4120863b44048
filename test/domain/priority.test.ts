import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hurryOf, impactOf, priorityOf, tierWeight, type Stakes } from "../../domain/priority.ts";

const MINUTE = 60_000;
const NOTHING: Stakes = { tier: 0, valueShare: 0, hasPenalty: false };
/** an impact of 0.3 */
const SOME: Stakes = { tier: 0, valueShare: 1, hasPenalty: false };
const early = { lateMs: 0, isLost: false };

describe("the priority of an order", () => {
  test("is that of the worked check: p 0.87, slack 110, shortest way 30, impact 0.3", () => {
    const slackMs = (110 - 30) * MINUTE;
    expect(hurryOf(slackMs)).toBeCloseTo(0.667, 3);
    const priority = priorityOf({ p: 0.87, slackMs, ...early }, SOME);
    expect(Math.round(priority.score)).toBe(66);
    expect(priority).toMatchObject({
      level: "P2",
      queue: "floor",
      words: "87 % x (base 50 + time 20 + impact 6)",
    });
  });

  test("rises with the hours that an order is late, up to a day", () => {
    const late = (hours: number) =>
      priorityOf({ p: 1, slackMs: -1, lateMs: hours * 60 * MINUTE, isLost: false }, SOME);
    expect(late(12).score).toBeCloseTo(76);
    expect(late(24).level).toBe("P1");
    expect(late(48).score).toBe(late(24).score);
    expect(late(12).words).toBe("late: base 60 + time 10 + impact 6");
  });

  test("sends a lost cause to customer care", () => {
    expect(priorityOf({ p: 1, slackMs: -1, lateMs: 0, isLost: true }, NOTHING).queue).toBe(
      "customer care",
    );
  });

  test.each([
    [undefined, 0],
    ["standard", 0],
    ["Premium", 0.5],
    ["VIP", 1],
    ["b2b", 1],
  ])("takes tier %s as %d", (tier, weight) => expect(tierWeight(tier)).toBe(weight));

  test("never counts impact above one", () => {
    expect(impactOf({ tier: 1, valueShare: 9, hasPenalty: true })).toBe(1);
  });

  test("is between 0 and 100, and rises with the probability", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const slack = fc.integer({ min: -1000, max: 1000 }).map((minutes) => minutes * MINUTE);
    fc.assert(
      fc.property(unit, unit, slack, (a, b, slackMs) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const of = (p: number) => priorityOf({ p, slackMs, ...early }, SOME).score;
        expect(of(low)).toBeLessThanOrEqual(of(high));
        expect(of(high)).toBeLessThanOrEqual(100);
        expect(of(low)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
