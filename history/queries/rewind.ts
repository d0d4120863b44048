/**
 * The board as it was at a moment, with what the system then believed: rows carry their severity, risk and reasons as they were written. From the last snapshot before
 * the moment and the log after it. The last boards are kept: going on from one costs what happened since.
 */
import type { LiveMetrics, PickupState, Row } from "../../domain/board.ts";
import { compareUrgency, pickupStates } from "../../domain/board-model.ts";
import { liveMetrics } from "../../domain/metrics.ts";
import type { Site } from "../../domain/site.ts";
import { boardIn, playOn, rowIn, type KeptRow, type Moved, type PastBoard } from "../frames.ts";
import type { History } from "../open.ts";
import { entriesIn } from "../segments.ts";

const SEGMENTS_AT_ONCE = 20;
/** two people may look at different moments without each throwing away what the other is playing */
const BOARDS_KEPT = 2;
/** Whoever plays on is told what changed over so much; further on another board is nearer. */
const PLAYS_ON_MS = 15 * 60_000;

export type RewindQuery = {
  site: Site;
  at: number;
  /** where somebody stands already: then only what changed since is told */
  since?: { epoch: string; seq: number } | undefined;
  /** so many of the most urgent are left out: they were told before */
  offset?: number | undefined;
  limit: number;
};
export type RewindFrame = {
  epoch: string;
  seq: number;
  /** when the last commit before the moment was made */
  at: number;
  total: number;
  /** the most urgent after `offset`; absent in a delta */
  rows?: Row[];
  delta?: { from: number; to: number; upserts: Row[]; removed: string[] };
  metrics: LiveMetrics;
  pickups: PickupState[];
  sources: [string, number][];
  /** false: the log has a gap before the moment, and this is the last that is known */
  isWhole: boolean;
};
export type RewindRange = { from: number | null; to: number | null };

type Db = Pick<History, "db">;
/** `sorted`: all rows in their order, while nothing was played since */
type Shelved = { site: string; board: PastBoard; sorted: KeptRow[] | null };

async function snapshotBefore({ db }: Db, site: string, at: number): Promise<PastBoard | null> {
  const found = await db
    .selectFrom("snapshots")
    .selectAll()
    .where("site", "=", site)
    .where("at", "<=", at)
    .orderBy("at", "desc")
    .limit(1)
    .executeTakeFirst();
  return found === undefined ? null : boardIn(found);
}

