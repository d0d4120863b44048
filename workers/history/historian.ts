/** Copies the logs of all sites: one worker process a site at a time, by a lease. What is wrong with one site keeps no other from being copied. Runs in a thread of its own, so that a slow or broken store keeps nothing else waiting. */
import { HistoryRefused } from "../../history/migrate.ts";
import { createMeasurer, type Measurer } from "../../history/measurer.ts";
import type { Projector } from "../../history/project.ts";
import type { HistoryAddress } from "../../history/open.ts";
import { createSegments } from "../../history/segments.ts";
import type { Log } from "../log.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";
import { createArchiving } from "./archive.ts";
import { createCopier } from "./copier.ts";
import { createRuleBook, type RuleBook } from "./rule-book.ts";
import { createSnapshots } from "./snapshots.ts";
import { createSeats, type Seat } from "./seats.ts";
import { createStoreDoor, messageOf } from "./store-door.ts";

const IDLE_MS = 500;
/** A site that failed by itself is tried again after so long; the others go on meanwhile. */
const SITE_AGAIN_MS = 2_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AGAIN_FIRST_MS = 500;
const AGAIN_MOST_MS = 10_000;

/** Closed orders are looked for so often. */
const ARCHIVE_EVERY_MS = 10_000;
/** A floor at work has a batch worth a thread every few seconds; beginning one for each took up to an eighth of a processor. */
const MEASURER_RESTS_MS = 60_000;

type Deps = {
  send: Send;
  log: Log;
  book: PolicyBook;
  address: HistoryAddress;
  /** after so many hours a closed order leaves Redis */
  archiveHours: number;
  archiveEveryMs?: number;
  /** a few changes wait for so long for others; not at all when left out */
  gatherMs?: number;
  siteAgainMs?: number;
  /** boards are kept for so long */
  rewindDays: number;
};

const timeOf = (send: Send) => async (): Promise<number> => {
  const [seconds, micros] = await send<[string, string]>("TIME");
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
};

type Hands = {
  door: ReturnType<typeof createStoreDoor>;
  seats: ReturnType<typeof createSeats>;
  rules: RuleBook;
  measurer: Measurer;
  time: () => Promise<number>;
};

/** Boards older than that are let go, once an hour. */
async function forgetOld(
  seat: Seat,
  projector: Projector,
  site: string,
  before: number,
): Promise<void> {
  if (performance.now() - seat.forgotAt < HOUR_MS) return;
  seat.forgotAt = performance.now();
  await projector.forgetBoards(site, before);
}

/** One step for a site that is ours; true when there is more to do at once. */
async function workOn(
  { door, seats, rules, measurer, time }: Hands,
  deps: Deps,
  site: string,
  seat: Seat,
): Promise<boolean> {
  const {
    send,
    archiveHours: hours,
    archiveEveryMs: everyMs = ARCHIVE_EVERY_MS,
    rewindDays,
    gatherMs = 0,
  } = deps;
  const { projector, history } = await door.open();
  seat.copier ??= createCopier({
    site,
    send,
    projector,
    segments: createSegments(site),
    snapshots: createSnapshots({ site, send, time }),
    rules,
    measurer,
    time,
    gatherMs,
  });
  const { more, status } = await seat.copier.step();
  await seats.say(site, seat, status);
  // only once history is up to date: what leaves must be in it
  if (status.state !== "current") return more;
  seat.archiving ??= createArchiving({ site, send, time, hours, everyMs });
  await seat.archiving(history, status.epoch);
  await forgetOld(seat, projector, site, (await time()) - rewindDays * DAY_MS);
  return more;
}

/** A step of one site; true when there is more to do at once. What is wrong with the site alone is told of it, what is wrong with the store is thrown on. */
function createStep(hands: Hands, deps: Deps) {
  const { door, seats } = hands;
  const { log, siteAgainMs = SITE_AGAIN_MS } = deps;

  async function setAside(site: string, seat: Seat, error: unknown): Promise<void> {
    if (error instanceof HistoryRefused || (await door.isAtFault(error))) throw error;
    if (seat.failedAt === -Infinity)
      log.warn({ err: error, site }, "history of this site is not written; the others go on");
    // what it had in memory may be why
    seat.copier = null;
    seat.archiving = null;
    seat.failedAt = performance.now();
    await seats.say(site, seat, { ...seat.last, state: "failing", error: messageOf(error) });
  }

  return async (site: string): Promise<boolean> => {
    const seat = await seats.take(site);
    if (seat === null || performance.now() - seat.failedAt < siteAgainMs) return false;
    try {
      const more = await workOn(hands, deps, site, seat);
      if (seat.failedAt !== -Infinity) log.info({ site }, "history of this site is written again");
      seat.failedAt = -Infinity;
      return more;
    } catch (error) {
      await setAside(site, seat, error);
      return false;
    }
  };
}

export function createHistorian(deps: Deps) {
  const { send, log, book, address } = deps;
  const time = timeOf(send);
  const door = createStoreDoor(address, log, time);
  const seats = createSeats({ send, time, store: door.kind });
  const measurer = createMeasurer();
  const hands: Hands = { door, seats, rules: createRuleBook(send, book), measurer, time };
  const copyOne = createStep(hands, deps);
  let failures = 0;

  /** Everything is opened again: a store that came back may be another one. */
  async function startOver(error: unknown): Promise<void> {
    failures += 1;
    const state = error instanceof HistoryRefused ? "refused" : "failing";
    const err = messageOf(error);
    if (failures === 1)
      log.warn({ err, store: door.kind }, "history is not written; all else goes on");
    await door.close();
    await door.mend(error);
    await seats.sayAll({ state, error: err });
  }

  async function copyAll(sites: readonly string[]): Promise<boolean> {
    let more = false;
    for (const site of sites) more = (await copyOne(site)) || more;
    return more;
  }

  /** One step of every site; ms until the next. */
  async function round(): Promise<number> {
    const sites = await book.refresh();
    try {
      const more = await copyAll(sites);
      if (failures > 0) log.info({ failures, store: door.kind }, "history is written again");
      failures = 0;
      if (!more) await measurer.rest(MEASURER_RESTS_MS);
      return more ? 0 : IDLE_MS;
    } catch (error) {
      await startOver(error);
      return Math.min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 2 ** Math.min(failures, 6));
    }
  }

  return {
    round,
    async stop(): Promise<void> {
      await seats.giveUp();
      await measurer.rest();
      await door.close();
    },
  };
}
