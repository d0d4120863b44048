/** A slice of the long run (`npm run test:fuzz`) on each push: every operation and every socket event, half of it broken. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisMissing } from "../support/redis.ts";
import type { Tower } from "../support/tower.ts";
import { fuzz } from "./run.ts";
import { fuzzSockets } from "./sockets.ts";
import { startFuzzTower } from "./stand.ts";

const REQUESTS = 1_300;
const EVENTS = 200;
const SEED = 20_261_123;

describe.skipIf(redisMissing)("whatever is sent", () => {
  let tower: Tower;
  beforeAll(async () => {
    tower = await startFuzzTower();
  });
  afterAll(() => tower.stop());

  test("over HTTP is taken when its schema takes it, else refused, and never fails", async () => {
    const { findings, statuses } = await fuzz(tower, REQUESTS, SEED);
    expect(findings).toEqual([]);
    // a run that is refused everywhere shows nothing
    expect((statuses[200] ?? 0) + (statuses[202] ?? 0)).toBeGreaterThan(REQUESTS / 10);
  });

  test("on a socket too", async () => {
    expect((await fuzzSockets(tower, EVENTS, SEED)).findings).toEqual([]);
  });

  test("leaves the server up and silent", async () => {
    expect((await tower.request("/livez")).status).toBe(200);
    expect(tower.server.output()).toBe("");
  });
});
