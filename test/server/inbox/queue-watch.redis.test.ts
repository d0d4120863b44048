import { Queue, createNodeRedisClient } from "bullmq";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DRAIN_JOB_OPTIONS, QUEUES, QUEUE_PREFIX } from "../../../domain/contract/jobs.ts";
import { readQueues } from "../../../server/inbox/queue-watch.ts";
import { createFastClient } from "../../../server/redis.ts";
import { metricsRoutes } from "../../../server/routes/metrics.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

describe.skipIf(redisMissing)("the queues, as monitoring sees them", () => {
  let redis: TestRedis;
  let client: ReturnType<typeof createFastClient>;
  let raw: ReturnType<typeof createFastClient>;
  let queue: Queue;

  beforeAll(async () => {
    redis = await startRedis();
    client = createFastClient(redis.url, () => {});
    raw = createFastClient(redis.url, () => {});
    await Promise.all([client.connect(), raw.connect()]);
    const connection = createNodeRedisClient(raw as never);
    connection.on("error", () => {});
    queue = new Queue(QUEUES.drainInbox, { connection, prefix: QUEUE_PREFIX });
    queue.on("error", () => {});
  });
  afterAll(async () => {
    await queue.close();
    raw.destroy();
    if (client.isOpen) client.destroy();
    await redis.stop();
  });

  test("an empty queue counts nothing, and nothing waits in it", async () => {
    expect(await readQueues(client, Date.now())).toContainEqual({
      queue: "drain-inbox",
      jobs: { waiting: 0, active: 0, delayed: 0, failed: 0 },
      oldestWaitingMs: null,
    });
  });

  test("jobs count by their state, and the oldest that waits says since when", async () => {
    const add = (jobId: string, more: object) =>
      queue.add("drain-inbox", {}, { ...DRAIN_JOB_OPTIONS, jobId, ...more });
    await add("first", { timestamp: 1_000_000 });
    await add("second", { timestamp: 1_005_000 });
    await add("later", { timestamp: 1_006_000, delay: 60_000 });
    const queues = await readQueues(client, 1_009_000);
    expect(queues.find(({ queue: name }) => name === "drain-inbox")).toEqual({
      queue: "drain-inbox",
      jobs: { waiting: 2, active: 0, delayed: 1, failed: 0 },
      oldestWaitingMs: 9_000,
    });
  });

  test("a scrape tells them, and tells nothing of them when Redis hangs, within a second", async () => {
    const app = fastify();
    app.decorate("inbox", { queues: (now: number) => readQueues(client, now) } as never);
    app.decorate("sites", { all: () => [] } as never);
    app.decorate("live", { feedAgeMs: () => 0 } as never);
    app.decorate("socketCount", () => 0);
    app.decorate("now", Date.now);
    app.decorateRequest("principal", { getter: () => ({ sites: "all" }) as never });
    metricsRoutes(app);
    const scrape = async (): Promise<string> => (await app.inject("/metrics")).body;
    expect(await scrape()).toContain('ct_queue_jobs{queue="drain-inbox",state="waiting"} 2');
    expect(await scrape()).toMatch(/ct_queue_oldest_waiting_seconds{queue="drain-inbox"} \d+/);
    await redis.kill("SIGSTOP");
    const startedAt = performance.now();
    const silent = await scrape();
    const took = performance.now() - startedAt;
    await redis.kill("SIGCONT");
    expect(silent).not.toMatch(/^ct_queue_\w+{/m);
    expect(took).toBeLessThan(1_500);
    await app.close();
  });
});
