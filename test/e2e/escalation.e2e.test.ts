import { describe, expect, test } from "vitest";
import { commitLua } from "../../workers/store/order-store.ts";
import { race, withoutComparison } from "../chaos/escalation/control.ts";
import { runDowntime, runTimers } from "../chaos/escalation/run.ts";
import { brokenOf } from "../chaos/escalation/verdict.ts";
import { redisMissing } from "../support/redis.ts";

/** its window is as long as the machine is slow to start a worker */
const WINDOW_PATIENCE_MS = 480_000;

describe.skipIf(redisMissing)("escalation that cannot forget", () => {
  // how late a step may be is measured by npm run test:escalation: a machine that also builds is no measure
  test(
    "misses, doubles and hastens nothing while its schedulers and its Redis are killed",
    async () => {
      const run = await runTimers({
        timers: 1_000,
        kills: 10,
        restarts: 1,
        pauseMs: 6_000,
        windowMs: 30_000,
        seed: 20_261,
      });
      expect(brokenOf(run.verdict, null)).toEqual([]);
      expect(run.received).toBe(run.verdict.fired);
      expect(run.verdict.acknowledgedInTime).toBeGreaterThan(0);
      expect(run.kills).toBeGreaterThanOrEqual(5);
      expect(run.pausedMs).toBeGreaterThanOrEqual(1_000);
    },
    WINDOW_PATIENCE_MS,
  );

  test("fires what fell due in six hours of downtime once, in its order, fifty a second", async () => {
    const run = await runDowntime({ due: 150, seed: 20_262 });
    expect(brokenOf(run.verdict, null)).toEqual([]);
    expect(run.verdict.fired).toBe(150);
    expect(run.mostASecond).toBeLessThanOrEqual(50);
    expect(run.inOrder).toBe(true);
    expect(run.groupsAMinute).toBe(1);
  });

  test("a commit that compares nothing doubles, and is caught", async () => {
    expect(brokenOf(await race(commitLua, 200, 3), null)).toEqual([]);
    expect(brokenOf(await race(withoutComparison, 200, 3), null)).toContain("doubled");
  });
});
