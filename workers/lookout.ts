/**
 * No site may be deaf: BullMQ keeps the job of a dead worker locked for a while and forgets wake-ups at a restart, so every process looks itself
 * whether something has been waiting for longer than it should (architecture, decision 1).
 */
import { LOOKOUT_INTERVAL_MS } from "../domain/contract/jobs.ts";
import { keysOf, recordedAtOf } from "../domain/contract/keys.ts";
import type { Log } from "./log.ts";
import type { Send } from "./redis.ts";
import type { SiteWorker } from "./site-worker.ts";

/** An inbox entry older than this was not woken for. */
const WAITED_MS = 1_000;
/** A due moment older than this was not swept. */
const OVERDUE_MS = 3_000;

type Deps = {
  send: Send;
  log: Log;
  sites: () => Promise<readonly SiteWorker[]>;
  intervalMs?: number;
};

async function waitingSince(send: Send, site: string) {
  const { inbox, due } = keysOf(site);
  const [time, first, earliest] = await Promise.all([
    send<[string, string]>("TIME"),
    send<[string, string[]][]>("XRANGE", inbox, "-", "+", "COUNT", "1"),
    send<string[]>("ZRANGEBYSCORE", due, "-inf", "+inf", "WITHSCORES", "LIMIT", "0", "1"),
  ]);
  const now = Number(time[0]) * 1_000;
  const entry = first[0];
  const score = earliest.flat()[1];
  return {
    inboxMs: entry === undefined ? 0 : now - recordedAtOf(entry[0]),
    dueMs: score === undefined ? 0 : now - Number(score),
  };
}

export function createLookout({ send, log, sites, intervalMs = LOOKOUT_INTERVAL_MS }: Deps) {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function lookAt(worker: SiteWorker): Promise<void> {
    if (worker.isBusy()) return;
    const { inboxMs, dueMs } = await waitingSince(send, worker.site);
    if (inboxMs >= WAITED_MS) await worker.drain();
    if (dueMs >= OVERDUE_MS) await worker.sweep();
  }

  async function look(): Promise<void> {
    try {
      for (const worker of await sites())
        // Not awaited: a site that is slow must not keep the others from being looked at.
        void lookAt(worker).catch((error: unknown) =>
          log.warn({ err: error, site: worker.site }, "a turn failed; it is tried again"),
        );
    } catch (error) {
      log.warn({ err: error }, "the sites cannot be read; trying again");
    }
    if (!isStopped) timer = setTimeout(() => void look(), intervalMs);
  }

  void look();
  return {
    stop: (): void => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
