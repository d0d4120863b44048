/**
 * An event of no meaning, every 10 s at each site, through the whole way: HTTP, inbox, worker, log, board. Its age is the proof that the way works.
 * Its id and time are those of its 10-second slot, so that several servers send one canary and not several.
 */
import { CANARY_INTERVAL_MS, CANARY_SOURCE } from "../../domain/contract/jobs.ts";

export type PostEvent = (site: string, event: object) => Promise<number>;

export const canaryOf = (site: string, now: number): Record<string, unknown> => {
  const slot = Math.floor(now / CANARY_INTERVAL_MS);
  return {
    id: `canary-${slot}`,
    source: CANARY_SOURCE,
    type: "system.canary",
    site,
    occurredAt: new Date(slot * CANARY_INTERVAL_MS).toISOString(),
  };
};

export function createCanary(sites: () => string[], post: PostEvent, now: () => number) {
  let timer: NodeJS.Timeout | undefined;
  // refused while Redis is away; the age of the last one says so
  const sing = (): void => {
    for (const site of sites()) void post(site, canaryOf(site, now())).catch(() => 0);
  };
  return {
    start() {
      sing();
      timer = setInterval(sing, CANARY_INTERVAL_MS);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
