/** The negative control: the same race with a commit that does not compare. It must double, or the counting proves nothing. */
import { createPolicyBook } from "../../../workers/policies.ts";
import { createPatientClient, senderOf } from "../../../workers/redis.ts";
import { createSiteWorker } from "../../../workers/site-worker.ts";
import { commitLua } from "../../../workers/store/order-store.ts";
import { noWatchdog } from "../../../workers/watchdog.ts";
import { startRedis } from "../../support/redis.ts";
import { createRandom } from "../random.ts";
import { arm, furnish, SITE, timersOver } from "./timers.ts";
import { judge, type Verdict } from "./verdict.ts";

const COMPARISON = "if cursor ~= ARGV[1] or seq ~= ARGV[2] or epoch ~= ARGV[3] then";
export const withoutComparison = commitLua.replace(COMPARISON, "if false then");

/** Three schedulers in one process fire the same timers at once. */
export async function race(lua: string, timers: number, seed: number): Promise<Verdict> {
  const redis = await startRedis({ appendfsync: "no" });
  const client = createPatientClient(redis.url, () => {});
  await client.connect();
  try {
    const send = senderOf(client);
    await furnish(send);
    const due = timersOver(createRandom(seed), timers, Date.now() - 8_000, 7_000);
    await arm(send, due);
    const book = createPolicyBook(send);
    await book.refresh();
    const made = () => createSiteWorker({ site: SITE, send, book, watchdog: noWatchdog, lua });
    const workers = [made(), made(), made()];
    for (let rounds = 0; rounds < 5; rounds += 1)
      await Promise.all(workers.map((worker) => worker.passTime()));
    return await judge(send, due, new Map(), []);
  } finally {
    client.destroy();
    await redis.stop();
  }
}
