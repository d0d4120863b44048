import { createNodeRedisClient, Queue, Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { restWhenRefused } from "../../workers/jobs/rest-when-refused.ts";
import { createPatientClient } from "../../workers/redis.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

describe.skipIf(redisMissing)("a queue that Redis refuses over and over", () => {
  let redis: TestRedis;
  let admin: TestClient;
  const prefix = "ct-jobs";
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    admin = await connectTestClient(redis.socketPath);
  });
  afterAll(async () => {
    admin.destroy();
    await redis.stop();
  });

  test(
    "is asked now and then, and works again when it is let in",
    { timeout: 30_000 },
    async () => {
      const clients = [0, 1].map(() => createPatientClient(redis.url, () => undefined));
      for (const client of clients) await client.connect();
      const [forQueue, forWorker] = clients.map((raw) => createNodeRedisClient(raw as never));
      const queue = new Queue("drain", { connection: forQueue!, prefix });
      await queue.add("job", {}, { jobId: "kept" });
      await admin.configSet("maxmemory", "1");
      const done: string[] = [];
      const work = async ({ id = "" }: { id?: string | undefined }): Promise<void> =>
        void done.push(id);
      const worker = new Worker("drain", work, { connection: forWorker!, prefix });
      const refusals: string[] = [];
      restWhenRefused(worker, ({ message }) => void refusals.push(message));
      await vi.waitFor(() => expect(refusals[0]).toMatch(/^OOM/), { timeout: 5_000 });
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(refusals.length).toBeLessThan(100);

      await admin.configSet("maxmemory", "0");
      await vi.waitFor(() => expect(done).toEqual(["kept"]), { timeout: 10_000 });
      await worker.close();
      await queue.close();
      for (const client of clients) client.destroy();
    },
  );
});
