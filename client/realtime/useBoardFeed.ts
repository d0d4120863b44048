/** Connects, opens the chosen site's board and keeps the stores true for as long as somebody is logged in. One feed for the whole page. */
import { watch } from "vue";
import type { SessionEnded } from "../../domain/contract/realtime.ts";
import { useBoard } from "../stores/board.ts";
import { useBoardList } from "../stores/board-list.ts";
import { useConnection } from "../stores/connection.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useMetrics } from "../stores/metrics.ts";
import { usePresence } from "../stores/presence.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { loadSession } from "./session.ts";
import { createBoardOpener } from "./board-opener.ts";
import { RETRY_MAX_MS, RETRY_MIN_MS, type TowerSocket } from "./socket.ts";

const TICK_MS = 250;

/** `shutdown` is the server's business, not the session's: the page simply connects again. */
const ENDED_WORDS: Readonly<Record<SessionEnded["reason"], string>> = {
  "logged-out": "You logged out, or somebody else has logged in in this browser.",
  expired: "Your session was idle for too long or has reached its end.",
  revoked: "Your access was withdrawn.",
  shutdown: "",
};

export type BoardFeed = {
  /** looks at a site; an empty id at none */
  openSite(site: string): void;
  retryNow(): void;
  stop(): void;
};

/** Another role or other sites end a socket too, and so does another person in this browser: who is still let in stays, with what is true now. */
async function stayOrLeave(words: string): Promise<void> {
  const session = useSession();
  const before = session.view?.name;
  session.ended = words;
  await loadSession().catch(() => session.leave(words));
  const now = session.view?.name;
  if (before !== undefined && now !== undefined && now !== before)
    useToasts().failed(`${now} has logged in in this browser: this page is theirs now.`);
}

function followSocket(socket: TowerSocket, opened: () => void, dropped: () => void): void {
  const connection = useConnection();
  const session = useSession();
  socket.on("connect", () => {
    connection.report({ isConnected: true });
    opened();
  });
  socket.on("disconnect", (reason) => {
    dropped();
    connection.report({ isConnected: false });
    // The server hung up on purpose: Socket.IO would not try again by itself.
    if (reason === "io server disconnect" && session.state === "in")
      setTimeout(() => socket.connect(), RETRY_MIN_MS);
  });
  socket.on("connect_error", () => {
    connection.report({ isConnected: false });
    // Refused by the server rather than unreachable, as by one that has just begun: that, too, Socket.IO would not try again.
    if (!socket.active) setTimeout(() => session.state === "in" && socket.connect(), RETRY_MAX_MS);
  });
  socket.io.on("reconnect_attempt", (attempt) =>
    connection.willRetry(Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt)),
  );
  socket.on("session:ended", ({ reason }) => {
    const words = ENDED_WORDS[reason];
    if (reason === "revoked" || reason === "expired") void stayOrLeave(words);
    else if (words !== "") session.leave(words);
  });
}

function followClock(): () => void {
  const connection = useConnection();
  const list = useBoardList();
  const online = () => connection.report({ isOnline: navigator.onLine });
  window.addEventListener("online", online);
  window.addEventListener("offline", online);
  online();
  const ticker = setInterval(() => {
    connection.tick();
    list.settle(performance.now());
  }, TICK_MS);
  return () => {
    clearInterval(ticker);
    window.removeEventListener("online", online);
    window.removeEventListener("offline", online);
  };
}

/** Incidents as they change, who looks at what, and what this page looks at: said again after every reconnect. */
function followIncidents(socket: TowerSocket): () => void {
  const incidents = useIncidents();
  const presence = usePresence();
  const say = (): void => void (socket.connected && socket.emit("presence:look", presence.looking));
  socket.on("incident:changed", incidents.take);
  socket.on("presence:changed", presence.take);
  socket.on("connect", say);
  socket.on("disconnect", presence.clear);
  return watch(() => presence.looking, say);
}

export function createBoardFeed(socket: TowerSocket): BoardFeed {
  const board = useBoard();
  const metrics = useMetrics();
  const connection = useConnection();
  let site = "";
  const opener = createBoardOpener(socket, () => site);

  followSocket(socket, () => void opener.open(), opener.drop);
  socket.on("board:delta", opener.onDelta);
  socket.on("board:rows", opener.onRows);
  socket.on("metrics:sample", (sample) => {
    if (sample.site === site) metrics.take(sample);
  });
  socket.on("tower:pulse", (pulse) => {
    if (pulse.site !== site) return;
    connection.pulse(pulse);
    if (pulse.pickups !== undefined) metrics.takePickups(pulse.pickups);
    opener.onPulse(pulse);
  });
  const stopIncidents = followIncidents(socket);
  const stopClock = followClock();

  function openSite(next: string): void {
    if (next !== site) {
      if (site !== "" && socket.connected) socket.emit("board:close", { site });
      site = next;
      board.clear(next);
      metrics.clear();
      connection.changeSite();
      if (socket.connected) void opener.open();
    }
    if (site !== "" && !socket.connected) socket.connect();
  }

  return {
    openSite,
    retryNow: () => void socket.disconnect().connect(),
    stop() {
      stopIncidents();
      stopClock();
      socket.removeAllListeners();
      socket.io.removeAllListeners();
      socket.disconnect();
      connection.reset();
    },
  };
}
