import { describe, expect, test } from "vitest";
import { runChaos } from "../chaos/run.ts";
import { redisMissing } from "../support/redis.ts";

describe.skipIf(redisMissing)("a tower whose parts are killed at random", () => {
  // The time ends the kills where each way back is slow; on a calm machine all 24 are reached.
  test(
    "loses nothing, doubles nothing, and its boards come back to the truth",
    { timeout: 300_000 },
    async () => {
      const result = await runChaos({
        seconds: 100,
        kills: 24,
        seed: 20_261,
        convergencePoints: 20,
      });
      expect(result.verdict.examples).toEqual([]);
      expect(result.broken).toEqual([]);
      expect(result.kills.length).toBeGreaterThan(0);
      expect(result.convergence).toMatchObject({ points: 20, failed: 0 });
      expect(result.verdict.acked).toBeGreaterThan(200);
    },
  );
});

describe.skipIf(redisMissing)("a tower that is broken on purpose", () => {
  // no second counts in them: they run beside one another
  const calm = { seconds: 1, least: 500, seed: 7, victims: [], convergencePoints: 1 };

  test.concurrent("is caught when a repeat passes the door", async () => {
    const { broken } = await runChaos({ ...calm, control: "dedupe off" });
    expect(broken).toContain("undetected duplicates");
  });

  test.concurrent("is caught when it acknowledges what it does not write", async () => {
    const { broken } = await runChaos({ ...calm, control: "ack before write" });
    expect(broken).toContain("lost");
  });
});