/** The piece of the log that the next number is in, or would be: found by its key, however many pieces lie before it. */
async function pieceWith({ db }: Db, site: string, { epoch, seq }: PastBoard): Promise<number> {
  const found = await db
    .selectFrom("segments")
    .select("first_seq")
    .where("site", "=", site)
    .where("epoch", "=", epoch)
    .where("first_seq", "<=", seq + 1)
    .orderBy("first_seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return found?.first_seq ?? seq + 1;
}

/** Plays the log until the moment; false when it has a gap before. */
async function playUntil(
  history: Db,
  site: string,
  board: PastBoard,
  until: number,
  moved: Moved | null,
): Promise<boolean> {
  for (;;) {
    const segments = await history.db
      .selectFrom("segments")
      .selectAll()
      .where("site", "=", site)
      .where("epoch", "=", board.epoch)
      .where("first_seq", ">=", await pieceWith(history, site, board))
      .where("last_seq", ">", board.seq)
      .where("from_at", "<=", until)
      .orderBy("first_seq")
      .limit(SEGMENTS_AT_ONCE)
      .execute();
    for (const segment of segments) {
      if (segment.first_seq > board.seq + 1) return false;
      for (const entry of entriesIn(segment)) if (!playOn(board, entry, until, moved)) return true;
    }
    if (segments.length < SEGMENTS_AT_ONCE) return true;
  }
}

/** The latest used last. */
const shelf: Shelved[] = [];

function keep(shelved: Shelved): void {
  shelf.push(shelved);
  if (shelf.length > BOARDS_KEPT) shelf.shift();
}

const standsAt = ({ board }: Shelved, { epoch, seq }: NonNullable<RewindQuery["since"]>): boolean =>
  board.epoch === epoch && board.seq === seq;

/** The board to go on from: where the asker stands, else the nearest before the moment. */
function takeKept({ site, at, since }: RewindQuery): Shelved | undefined {
  const usable = shelf.filter((one) => one.site === site.id && one.board.at <= at);
  const own = usable.find(
    (one) => since !== undefined && standsAt(one, since) && at - one.board.at <= PLAYS_ON_MS,
  );
  const nearest = usable.toSorted((a, b) => b.board.at - a.board.at)[0];
  const taken = own ?? nearest;
  if (taken !== undefined) shelf.splice(shelf.indexOf(taken), 1);
  return taken;
}

/** A snapshot after where we stand is nearer than playing on, unless the asker stands there too. */
async function beginAt(history: Db, query: RewindQuery): Promise<Shelved | null> {
  const { at, since } = query;
  const site = query.site.id;
  const kept = takeKept(query);
  if (kept !== undefined) {
    if (since !== undefined && standsAt(kept, since)) return kept;
    const newer = await history.db
      .selectFrom("snapshots")
      .select("seq")
      .where("site", "=", site)
      .where("at", "<=", at)
      .where("at", ">", kept.board.at)
      .limit(1)
      .executeTakeFirst();
    if (newer === undefined) return kept;
  }
  const board = await snapshotBefore(history, site, at);
  return board === null ? null : { site, board, sorted: null };
}

/** One page of the board. All are put in order once for all pages. */
function pageOf(shelved: Shelved, { offset = 0, limit }: RewindQuery): Row[] {
  shelved.sorted ??= [...shelved.board.rows.values()].sort((a, b) =>
    compareUrgency(a.brief, b.brief),
  );
  return shelved.sorted.slice(offset, offset + limit).map(rowIn);
}

function* briefsOf({ rows }: PastBoard) {
  for (const { brief } of rows.values()) yield brief;
}

type Numbers = Omit<RewindFrame, "rows" | "delta">;

function numbersOf(board: PastBoard, { site, at }: RewindQuery, isWhole: boolean): Numbers {
  const { epoch, seq, rows, sums } = board;
  const input = { ...sums, rows: briefsOf(board), inboxLag: 0 };
  return {
    epoch,
    seq,
    at: board.at,
    total: rows.size,
    metrics: liveMetrics(input, site, at),
    pickups: pickupStates(briefsOf(board), sums.facts),
    sources: [...sums.sources],
    isWhole,
  };
}

/** Null when nothing that old is kept. */
export async function readFrame(history: Db, query: RewindQuery): Promise<RewindFrame | null> {
  const { site, at, since } = query;
  const shelved = await beginAt(history, query);
  if (shelved === null) return null;
  const { board } = shelved;
  const isNext = since !== undefined && standsAt(shelved, since);
  const moved: Moved | null = isNext ? { upserts: new Map(), removed: new Set() } : null;
  const from = board.seq;
  const isWhole = await playUntil(history, site.id, board, at, moved);
  if (board.seq !== from) shelved.sorted = null;
  keep(shelved);
  const numbers = numbersOf(board, query, isWhole);
  if (moved === null) return { ...numbers, rows: pageOf(shelved, query) };
  const [upserts, removed] = [[...moved.upserts.values()], [...moved.removed]];
  return { ...numbers, delta: { from, to: board.seq, upserts, removed } };
}

export async function readRange({ db }: Db, site: string): Promise<RewindRange> {
  const first = await db
    .selectFrom("snapshots")
    .select("at")
    .where("site", "=", site)
    .orderBy("at")
    .limit(1)
    .executeTakeFirst();
  const last = await db
    .selectFrom("segments")
    .select("to_at")
    .where("site", "=", site)
    .orderBy("to_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return { from: null, to: null };
  // the first board may be younger than what was copied of the log before it
  return { from: first.at, to: Math.max(first.at, last?.to_at ?? 0) };
}
