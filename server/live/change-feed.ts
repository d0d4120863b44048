/**
 * Follows the logs of all sites with one blocking read and keeps their boards current.
 *
 * Start of a site: number and sums in one moment, then the rows, then everything after that number. The board is read again when its epoch changed, when
 * its number went backwards (a lost tail) or when the log no longer holds what comes next. Nothing here ends the process: while Redis is away the boards
 * stay as they are and grow old, which the pulse says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { keysOf, type Change } from "../../domain/contract/keys.ts";
import type { RedisClient } from "../redis.ts";
import type { LiveBoard, Reload } from "./live-board.ts";
import { decodeLogEntry, type SitePulse, type SiteStore } from "./site-store.ts";

const BLOCK_MS = 1_000;
const READ_COUNT = 256;
const CHECK_MS = 1_000;
const AGAIN_MS = 250;

export type FollowedSite = { id: string; store: SiteStore; board: LiveBoard };

type Log = { warn: (context: object, sentence: string) => void };

export type ChangeFeedDeps = {
  sites: FollowedSite[];
  /** a client of the feed's own, for blocking reads */
  blocking: RedisClient;
  now: () => number;
  log: Log;
  onReload: (site: string, reload: Reload) => void;
};

type Place = FollowedSite & {
  logKey: string;
  /** must be read from the start before following */
  isStale: boolean;
  /** number that the store had at the last check; a board that stays behind it for a whole second lost its way */
  expected: number;
};

export function createChangeFeed(deps: ChangeFeedDeps) {
  const { blocking, now, log, onReload } = deps;
  const places: Place[] = deps.sites.map((site) => ({
    ...site,
    logKey: keysOf(site.id).log,
    isStale: true,
    expected: 0,
  }));
  const byKey = new Map(places.map((place) => [place.logKey, place]));
  let isRunning = false;
  let heardAt = 0;
  let trouble = "";

  const heard = (): void => {
    heardAt = now();
    trouble = "";
  };

  /** Says each kind of trouble once, not four times a second. */
  function complain(error: unknown, sentence: string): void {
    const kind = `${sentence} ${error instanceof Error ? error.message : String(error)}`;
    if (kind !== trouble) log.warn({ err: error }, sentence);
    trouble = kind;
  }

  async function reload(place: Place): Promise<void> {
    const totals = await place.store.readTotals(now());
    const rows = await place.store.readRows();
    const before = place.board.view;
    // the same generation with a smaller number: a tail was lost, and its numbers will be used again for something else
    if (before.epoch === totals.epoch && before.seq > totals.seq)
      totals.epoch = `${totals.epoch}~${now().toString(36)}`;
    const kind = place.board.load(totals, rows);
    place.isStale = false;
    place.expected = totals.seq;
    heard();
    onReload(place.id, kind);
  }

  const epochInStore = (place: Place): string => place.board.view.epoch.split("~")[0] ?? "";

  function take(place: Place, change: Change): void {
    if (place.isStale) return;
    const { seq } = place.board.view;
    if (change.seq <= seq) return;
    const isNext = change.seq === seq + 1 && change.epoch === epochInStore(place);
    if (isNext) place.board.apply(change);
    else place.isStale = true;
  }

  async function readOnce(): Promise<void> {
    const streams = places.map(({ logKey, board }) => ({
      key: logKey,
      id: `${board.view.seq}-0`,
    }));
    const found = (await blocking.xRead(streams, { COUNT: READ_COUNT, BLOCK: BLOCK_MS })) as
      | { name: string; messages: { id: string; message: Record<string, string> }[] }[]
      | null;
    heard();
    for (const { name, messages } of found ?? []) {
      const place = byKey.get(name);
      if (place === undefined) continue;
      for (const { id, message } of messages) take(place, decodeLogEntry(id, message));
    }
  }

  async function follow(): Promise<void> {
    while (isRunning) {
      try {
        for (const place of places) if (place.isStale) await reload(place);
        await readOnce();
      } catch (error) {
        if (!isRunning) return;
        complain(error, "the boards cannot be followed; they stay as they are");
        await sleep(AGAIN_MS);
      }
    }
  }

  function compare(place: Place, pulse: SitePulse): void {
    const { view } = place.board;
    const isOther = pulse.epoch !== epochInStore(place) || pulse.seq < view.seq;
    const isStuck = place.expected > view.seq;
    if (!place.isStale && (isOther || isStuck)) place.isStale = true;
    place.expected = pulse.seq;
    place.board.notePulse(pulse);
  }

  async function check(): Promise<void> {
    for (const place of places) compare(place, await place.store.readPulse());
    heard();
  }

  async function watch(): Promise<void> {
    while (isRunning) {
      await sleep(CHECK_MS);
      if (isRunning) await check().catch((error: unknown) => complain(error, "Redis is away"));
    }
  }

  return {
    start(): void {
      isRunning = true;
      void follow();
      void watch();
    },
    stop(): void {
      isRunning = false;
    },
    /** how long ago Redis last answered here */
    ageMs: (at: number): number => (heardAt === 0 ? at : Math.max(0, at - heardAt)),
  };
}

export type ChangeFeed = ReturnType<typeof createChangeFeed>;
