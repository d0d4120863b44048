/** Relays the sites again and again, until it is stopped. */
import type { Log } from "../log.ts";

const RELAY_INTERVAL_MS = 500;

type Deps = {
  /** ids of the sites */
  sites: () => Promise<readonly string[]>;
  relay: (site: string) => Promise<unknown>;
  log: Pick<Log, "warn">;
  intervalMs?: number;
};

/** @returns ends it, once the pass that is under way is over */
export function relayAlways({ sites, relay, log, intervalMs = RELAY_INTERVAL_MS }: Deps) {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let pass: Promise<unknown> = Promise.resolve();
  const failed = (facts: object): void =>
    log.warn(facts, "the outbox cannot be relayed now; trying again");

  async function passOnce(): Promise<void> {
    const ids = await sites().catch((err: unknown) => {
      failed({ err });
      return [];
    });
    // one whose outbox fails must not keep the others from being told
    for (const site of ids)
      if (!isStopped) await relay(site).catch((err: unknown) => failed({ site, err }));
    if (!isStopped) timer = setTimeout(() => (pass = passOnce()), intervalMs);
  }
  pass = passOnce();
  return async (): Promise<void> => {
    isStopped = true;
    clearTimeout(timer);
    await pass;
  };
}
