/** Entry of history's own thread: its client of Redis, its connection to the store, its loop. Ends when it is told to. */
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { HistoryAddress } from "../../history/open.ts";
import { createLog } from "../log.ts";
import { createPolicyBook } from "../policies.ts";
import { createPatientClient, senderOf } from "../redis.ts";
import { createPacing } from "./pacing.ts";
import { createHistorian } from "./historian.ts";

/** What the thread is given to work with. */
export type ThreadData = {
  redisUrl: string;
  logLevel: string;
  address: HistoryAddress;
  archiveHours: number;
  rewindDays: number;
};

const AGAIN_MS = 1_000;
/** How much later than the board history may know: a batch of a hundred changes costs a seventh a change of what one of seven does. */
const GATHER_MS = 2_000;
const { redisUrl, logLevel, address, archiveHours, rewindDays } = workerData as ThreadData;
const log = createLog(logLevel);
const client = createPatientClient(redisUrl, (error) =>
  log.debug({ err: error.message }, "Redis is out of reach"),
);
await client.connect();
const send = senderOf(client);
const book = createPolicyBook(send);
const historian = createHistorian({
  send,
  log,
  book,
  address,
  archiveHours,
  rewindDays,
  gatherMs: GATHER_MS,
});

const stopping = new AbortController();
const pause = (ms: number): Promise<void> =>
  sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

const rest = createPacing({
  send,
  sites: () => book.refresh(),
  isMachineBusy: () => (loadavg()[0] ?? 0) > availableParallelism(),
  // rejects at the end of the thread, which ends every rest
  pause: (ms) => sleep(ms, undefined, { signal: stopping.signal }),
  now: () => performance.now(),
});

parentPort?.on("message", () => stopping.abort());
while (!stopping.signal.aborted) {
  const begunAt = performance.now();
  const waitMs = await historian.round().catch((error: unknown) => {
    log.warn({ err: error }, "a round of history failed");
    return AGAIN_MS;
  });
  await rest(begunAt).catch(() => undefined);
  await pause(waitMs);
}
await historian.stop().catch(() => undefined);
client.destroy();
parentPort?.close();
