/**
 * Holds open sockets to what their credential may now (promises S3, S4, S9). Rooms are joined from the credential, so whoever lost it must leave them: a
 * credential that opens nothing any more ends its sockets, a role or a permission that decides what is shown ends them too, a lost site closes its board.
 * Every 2 s, and at once when keys changed.
 */
import { hasSite, may, type Principal } from "../../domain/permissions.ts";
import type { SessionEnded } from "../../domain/contract/realtime.ts";
import { audienceOf } from "../audience.ts";
import type { Credential } from "../plugins/auth.ts";
import { isProblem } from "../problem.ts";
import { hearsIncidents, type BoardServer, type BoardSocket } from "./viewers.ts";

const CHECK_MS = 2_000;

type Deps = {
  io: BoardServer;
  /** takes a socket from the board of a site */
  leave: (socket: BoardSocket, site: string) => void;
  /** what a credential may now; null when nothing. Rejects while the store is away */
  standing: (credential: Credential) => Promise<Principal | null>;
};

export function endSocket(socket: BoardSocket, reason: SessionEnded["reason"]): void {
  socket.emit("session:ended", { reason });
  socket.disconnect(true);
}

const isStoreAway = (error: unknown): boolean =>
  isProblem(error) && error.code === "CT_ERR_UNAVAILABLE";

/** A board that was sent cannot be taken back: what decides what is on it ends the socket, and the next one starts anew. */
const isOther = (before: Principal, now: Principal): boolean =>
  before.role !== now.role ||
  audienceOf(before) !== audienceOf(now) ||
  hearsIncidents(before) !== hearsIncidents(now) ||
  !may(now, "board:read");

export function createGrants({ io, leave, standing }: Deps) {
  let isRunning = false;
  let isAskedAgain = false;
  let timer: NodeJS.Timeout | undefined;

  function hold(socket: BoardSocket, now: Principal | null): void {
    const { data } = socket;
    if (now === null)
      return endSocket(socket, data.sessionKey === undefined ? "revoked" : "expired");
    if (isOther(data.principal, now)) return endSocket(socket, "revoked");
    data.principal = now;
    for (const site of data.looking.keys()) if (!hasSite(now, site)) leave(socket, site);
  }

  /** What cannot be read opens nothing, and is no reason not to ask for the others. */
  async function standingOf({ data }: BoardSocket): Promise<Principal | null> {
    try {
      return await standing(data);
    } catch (error) {
      if (isStoreAway(error)) throw error;
      return null;
    }
  }

  /** One question a credential, however many sockets it has. */
  async function round(): Promise<void> {
    const byCredential = Map.groupBy(
      io.sockets.sockets.values(),
      ({ data }) => data.sessionKey ?? data.principal.name,
    );
    for (const sockets of byCredential.values()) {
      const [first] = sockets;
      if (first === undefined) continue;
      const now = await standingOf(first);
      for (const socket of sockets) if (socket.data.principal !== now) hold(socket, now);
    }
  }

  async function check(): Promise<void> {
    if (isRunning) {
      isAskedAgain = true;
      return;
    }
    isRunning = true;
    // while the store is away nobody is thrown out
    await round().catch(() => undefined);
    isRunning = false;
    if (!isAskedAgain) return;
    isAskedAgain = false;
    await check();
  }

  return {
    check,
    start: () => void (timer = setInterval(() => void check(), CHECK_MS)),
    stop: () => clearInterval(timer),
  };
}
