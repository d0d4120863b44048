/**
 * No site may be deaf: BullMQ keeps the job of a dead worker locked for a while and forgets wake-ups at a restart, so every process looks itself
 * whether something has been waiting for longer than it should (architecture, decision 1).
 */
import { LOOKOUT_INTERVAL_MS } from "../domain/contract/jobs.ts";
import { keysOf } from "../domain/contract/keys.ts";
import { recordedAtOf } from "../domain/contract/positions.ts";
import type { Log } from "./log.ts";
import type { Send } from "./redis.ts";
import type { SiteWorker } from "./site-worker.ts";

/** An inbox entry older than this was not woken for. */
const WAITED_MS = 1_000;
/**
 * A due moment older than this was not swept: BullMQ counts to its next sweep by the clocks of the workers, and one that is set back waits as long as it was set back.
 * Here the moments of Redis count, and the machine's steady clock.
 */
const OVERDUE_MS = 400;

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
  const now = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000);
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
  /** sites whose sweep waits for its turn or is under way */
  const sweeping = new Set<string>();

  async function sweepOnce(worker: SiteWorker): Promise<void> {
    const { site } = worker;
    if (sweeping.has(site)) return;
    sweeping.add(site);
    await worker.sweep().finally(() => sweeping.delete(site));
  }

  async function lookAt(worker: SiteWorker): Promise<void> {
    const { inboxMs, dueMs } = await waitingSince(send, worker.site);
    // a site that is busy with its inbox has moments, too
    if (dueMs >= OVERDUE_MS) await sweepOnce(worker);
    // also when turns of another kind keep the site busy: whoever is draining already is only asked once more
    if (inboxMs >= WAITED_MS) await worker.drain();
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
