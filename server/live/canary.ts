/**
 * An event of no meaning, every 10 s at each site, through the whole way: HTTP, inbox, worker, log, board. Its age is the proof that the way works.
 * Its id and time are those of its 10-second slot, so that several servers send one canary and not several.
 */
import { CANARY_INTERVAL_MS, CANARY_SOURCE } from "../../domain/contract/jobs.ts";

/** Resolves true when the event was taken. */
export type PostEvent = (event: object) => Promise<boolean>;

/** A refused canary is tried again this much later: the first proof after an outage must not wait for the next slot. */
const AGAIN_MS = 1_000;

/** Whether the clock was set back since that record time; a slot more or less is none. */
export const isSetBack = (recordedAt: number, now: number): boolean =>
  recordedAt - now > CANARY_INTERVAL_MS;

/** `newest`: record time of the newest canary, 0 before the first. The slots of a clock that was set back come a second time: their ids of then are known, so they get others. */
export const canaryOf = (site: string, now: number, newest: number): Record<string, unknown> => {
  const slot = Math.floor(now / CANARY_INTERVAL_MS);
  return {
    id: isSetBack(newest, now) ? `canary-${slot}-after-${newest}` : `canary-${slot}`,
    source: CANARY_SOURCE,
    type: "system.canary",
    site,
    occurredAt: new Date(slot * CANARY_INTERVAL_MS).toISOString(),
  };
};

export function createCanary(
  sites: () => string[],
  post: PostEvent,
  now: () => number,
  newest: (site: string) => number,
) {
  const timers = new Map<string, NodeJS.Timeout>();
  let isRunning = false;

  async function sing(site: string): Promise<void> {
    const sentAt = now();
    const isTaken = await post(canaryOf(site, sentAt, newest(site))).catch(() => false);
    if (!isRunning) return;
    // Counted from the slot that was sent: a timer may fire a millisecond early, and the answer may come in the next slot, which then must not be left out.
    const untilNextSlot = sentAt - (sentAt % CANARY_INTERVAL_MS) + CANARY_INTERVAL_MS - now();
    const wait = isTaken ? Math.max(0, untilNextSlot) : AGAIN_MS;
    timers.set(
      site,
      setTimeout(() => void sing(site), wait),
    );
  }

  return {
    start(): void {
      isRunning = true;
      for (const site of sites()) void sing(site);
    },
    stop(): void {
      isRunning = false;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
