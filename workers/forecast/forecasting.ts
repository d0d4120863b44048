/**
 * The forecasters of all sites of this process, none of which waits for another. Each works as soon as events of its site were applied here, and looks four times a second
 * for those that another process applied.
 */
import type { Foresee } from "../../domain/turn/order-view.ts";
import { createIncidentKeeper } from "../incidents/keeper.ts";
import type { Log } from "../log.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";
import type { SiteWorker } from "../site-worker.ts";
import { createForecaster, type Forecaster } from "./forecaster.ts";

const LOOK_MS = 250;
/** After a step so long at least nothing is done, so that events that come closely are forecast together. */
const REST_MS = 100;
/**
 * Applying events comes first: while a site is behind, its forecaster works a tenth of the time, and never pauses longer than this. An order that changed often
 * meanwhile is read once.
 */
const REST_BEHIND = 9;
const LONGEST_REST_MS = 2_000;

type Deps = {
  send: Send;
  book: PolicyBook;
  log: Log;
  sites: () => Promise<readonly SiteWorker[]>;
};

type Seat = {
  worker: SiteWorker;
  forecaster: Forecaster;
  isAtWork: boolean;
  /** events were applied since its last step began */
  isCalled: boolean;
  restsUntil: number;
};

const restAfter = (spentMs: number, isBehind: boolean): number =>
  isBehind ? Math.min(LONGEST_REST_MS, Math.max(REST_MS, REST_BEHIND * spentMs)) : REST_MS;

/** Work that is put off; none of it is done any more after the end. */
function createTimers() {
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;
  return {
    isOver: (): boolean => isOver,
    later(work: () => void, ms: number): void {
      if (isOver) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, ms);
      timers.add(timer);
    },
    end(): void {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
type Timers = ReturnType<typeof createTimers>;

/** One step of a site's forecaster, unless it is at work or rests; and the next one, when it was called meanwhile. */
async function work(seat: Seat, timers: Timers, log: Log): Promise<void> {
  const { worker, forecaster } = seat;
  const beganAt = performance.now();
  if (timers.isOver() || seat.isAtWork || beganAt < seat.restsUntil) return;
  seat.isAtWork = true;
  seat.isCalled = false;
  try {
    await forecaster.step();
  } catch (error) {
    log.warn({ err: error, site: worker.site }, "the forecast failed; it is tried again");
  } finally {
    const restMs = restAfter(performance.now() - beganAt, worker.isBehind());
    seat.restsUntil = performance.now() + restMs;
    seat.isAtWork = false;
    if (seat.isCalled) timers.later(() => void work(seat, timers, log), Math.ceil(restMs));
  }
}

export function createForecasting({ send, book, log, sites }: Deps) {
  const seats = new Map<string, Seat>();
  const timers = createTimers();

  function seatOf(worker: SiteWorker): Seat {
    const { site, tell, isBehind, known: inMemory, ownCommit } = worker;
    const known = seats.get(site);
    if (known !== undefined) return known;
    const { keepIncidents: keep, rulebook } = worker;
    const keeper = createIncidentKeeper({ site, send, rulebook, keep });
    const forecaster = createForecaster({
      site,
      send,
      book,
      tell,
      known: inMemory,
      ownCommit,
      isBehind,
      log,
      keeper,
    });
    const seat = { worker, forecaster, isAtWork: false, isCalled: false, restsUntil: 0 };
    seats.set(site, seat);
    return seat;
  }

  async function round(): Promise<void> {
    // without Redis there is nothing to forecast; the lookout says so
    const workers = await sites().catch(() => []);
    // not awaited: a site that takes its time must not keep the others waiting
    for (const worker of workers) void work(seatOf(worker), timers, log);
    timers.later(() => void round(), LOOK_MS);
  }

  timers.later(() => void round(), LOOK_MS);
  return {
    /** Events of this site were applied. */
    call(site: string): void {
      const seat = seats.get(site);
      if (seat === undefined) return;
      const { isAtWork, isCalled, restsUntil } = seat;
      seat.isCalled = true;
      if (isAtWork || isCalled) return;
      const waitMs = Math.max(0, Math.ceil(restsUntil - performance.now()));
      timers.later(() => void work(seat, timers, log), waitMs);
    },
    /** Who forecasts the orders of this site while their events are applied, if this process does. */
    foreseerOf: (site: string): Foresee | undefined => seats.get(site)?.forecaster.foreseer(),
    stop: async (): Promise<void> => {
      timers.end();
      const all = [...seats.values()].map(({ forecaster }) => forecaster.stop());
      await Promise.allSettled(all);
    },
  };
}
