/**
 * Connects, opens the chosen site's board and keeps the stores true: a gap or another epoch opens again with what is here (`have`), pages are
 * acknowledged one by one, deltas that arrive while a board is being opened wait for it. One feed for the whole page.
 */
import type { BoardDelta } from "../../domain/board.ts";
import type {
  BoardOpen,
  BoardOpened,
  BoardRows,
  PROTOCOL_VERSION,
  SessionEnded,
  TowerPulse,
} from "../../domain/contract/realtime.ts";
import { useBoard } from "../stores/board.ts";
import { useBoardList } from "../stores/board-list.ts";
import { useConnection } from "../stores/connection.ts";
import { useMetrics } from "../stores/metrics.ts";
import { useSession } from "../stores/session.ts";
import { RETRY_MAX_MS, RETRY_MIN_MS, type TowerSocket } from "./socket.ts";

// Written out, because importing the number would bring the schemas along; the type makes it follow.
const PROTOCOL: typeof PROTOCOL_VERSION = 1;
const TICK_MS = 250;
const OPEN_TIMEOUT_MS = 10_000;
const BEHIND_RETRY_MS = 10_000;

export const SESSION_ENDED_WORDS: Readonly<Record<SessionEnded["reason"], string>> = {
  "logged-out": "You logged out.",
  expired: "Your session ended because it was idle or old.",
  revoked: "Your access was withdrawn.",
  shutdown: "",
};

export type BoardFeed = {
  /** looks at a site; an empty id at none */
  openSite(site: string): void;
  retryNow(): void;
  stop(): void;
};

export function createBoardFeed(socket: TowerSocket): BoardFeed {
  const board = useBoard();
  const list = useBoardList();
  const metrics = useMetrics();
  const connection = useConnection();
  const session = useSession();
  let site = "";
  let build: string | undefined;
  // deltas that came while a board is being opened; null when none is
  let held: BoardDelta[] | null = null;
  // where the server stood at the last pulse: a board that has not got there by the next one missed something
  let expectedSeq = 0;
  let behindAt = -BEHIND_RETRY_MS;
  // the open that counts: answers to earlier ones are thrown away
  let opening = 0;

  function noteBuild(answer: Extract<BoardOpened, { ok: true }>): void {
    const isOther = build !== undefined && answer.build !== undefined && answer.build !== build;
    build ??= answer.build;
    if (isOther || answer.protocol !== PROTOCOL) connection.isUpdateReady = true;
  }

  function take(answer: Extract<BoardOpened, { ok: true }>): void {
    noteBuild(answer);
    const { snapshot, deltas = [] } = answer;
    if (snapshot !== undefined) {
      board.load(answer, snapshot);
      metrics.take(snapshot.metrics);
      metrics.takePickups(snapshot.pickups);
    }
    const late = [...deltas, ...(held ?? [])];
    held = null;
    connection.openProblem = null;
    expectedSeq = 0;
    connection.report({ isCaughtUp: board.loading === null });
    for (const delta of late) onDelta(delta);
  }

  async function open(): Promise<void> {
    if (site === "" || !socket.connected) return;
    const mine = ++opening;
    held ??= [];
    connection.report({ isCaughtUp: false });
    const have = board.cursor();
    const request: BoardOpen = { site, ...(have === undefined ? {} : { have }) };
    try {
      const answer = await socket.timeout(OPEN_TIMEOUT_MS).emitWithAck("board:open", request);
      if (mine !== opening) return;
      if (answer.ok) take(answer);
      else connection.openProblem = answer.problem;
    } catch {
      // No answer in time: the socket may be half dead. Asking again costs one snapshot at most.
      if (mine === opening && socket.connected) setTimeout(() => void open(), RETRY_MIN_MS);
    }
  }

  function onDelta(delta: BoardDelta): void {
    if (delta.site !== site) return;
    if (held !== null) {
      held.push(delta);
      return;
    }
    const fate = board.apply(delta);
    if (fate === "gap" || fate === "other-epoch") void open();
  }

  /** A lost delta shows when no further one comes: by the number in the pulse, which must have arrived as rows a second later. */
  function checkPosition(pulse: TowerPulse): void {
    const isOpen = board.isKnown && held === null;
    const isBehind =
      expectedSeq > board.model.seq && performance.now() - behindAt > BEHIND_RETRY_MS;
    expectedSeq = pulse.seq;
    if (!isOpen) return;
    if (pulse.epoch !== board.model.epoch) void open();
    else if (isBehind) {
      behindAt = performance.now();
      void open();
    }
  }

  function onRows(page: BoardRows, reply: () => void): void {
    board.page(page);
    reply();
    connection.report({ isCaughtUp: held === null && board.loading === null });
  }

  socket.on("connect", () => {
    connection.report({ isConnected: true });
    void open();
  });
  socket.on("disconnect", (reason) => {
    held = null;
    opening += 1;
    connection.report({ isConnected: false });
    // The server hung up on purpose: Socket.IO would not try again by itself.
    if (reason === "io server disconnect" && connection.link.endedBecause === "")
      setTimeout(() => socket.connect(), RETRY_MIN_MS);
  });
  socket.on("connect_error", () => connection.report({ isConnected: false }));
  socket.io.on("reconnect_attempt", (attempt) =>
    connection.willRetry(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt)),
  );
  socket.on("board:delta", onDelta);
  socket.on("board:rows", onRows);
  socket.on("metrics:sample", (sample) => {
    if (sample.site === site) metrics.take(sample);
  });
  socket.on("tower:pulse", (pulse) => {
    if (pulse.site !== site) return;
    connection.pulse(pulse);
    if (pulse.pickups !== undefined) metrics.takePickups(pulse.pickups);
    checkPosition(pulse);
  });
  socket.on("session:ended", ({ reason }) => {
    if (SESSION_ENDED_WORDS[reason] === "") return;
    connection.report({ endedBecause: SESSION_ENDED_WORDS[reason] });
    session.leave(SESSION_ENDED_WORDS[reason]);
    socket.disconnect();
  });

  const online = () => connection.report({ isOnline: navigator.onLine });
  window.addEventListener("online", online);
  window.addEventListener("offline", online);
  online();
  const ticker = setInterval(() => {
    connection.tick();
    list.settle(performance.now());
  }, TICK_MS);

  return {
    openSite(next) {
      if (next === site) {
        if (!socket.connected) socket.connect();
        return;
      }
      if (site !== "" && socket.connected) socket.emit("board:close", { site });
      site = next;
      board.clear(next);
      metrics.clear();
      connection.changeSite();
      if (next === "") return;
      if (socket.connected) void open();
      else socket.connect();
    },
    retryNow() {
      socket.disconnect().connect();
    },
    stop() {
      clearInterval(ticker);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", online);
      socket.removeAllListeners();
      socket.io.removeAllListeners();
      socket.disconnect();
      connection.reset();
    },
  };
}
