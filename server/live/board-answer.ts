/** What a browser that opens a board gets: what it missed when that is known and small, else a snapshot, the most urgent first. */
import {
  PROTOCOL_VERSION,
  SNAPSHOT_PAGE,
  type BoardSnapshot,
  type BoardOpen,
  type BoardOpened,
  type BoardRows,
} from "../../domain/contract/realtime.ts";
import type { BoardDelta } from "../../domain/board.ts";
import type { WallSample } from "../../domain/contract/walls.ts";
import { deltaFor, type Audience } from "../audience.ts";
import { encoded } from "./encoded.ts";
import type { LiveBoard } from "./live-board.ts";
import { createSnapshots, type Snapshot, type Snapshots } from "./snapshots.ts";

export type Opening = {
  answer: BoardOpened;
  /** what happened since the snapshot was made; to be sent right after the answer */
  since: BoardDelta | null;
  pages: () => Pages;
};

/** The rest of a snapshot, page by page, each made when it is asked for. Told whether the one before was taken quickly, the next may be larger. */
export type Pages = Generator<BoardRows, void, boolean>;

const nothing = function* (): Pages {
  // everything was in the answer
};

/** What a viewer that stands at `have` misses; null when a snapshot is the shorter or the only way. */
function missed(
  board: LiveBoard,
  have: { epoch: string; seq: number } | undefined,
  now: number,
): BoardDelta | null {
  if (have === undefined || have.epoch !== board.view.epoch) return null;
  const delta = board.since(have.seq, now);
  return delta !== null && delta.upserts.length <= SNAPSHOT_PAGE ? delta : null;
}

/**
 * What left the board while the pages before were on their way is not in the next: the delta that took it away was sent already, and whoever takes rows by their
 * version alone would show it for ever.
 */
function* pagesOf(board: LiveBoard, snapshot: Snapshot, first: number): Pages {
  const { epoch, seq, total } = snapshot;
  const { site } = board.view;
  const place = JSON.stringify({ site, epoch, seq }).slice(0, -1);
  let count = first;
  for (let from = first; from < total;) {
    // of another epoch the viewer was told, and opens again
    if (board.view.epoch !== epoch) return;
    const last = from + count >= total;
    const rows = snapshot.page(from, count, board.goneSince(seq));
    const wasQuick = yield encoded(`${place},"last":${last},"rows":${rows}}`);
    from += count;
    if (wasQuick) count = Math.min(2 * count, SNAPSHOT_PAGE);
  }
}

/** The answer as text, so that the rows in it are stringified once for everybody. */
function answerOf(
  board: LiveBoard,
  snapshot: Snapshot | null,
  now: number,
  build: string | undefined,
  more: Pick<BoardSnapshot, "wall"> = {},
  first = SNAPSHOT_PAGE,
): BoardOpened {
  const { view } = board;
  const { epoch, seq } = snapshot ?? view;
  const head = { ok: true, epoch, seq, protocol: PROTOCOL_VERSION, build };
  const facts = {
    more: snapshot !== null && snapshot.total > first,
    metrics: view.metrics(now),
    pickups: view.pickups(),
    sources: view.sources(now),
    total: view.rows.size,
    ...more,
  };
  const open = (part: object): string => JSON.stringify(part).slice(0, -1);
  const rows = snapshot?.page(0, first) ?? "[]";
  return encoded(`${open(head)},"snapshot":${open(facts)},"rows":${rows}}}`);
}

const NO_BUILDS = { wall: undefined, desk: undefined };

const WALL_KEPT_MS = 500;

/** The same answer for all walls that open within half a second: after a restart a hall of them comes at once. */
function createWallAnswers(
  wall: (site: string, now: number) => WallSample | null,
  build: () => string | undefined,
) {
  const kept = new Map<string, { at: number; answer: BoardOpened }>();
  return (board: LiveBoard, now: number): BoardOpened => {
    const { site } = board.view;
    const known = kept.get(site);
    if (known !== undefined && now >= known.at && now - known.at < WALL_KEPT_MS)
      return known.answer;
    const sample = wall(site, now);
    const more = sample === null ? {} : { wall: sample };
    const answer = answerOf(board, null, now, build(), more);
    kept.set(site, { at: now, answer });
    return answer;
  };
}

/** Answers `board:open`; one instance serves all sockets of a server. */
export function createBoardOpening(
  wall: (site: string, now: number) => WallSample | null,
  builds: () => { wall: string | undefined; desk: string | undefined } = () => NO_BUILDS,
  snapshots: Snapshots = createSnapshots(),
) {
  const wallAnswer = createWallAnswers(wall, () => builds().wall);
  return (board: LiveBoard, request: BoardOpen, audience: Audience, now: number): Opening => {
    const { epoch, seq } = board.view;
    const build = builds().desk;
    if (request.view === "wall")
      return { answer: wallAnswer(board, now), since: null, pages: nothing };
    if (request.view === "trucks")
      return { answer: answerOf(board, null, now, build), since: null, pages: nothing };
    const delta = missed(board, request.have, now);
    if (delta !== null) {
      const deltas = [deltaFor(audience, delta)];
      const answer = {
        ok: true as const,
        epoch,
        seq,
        protocol: PROTOCOL_VERSION,
        ...(build !== undefined && { build }),
        deltas,
      };
      return { answer, since: null, pages: nothing };
    }
    const snapshot = snapshots(board, audience);
    const since = snapshot.seq < seq ? board.since(snapshot.seq, now) : null;
    return {
      answer: answerOf(board, snapshot, now, build, {}, request.rows),
      since: since === null ? null : deltaFor(audience, since),
      pages: () => pagesOf(board, snapshot, request.rows ?? SNAPSHOT_PAGE),
    };
  };
}
