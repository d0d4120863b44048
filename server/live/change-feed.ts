/**
 * Follows the logs of all sites with one blocking read and keeps their boards current.
 *
 * Start of a site: number and sums in one moment, then the rows, then everything after that number. The board is read again when its epoch changed, when
 * its number went backwards (a lost tail) or when the log no longer holds what comes next. Nothing here ends the process: while Redis is away the boards
 * stay as they are and grow old, which the pulse says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isRedisAway, type RedisClient } from "../redis.ts";
import { createPlace, type FollowedSite, type Place } from "./feed-place.ts";
import type { Reload } from "./live-board.ts";
import { decodeLogEntry } from "./site-store.ts";

const BLOCK_MS = 1_000;
/** a read that takes longer hangs on a connection that is gone without having said so */
const HUNG_MS = BLOCK_MS + 4_000;
const READ_COUNT = 256;
const CHECK_MS = 1_000;
const AGAIN_MS = 250;
const SITE_AGAIN_MS = 2_000;
const PATIENCE_MS = 3_000;

type Log = { warn: (context: object, sentence: string) => void };

export type ChangeFeedDeps = {
  sites: FollowedSite[];
  /** a client of the feed's own, for blocking reads */
  blocking: RedisClient;
  /** closes that connection and opens it again */
  reconnect: () => Promise<void>;
  now: () => number;
  log: Log;
  onReload: (site: string, reload: Reload) => void;
};

export type ChangeFeed = {
  start(): void;
  stop(): void;
  /** how long ago Redis last answered here */
  ageMs(at: number): number;
};

type Entry = [id: string, fields: string[]];
type Found = Readonly<Record<string, Entry[]>> | null;

/** As Redis spells it: the library would make an object of each entry's fields, and two of one name would be one. */
const xRead = (streams: readonly { key: string; id: string }[]): string[] => {
  const command = ["XREAD", "COUNT", String(READ_COUNT), "BLOCK", String(BLOCK_MS), "STREAMS"];
  return [...command, ...streams.map(({ key }) => key), ...streams.map(({ id }) => id)];
};

/** An entry that cannot be read costs its own site a reading of the board, which goes on behind it. */
function takeAll({ take, lose }: Place, entries: readonly Entry[]): void {
  try {
    for (const [id, fields] of entries) take(decodeLogEntry(id, fields));
  } catch {
    lose();
  }
}

async function readLogs(blocking: RedisClient, places: readonly Place[]): Promise<void> {
  const streams = places.map(({ logKey, position }) => ({ key: logKey, id: position() }));
  const found = await blocking.sendCommand<Found>(xRead(streams));
  for (const place of places) takeAll(place, found?.[place.logKey] ?? []);
}

/** Rejects when the work hangs; the work itself is left to fail with its connection. */
function orHung<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const hung = setTimeout(() => reject(new Error(`no answer within ${HUNG_MS} ms`)), HUNG_MS);
    work.then(resolve, reject).finally(() => clearTimeout(hung));
  });
}

/** Says trouble that lasts, once: Redis may be a moment later than the server, and a message four times a second tells nothing more. */
function createComplaint(log: Log, now: () => number) {
  let since: number | null = null;
  let isSaid = false;
  return {
    say(error: unknown, sentence: string): void {
      since ??= now();
      if (isSaid || now() - since < PATIENCE_MS) return;
      log.warn({ err: error }, sentence);
      isSaid = true;
    },
    isOver(): void {
      since = null;
      isSaid = false;
    },
  };
}

/** Sites whose board cannot be read, whatever is wrong with them: said once each. */
function createTrouble(log: Log, now: () => number) {
  const since = new Map<string, number>();
  return {
    isRecent: (site: string): boolean => now() - (since.get(site) ?? -Infinity) < SITE_AGAIN_MS,
    note(site: string, error: unknown): void {
      if (!since.has(site))
        log.warn({ err: error, site }, "this board cannot be read; it stays as it is");
      since.set(site, now());
    },
    isOver: (site: string): void => void since.delete(site),
  };
}

export function createChangeFeed(deps: ChangeFeedDeps): ChangeFeed {
  const { blocking, now, onReload } = deps;
  const places = deps.sites.map(createPlace);
  const complaint = createComplaint(deps.log, now);
  let isRunning = false;
  let heardAt = 0;

  async function heard<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    heardAt = now();
    complaint.isOver();
    return value;
  }

  async function afterReading(error: unknown): Promise<never> {
    if (blocking.isReady) await deps.reconnect();
    throw error;
  }

  const trouble = createTrouble(deps.log, now);

  /** What is wrong with one site is its own: it is tried again a little later, and the others are followed meanwhile. */
  async function alone({ id }: Place, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      if (isRedisAway(error)) throw error;
      trouble.note(id, error);
    });
  }

  async function reload(place: Place): Promise<void> {
    onReload(place.id, await heard(place.reload(now())));
    trouble.isOver(place.id);
  }

  async function round(): Promise<void> {
    for (const place of places)
      if (place.isStale() && !trouble.isRecent(place.id)) await alone(place, () => reload(place));
    const followed = places.filter((place) => !place.isStale());
    if (followed.length === 0) await sleep(AGAIN_MS);
    else await heard(orHung(readLogs(blocking, followed)).catch(afterReading));
  }

  /** Repeats while running; a failure is said and tried again a little later. */
  async function keep(work: () => Promise<void>, sentence: string): Promise<void> {
    while (isRunning) {
      try {
        await work();
      } catch (error) {
        if (isRunning) complaint.say(error, sentence);
        await sleep(AGAIN_MS);
      }
    }
  }

  async function check(): Promise<void> {
    await sleep(CHECK_MS);
    if (isRunning) for (const place of places) await alone(place, () => heard(place.check()));
  }

  return {
    start() {
      isRunning = true;
      void keep(round, "the boards cannot be followed; they stay as they are");
      void keep(check, "the boards cannot be compared with the store");
    },
    stop() {
      isRunning = false;
    },
    ageMs: (at) => (heardAt === 0 ? at : Math.max(0, at - heardAt)),
  };
}
