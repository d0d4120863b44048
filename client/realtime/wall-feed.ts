/**
 * Keeps a wall true for ever: pairs it when it must, renews what opens it, connects again whatever happened, and never gives up. Freshness is the connection store's,
 * from pulses alone; nothing here says "live".
 */
import type { DisplayReport } from "../../domain/contract/displays.ts";
import type { BoardOpened, PROTOCOL_VERSION } from "../../domain/contract/realtime.ts";
import { useConnection } from "../stores/connection.ts";
import { useWall } from "../stores/wall.ts";
import { displayTokens, type Kept } from "./display-tokens.ts";
import { problemOf } from "./http.ts";
import { createSocket, RETRY_MAX_MS, RETRY_MIN_MS, type TowerSocket } from "./socket.ts";
import { pairWall } from "./wall-pairing.ts";

// Written out, because importing the number would bring the schemas along; the type makes it follow.
const PROTOCOL: typeof PROTOCOL_VERSION = 12;
const TICK_MS = 250;
const OPEN_TIMEOUT_MS = 10_000;
const REOPEN_MS = 1_000;
/** How long a screen says what it became before it begins. */
const PAIRED_MS = 5_000;

const later = (ms: number, work: () => unknown): void =>
  void setTimeout(work, ms * (0.75 + Math.random() / 2));

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What the server's files are called now, against those of this page. */
function noteBuild(answer: Extract<BoardOpened, { ok: true }>, own: string): void {
  const isOther = answer.build !== undefined && answer.build !== own;
  if (isOther || answer.protocol !== PROTOCOL) useWall().wantsReload = true;
}

function createOpening(socket: TowerSocket, site: () => string, build: string) {
  const wall = useWall();
  const connection = useConnection();
  const open = async (): Promise<void> => {
    if (!socket.connected) return;
    connection.report({ isCaughtUp: false });
    try {
      const asked = { site: site(), view: "wall" as const };
      const answer = await socket.timeout(OPEN_TIMEOUT_MS).emitWithAck("board:open", asked);
      if (!answer.ok) return later(REOPEN_MS, open);
      noteBuild(answer, build);
      if (answer.snapshot?.wall !== undefined) wall.take(answer.snapshot.wall);
      connection.report({ isCaughtUp: true });
    } catch {
      // no answer in time: the socket may be half dead
      later(REOPEN_MS, open);
    }
  };
  return open;
}

/** The tokens in use. `renew` is false when this screen was disconnected. */
function createCredential() {
  let kept: Kept | null = displayTokens.read();
  let renewing: Promise<"renewed" | "ended" | "unanswered"> | null = null;

  async function ask(known: Kept): Promise<"renewed" | "ended" | "unanswered"> {
    try {
      kept = await displayTokens.renew(known);
      return "renewed";
    } catch (error) {
      if (problemOf(error).code !== "CT_ERR_DISPLAY_ENDED") return "unanswered";
      displayTokens.clear();
      kept = null;
      return "ended";
    }
  }

  return {
    get: () => kept,
    set: (next: Kept) => void (kept = next),
    renew(): Promise<"renewed" | "ended" | "unanswered"> {
      if (kept === null) return Promise.resolve("ended");
      renewing ??= ask(kept).finally(() => (renewing = null));
      return renewing;
    },
  };
}
type Credential = ReturnType<typeof createCredential>;

/** Pairs the screen, however long it takes. */
async function pairUp(credential: Credential): Promise<void> {
  const wall = useWall();
  const paired = await pairWall();
  credential.set(paired);
  wall.endedAt = null;
  wall.phase = { kind: "paired", name: paired.display.name, site: paired.display.site };
  await sleep(PAIRED_MS);
}

function followSocket(socket: TowerSocket, open: () => void, refused: () => void): void {
  const wall = useWall();
  const connection = useConnection();
  socket.on("connect", () => {
    wall.phase = { kind: "on" };
    connection.report({ isConnected: true });
    open();
  });
  socket.on("disconnect", (reason) => {
    connection.report({ isConnected: false });
    // the server hung up on purpose: Socket.IO would not try again by itself
    if (reason === "io server disconnect") refused();
  });
  socket.on("connect_error", () => {
    connection.report({ isConnected: false });
    // refused by the server rather than unreachable: the same token would be refused again
    if (!socket.active) refused();
  });
  socket.on("session:ended", ({ reason }) => {
    if (reason === "revoked") wall.end(Date.now());
  });
  socket.on("display:command", wall.command);
  socket.on("wall:sample", wall.take);
  socket.on("tower:pulse", connection.pulse);
}

export type WallFeed = {
  report(report: DisplayReport): void;
  stop(): void;
};

export function createWallFeed(build: string): WallFeed {
  const wall = useWall();
  const connection = useConnection();
  const credential = createCredential();
  const socket = createSocket(() => credential.get()?.token ?? "");
  const open = createOpening(socket, () => credential.get()?.display.site ?? "", build);

  /** Whatever let the socket down: with fresh tokens again, or as a new wall. */
  async function recover(): Promise<void> {
    const renewed = await credential.renew();
    if (renewed === "ended") return begin();
    if (renewed === "unanswered") return later(RETRY_MAX_MS, recover);
    later(RETRY_MIN_MS, () => socket.connect());
  }

  async function begin(): Promise<void> {
    wall.keepsNothing = displayTokens.keepsNothing();
    if (credential.get() === null) {
      if (wall.layout !== null) wall.end(Date.now());
      connection.changeSite();
      await pairUp(credential);
    }
    wall.phase = { kind: "on" };
    socket.connect();
  }

  const online = (): void => connection.report({ isOnline: navigator.onLine });
  window.addEventListener("online", online);
  window.addEventListener("offline", online);
  followSocket(
    socket,
    () => void open(),
    () => void recover(),
  );
  const ticker = setInterval(() => {
    connection.tick();
    const kept = credential.get();
    if (socket.connected && kept !== null && displayTokens.isEnding(kept)) void credential.renew();
  }, TICK_MS);
  void begin();

  return {
    report: (report) => void (socket.connected && socket.emit("display:report", report)),
    stop() {
      clearInterval(ticker);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", online);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
}
