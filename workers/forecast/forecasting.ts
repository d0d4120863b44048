/** The forecasters of all sites of this process: each does a little work twice a second, none waits for another. */
import type { Log } from "../log.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";
import type { SiteWorker } from "../site-worker.ts";
import { createForecaster, type Forecaster } from "./forecaster.ts";

const STEP_MS = 500;
/** Applying events comes first, but a site that is behind for long is forecast all the same, at this pace: an order that changed often meanwhile is read once. */
const STEP_BEHIND_MS = 10_000;

type Deps = {
  send: Send;
  book: PolicyBook;
  log: Log;
  sites: () => Promise<readonly SiteWorker[]>;
};

type Seat = { forecaster: Forecaster; isAtWork: boolean; workedAt: number };

export function createForecasting({ send, book, log, sites }: Deps) {
  const seats = new Map<string, Seat>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function seatOf({ site, tell, isBusy }: SiteWorker): Seat {
    const known = seats.get(site);
    if (known !== undefined) return known;
    const forecaster = createForecaster({ site, send, book, tell, isBusy, log });
    const seat = { forecaster, isAtWork: false, workedAt: 0 };
    seats.set(site, seat);
    return seat;
  }

  async function work(worker: SiteWorker): Promise<void> {
    const seat = seatOf(worker);
    const now = performance.now();
    const mayWait = worker.isBehind() && now - seat.workedAt < STEP_BEHIND_MS;
    if (seat.isAtWork || mayWait) return;
    seat.isAtWork = true;
    seat.workedAt = now;
    try {
      await seat.forecaster.step();
    } catch (error) {
      log.warn({ err: error, site: worker.site }, "the forecast failed; it is tried again");
    } finally {
      seat.isAtWork = false;
    }
  }

  async function round(): Promise<void> {
    // without Redis there is nothing to forecast; the lookout says so
    const workers = await sites().catch(() => []);
    // not awaited: a site that takes its time must not keep the others waiting
    for (const worker of workers) void work(worker);
    if (!isStopped) timer = setTimeout(() => void round(), STEP_MS);
  }

  timer = setTimeout(() => void round(), STEP_MS);
  return {
    stop: async (): Promise<void> => {
      isStopped = true;
      clearTimeout(timer);
      const all = [...seats.values()].map(({ forecaster }) => forecaster.stop());
      await Promise.allSettled(all);
    },
  };
}
