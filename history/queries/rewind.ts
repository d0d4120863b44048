/**
 * The board as it was at a moment, with what the system then believed: rows carry their severity, risk and reasons as they were written. From the last snapshot before
 * the moment and the log after it. The last board is kept: going on from it costs what happened since.
 */
import type { LiveMetrics, PickupState, Row } from "../../domain/board.ts";
import { compareUrgency, pickupStates } from "../../domain/board-model.ts";
import { liveMetrics } from "../../domain/metrics.ts";
import type { Site } from "../../domain/site.ts";
import { boardIn, playOn, type Moved, type PastBoard } from "../frames.ts";
import type { History } from "../open.ts";
import { entriesIn } from "../segments.ts";

const SEGMENTS_AT_ONCE = 20;

export type RewindQuery = {
  site: Site;
  at: number;
  /** where somebody stands already: then only what changed since is told */
  since?: { epoch: string; seq: number } | undefined;
  limit: number;
};
export type RewindFrame = {
  epoch: string;
  seq: number;
  /** when the last commit before the moment was made */
  at: number;
  total: number;
  /** the most urgent; absent in a delta */
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

/** Plays the log until the moment; false when it has a gap before. */
async function playUntil(
  { db }: Db,
  site: string,
  board: PastBoard,
  until: number,
  moved: Moved,
): Promise<boolean> {
  for (;;) {
    const segments = await db
      .selectFrom("segments")
      .selectAll()
      .where("site", "=", site)
      .where("epoch", "=", board.epoch)
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

let kept: { site: string; board: PastBoard } | null = null;

/** A snapshot after where we stand is nearer than playing on. */
async function beginAt(history: Db, site: string, at: number): Promise<PastBoard | null> {
  const isNear = kept !== null && kept.site === site && kept.board.at <= at;
  if (!isNear) return snapshotBefore(history, site, at);
  const board = kept?.board ?? null;
  const newer = await history.db
    .selectFrom("snapshots")
    .select("seq")
    .where("site", "=", site)
    .where("at", "<=", at)
    .where("at", ">", board?.at ?? 0)
    .limit(1)
    .executeTakeFirst();
  return newer === undefined ? board : snapshotBefore(history, site, at);
}

function frameOf(
  board: PastBoard,
  { site, at, limit }: RewindQuery,
  isWhole: boolean,
): Omit<RewindFrame, "rows" | "delta"> & { rows: Row[] } {
  const { epoch, seq, rows, sums } = board;
  const input = { ...sums, rows: rows.values(), inboxLag: 0 };
  return {
    epoch,
    seq,
    at: board.at,
    total: rows.size,
    rows: [...rows.values()].sort(compareUrgency).slice(0, limit),
    metrics: liveMetrics(input, site, at),
    pickups: pickupStates(rows.values(), sums.facts),
    sources: [...sums.sources],
    isWhole,
  };
}

/** Null when nothing that old is kept. */
export async function readFrame(history: Db, query: RewindQuery): Promise<RewindFrame | null> {
  const { site, at, since } = query;
  const board = await beginAt(history, site.id, at);
  kept = null;
  if (board === null) return null;
  const isNext = since !== undefined && since.epoch === board.epoch && since.seq === board.seq;
  const moved: Moved = { upserts: new Map(), removed: new Set() };
  const from = board.seq;
  const isWhole = await playUntil(history, site.id, board, at, moved);
  kept = { site: site.id, board };
  const { rows, ...frame } = frameOf(board, query, isWhole);
  if (!isNext) return { ...frame, rows };
  return {
    ...frame,
    delta: {
      from,
      to: board.seq,
      upserts: [...moved.upserts.values()],
      removed: [...moved.removed],
    },
  };
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
  return { from: first?.at ?? null, to: last?.to_at ?? first?.at ?? null };
}
