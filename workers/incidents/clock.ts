/**
 * Escalation's clock. Every process looks twice a second whether something about an incident fell due, beside the sweep that BullMQ wakes: a timer depends on Redis and on one living process, on nothing
 * else. Several at once hurt nothing: a commit compares.
 */
import type { Log } from "../log.ts";
import type { SiteWorker } from "../site-worker.ts";

const TICK_MS = 500;
/** Ticks after which the auditor is asked whether its minute is over. */
const AUDIT_TICKS = 10;

type Deps = {
  log: Pick<Log, "warn">;
  sites: () => Promise<readonly SiteWorker[]>;
};

export function createIncidentClock({ log, sites }: Deps) {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let ticks = 0;

  /** What fell due, and now and then whether all of it was seen to. */
  async function look(worker: SiteWorker, isAudit: boolean): Promise<void> {
    await worker.passTime();
    if (isAudit) await worker.audit();
  }

  async function tick(): Promise<void> {
    ticks += 1;
    const isAudit = ticks % AUDIT_TICKS === 0;
    // without Redis nothing falls due; the lookout says so
    for (const worker of await sites().catch(() => []))
      // not awaited: a site that takes its time must not keep the others waiting
      void look(worker, isAudit).catch((err: unknown) =>
        log.warn({ err, site: worker.site }, "escalation waits"),
      );
    if (!isStopped) timer = setTimeout(() => void tick(), TICK_MS);
  }

  void tick();
  return {
    stop: (): void => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
