/** Capture jobs as Redis keeps them: the newest first, no more than a thousand of a site, each for a week. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CAPTURES_KEPT,
  CAPTURES_KEPT_MS,
  type StoredCapture,
} from "../../../domain/contract/epcis.ts";
import { keysOf } from "../../../domain/contract/keys.ts";
import { createCaptureJobs, type CaptureJobs } from "../../../server/epcis/jobs.ts";
import type { RedisClient } from "../../../server/redis.ts";
import { connectTestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { memoryCaptures } from "../memory-captures.ts";

const aCapture = (number: number): StoredCapture => {
  const at = new Date(Date.UTC(2026, 1, 11) + number * 1000).toISOString();
  return {
    source: "epcis",
    job: {
      captureID: `job-${number}`,
      createdAt: at,
      finishedAt: at,
      running: false,
      success: true,
      captureErrorBehaviour: "rollback",
      errors: [],
      unplaced: [],
      accepted: number,
      duplicates: 0,
    },
  };
};

describe.skipIf(redisMissing)("capture jobs", () => {
  let redis: TestRedis;
  let client: RedisClient;
  let jobs: CaptureJobs;
  beforeAll(async () => {
    redis = await startRedis();
    client = (await connectTestClient(redis.socketPath)) as unknown as RedisClient;
    jobs = createCaptureJobs(client);
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("one is found by its id at its own site, and so is it in memory", async () => {
    for (const store of [jobs, memoryCaptures()]) {
      await store.keep("BER1", aCapture(1));
      await store.keep("BER1", aCapture(2));
      expect(await store.get("BER1", "job-1")).toEqual(aCapture(1));
      expect(await store.get("NYC1", "job-1")).toBeNull();
      expect(await store.all("BER1")).toEqual([aCapture(2), aCapture(1)]);
      expect(await store.all("NYC1")).toEqual([]);
    }
  });

  test("the list is bounded, and all of it ends", async () => {
    for (let number = 3; number < CAPTURES_KEPT + 5; number += 1)
      await jobs.keep("BER1", aCapture(number));
    const { captures, capture } = keysOf("BER1");
    expect(await client.zCard(captures)).toBe(CAPTURES_KEPT);
    for (const key of [captures, capture("job-9")]) {
      const left = await client.pTTL(key);
      expect(left).toBeGreaterThan(CAPTURES_KEPT_MS - 60_000);
      expect(left).toBeLessThanOrEqual(CAPTURES_KEPT_MS);
    }
  });
});
