/** A short `npm run test:history`: the store is stopped, full and corrupted for some seconds each, and in the end history says what the load's own book says. */
import { describe, expect, test } from "vitest";
import { runHistoryChaos } from "../chaos/history/run.ts";
import { redisMissing } from "../support/redis.ts";

describe.skipIf(redisMissing)("history while its store fails", () => {
  test("has every event once, and is the same when it is built again", async () => {
    const said: string[] = [];
    const { broken, compared, faults } = await runHistoryChaos({
      seconds: 3,
      seed: 11,
      perSecond: 40,
      faults: ["stopped", "full", "corrupted"],
      log: (text) => said.push(text),
    });
    expect([broken, said]).toEqual([[], said]);
    expect(compared.events).toBeGreaterThan(100);
    expect(Object.keys(faults)).toEqual(expect.arrayContaining(["stopped", "corrupted"]));
  }, 240_000);
});
