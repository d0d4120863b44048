/** A board as a browser keeps it, over a line that drops frames. Checked against what stands in Redis. */
import { io } from "socket.io-client";
import type { BoardDelta, Row } from "../../domain/board.ts";
import {
  applyDelta,
  applyPage,
  createBoardModel,
  type BoardModel,
} from "../../domain/board-model.ts";
import type { BoardOpened, BoardRows } from "../../domain/contract/realtime.ts";
import type { Tower } from "../support/tower.ts";
import type { Random } from "./random.ts";

export type BoardClient = {
  /** id -> version, as this board stands */
  versions: () => Map<string, number>;
  has: (id: string) => boolean;
  gaps: () => number;
  close: () => void;
};

const CHECK_MS = 1_000;
const AGAIN_MS = 200;

/** `isBlind`: a board that does not look at the numbers, for the negative control. */
export function openBoard(
  tower: Tower,
  site: string,
  { random, dropShare, isBlind }: { random: Random; dropShare: number; isBlind: boolean },
): BoardClient {
  const socket = io(tower.url, {
    transports: ["websocket"],
    auth: { token: tower.key },
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
  });
  let board: BoardModel | null = null;
  let gaps = 0;
  let isOpening = false;

  function take(opened: BoardOpened): void {
    isOpening = false;
    if (!opened.ok) return;
    const { epoch, seq, snapshot, deltas = [] } = opened;
    if (snapshot !== undefined)
      board = createBoardModel({ site, epoch, seq, rows: snapshot.rows as Row[] }, snapshot.more);
    for (const delta of deltas) takeDelta(delta as BoardDelta);
  }

  function open(): void {
    if (isOpening || !socket.connected) return;
    isOpening = true;
    const have = board === null || isBlind ? {} : { have: { epoch: board.epoch, seq: board.seq } };
    socket
      .timeout(5_000)
      .emit("board:open", { site, ...have }, (error: Error | null, opened: BoardOpened) => {
        isOpening = false;
        if (error === null && opened.ok) take(opened);
        // A server that has just begun has not read its boards yet.
        else setTimeout(open, AGAIN_MS);
      });
  }

  function takeDelta(delta: BoardDelta): void {
    if (board === null) return;
    // The blind one pretends that every delta fits.
    const seen = isBlind ? { ...delta, epoch: board.epoch, from: board.seq } : delta;
    const fate = applyDelta(board, seen);
    if (fate === "applied" || fate === "ignored" || isBlind) return;
    gaps++;
    if (fate === "other-epoch") board = null;
    open();
  }

  socket.on("connect", () => {
    isOpening = false;
    open();
  });
  // A refusal by the server itself, unlike a broken line, is not tried again by itself.
  socket.on("connect_error", () => {
    if (!socket.active) setTimeout(() => socket.connect(), AGAIN_MS);
  });
  socket.on("disconnect", () => {
    if (!socket.active) setTimeout(() => socket.connect(), AGAIN_MS);
  });
  socket.on("board:delta", (delta: BoardDelta) => {
    if (random() >= dropShare) takeDelta(delta);
  });
  socket.on("board:rows", (page: BoardRows, reply?: () => void) => {
    reply?.();
    if (board !== null) applyPage(board, page as never);
  });
  // The pulse says where the site stands; a board that is behind it missed the last frame.
  socket.on("tower:pulse", (pulse: { site: string; epoch: string; seq: number }) => {
    if (isBlind || pulse.site !== site || board === null) return;
    if (pulse.epoch !== board.epoch || pulse.seq > board.seq) lateCheck(pulse.seq);
  });
  // A check under way is kept: were it put off with each pulse, as often as pulses come, a busy machine would never see it run.
  let timer: NodeJS.Timeout | undefined;
  function lateCheck(seq: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (board === null || board.seq < seq) open();
    }, CHECK_MS);
  }

  return {
    versions: () => new Map([...(board?.rows ?? [])].map(([id, row]) => [id, row.v])),
    has: (id) => board?.rows.has(id) ?? false,
    gaps: () => gaps,
    close: () => {
      clearTimeout(timer);
      socket.off();
      socket.disconnect();
    },
  };
}

/** How many orders two boards disagree about. */
export function differences(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  let count = 0;
  for (const [id, v] of a) if (b.get(id) !== v) count++;
  for (const id of b.keys()) if (!a.has(id)) count++;
  return count;
}
