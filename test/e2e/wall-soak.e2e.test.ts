/** A short soak of two walls in every run of the tests; the long one is `npm run test:walls`. */
import { describe, expect, test } from "vitest";
import { browserMissing } from "../support/browser.ts";
import { redisMissing } from "../support/redis.ts";
import { soak } from "../walls/soak.ts";

describe.skipIf(redisMissing || browserMissing)("two walls while things fail", () => {
  test("come back alone, keep their memory, and never show an old picture as a live one", async () => {
    const result = await soak({ minutes: 0.5, faults: 4, seed: 20_261_130, log: () => undefined });
    expect(result.lies).toEqual([]);
    expect(result.neverBack).toEqual([]);
    expect(result.faults).toBe(4);
    expect(result.looks).toBeGreaterThan(30);
    expect(result.heapMb.last - result.heapMb.first).toBeLessThan(20);
    expect(result.errors).toEqual([]);
  }, 240_000);
});
