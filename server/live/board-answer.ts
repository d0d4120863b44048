/** What a browser that opens a board gets: what it missed when that is known and small, else a snapshot, the most urgent first. */
import {
  PROTOCOL_VERSION,
  SNAPSHOT_PAGE,
  type BoardOpen,
  type BoardOpened,
  type BoardRows,
} from "../../domain/contract/realtime.ts";
import type { BoardDelta, Row } from "../../domain/board.ts";
import type { LiveBoard } from "./live-board.ts";
import { deltaFor, rowsFor, type Audience } from "../audience.ts";

export type Opening = {
  answer: BoardOpened;
  /** the rest of the snapshot, page by page; made when it is asked for */
  pages: () => Generator<BoardRows>;
};

const nothing = function* (): Generator<BoardRows> {
  // everything was in the answer
};

/** What a viewer that stands at `have` misses; null when a snapshot is the shorter or the only way. */
export function missed(
  board: LiveBoard,
  have: { epoch: string; seq: number } | undefined,
  now: number,
): BoardDelta | null {
  if (have === undefined || have.epoch !== board.view.epoch) return null;
  const delta = board.since(have.seq, now);
  return delta !== null && delta.upserts.length <= SNAPSHOT_PAGE ? delta : null;
}

function* pagesOf(
  place: { site: string; epoch: string; seq: number },
  rows: Row[],
  audience: Audience,
): Generator<BoardRows> {
  for (let from = SNAPSHOT_PAGE; from < rows.length; from += SNAPSHOT_PAGE) {
    const page = rowsFor(audience, rows.slice(from, from + SNAPSHOT_PAGE));
    yield { ...place, rows: page, last: from + SNAPSHOT_PAGE >= rows.length };
  }
}

export function openBoard(
  board: LiveBoard,
  request: BoardOpen,
  audience: Audience,
  now: number,
): Opening {
  const { site, epoch, seq } = board.view;
  const isWhole = (request.view ?? "board") === "board";
  const head = { ok: true as const, epoch, seq, protocol: PROTOCOL_VERSION };
  const delta = isWhole ? missed(board, request.have, now) : null;
  if (delta !== null)
    return { answer: { ...head, deltas: [deltaFor(audience, delta)] }, pages: nothing };
  const rows = isWhole ? board.view.sorted() : [];
  const snapshot = {
    rows: rowsFor(audience, rows.slice(0, SNAPSHOT_PAGE)),
    more: rows.length > SNAPSHOT_PAGE,
    metrics: board.view.metrics(now),
    pickups: board.view.pickups(),
    sources: board.view.sources(now),
    total: board.view.rows.size,
  };
  return {
    answer: { ...head, snapshot },
    pages: () => pagesOf({ site, epoch, seq }, rows, audience),
  };
}
