/**
 * Wakes a worker after an append. Never waited for: a wake-up that does not arrive costs a second, until a worker's lookout sees that the inbox is not
 * empty. One at a time a site, and at most one each WAKE_INTERVAL_MS: positions that come meanwhile go as one, the newest. A worker that is awake drains until
 * nothing is left, so more calls would only cost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type DrainInboxJob, drainJobId } from "../../domain/contract/jobs.ts";

const WAKE_INTERVAL_MS = 40;

export type Enqueue = (job: DrainInboxJob, jobId: string) => Promise<unknown>;
export type Wake = (site: string, position: string) => void;

export function createWake(enqueue: Enqueue, onError: (error: unknown) => void): Wake {
  const underWay = new Set<string>();
  const next = new Map<string, string>();

  async function send(site: string, position: string): Promise<void> {
    underWay.add(site);
    const pause = sleep(WAKE_INTERVAL_MS, undefined, { ref: false });
    try {
      await enqueue({ site, position }, drainJobId(site, position));
    } catch (error) {
      onError(error);
    }
    await pause;
    underWay.delete(site);
    const waiting = next.get(site);
    next.delete(site);
    if (waiting !== undefined) await send(site, waiting);
  }

  return (site, position) => {
    if (underWay.has(site)) next.set(site, position);
    else void send(site, position);
  };
}
