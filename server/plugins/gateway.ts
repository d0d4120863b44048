/**
 * Socket.IO on the server's own port: websocket only, origins checked at the upgrade (`cors` does not protect an upgrade), who asks known before the first
 * event, every event checked against its schema and the table of permissions.
 */
import { TLSSocket } from "node:tls";
import { EventEmitter } from "node:events";
import type { FastifyInstance } from "fastify";
import { Server } from "socket.io";
import type { Answered, BoardOpen, BoardOpened } from "../../domain/contract/realtime.ts";
import { SOCKET_OPERATIONS, hasSite, may, type SocketOperation } from "../../domain/permissions.ts";
import type { EndedReason } from "../decorators.ts";
import { createDisplaySockets } from "../displays/sockets.ts";
import { createBoardOpening } from "../live/board-answer.ts";
import { reuseEncoded } from "../live/encoded.ts";
import { createBroadcaster } from "../live/broadcaster.ts";
import { createGrants, endSocket } from "../live/grants.ts";
import { createWallSamples } from "../displays/wall-samples.ts";
import { createPresence, type Presence } from "../live/presence.ts";
import type { LiveBoard } from "../live/live-board.ts";
import { createPulse } from "../live/pulse.ts";
import { sendPages } from "../live/send-pages.ts";
import { audienceOf } from "../audience.ts";
import {
  createViewers,
  isFlooded,
  type BoardServer,
  type BoardSocket,
  type Viewers,
} from "../live/viewers.ts";
import { isAllowedOrigin } from "../origins.ts";
import { plugin } from "../plugin.ts";
import { isProblem, problem, problemDocument, throwIf, type ProblemError } from "../problem.ts";
import { createAddressOf } from "../trusted-proxies.ts";
import { cookieName } from "./auth.ts";
import { toProblem } from "./errors.ts";
import {
  inOrder,
  readBoardClose,
  readBoardOpen,
  readDisplayReport,
  readPresenceLook,
  refused,
} from "./socket-payloads.ts";

type Connection = {
  on(event: "packet", listener: (packet: { data?: unknown }) => void): void;
  close(isAtOnce: boolean): void;
};

function createServer(app: FastifyInstance): BoardServer {
  const server: BoardServer = new Server(app.server, {
    path: "/socket.io",
    transports: ["websocket"],
    serveClient: false,
    allowRequest: (request, decide) =>
      decide(
        null,
        isAllowedOrigin(request.headers, app.config.origins, request.socket instanceof TLSSocket),
      ),
    perMessageDeflate: false,
    maxHttpBufferSize: 16e3,
    pingInterval: 5_000,
    pingTimeout: 5_000,
  });
  reuseEncoded(server.encoder);
  // nothing of the contract is binary: whoever sends it is no client of ours
  server.engine.on("connection", (connection: Connection) => {
    connection.on("packet", ({ data }) => {
      if (data !== undefined && typeof data !== "string") connection.close(true);
    });
  });
  return server;
}

const refusal = (error: ProblemError): Error =>
  Object.assign(new Error(error.message), { data: problemDocument(error) });

type AddressOf = ReturnType<typeof createAddressOf>;

async function authenticate(
  app: FastifyInstance,
  socket: BoardSocket,
  addressOf: AddressOf,
): Promise<void> {
  const { token } = socket.handshake.auth as { token?: unknown };
  const cookies = app.parseCookie(socket.request.headers.cookie ?? "");
  const cookie = cookies[cookieName(true)] ?? cookies[cookieName(false)];
  const key = token === undefined ? undefined : String(token);
  const found = await app.authenticate(key, cookie);
  if (found === null) {
    throwIf(app.rates.takeAddress(addressOf(socket.request)));
    throw problem("CT_ERR_UNAUTHENTICATED", "Log in, or send a key.");
  }
  socket.data = {
    ...found,
    audience: audienceOf(found.principal),
    looking: new Map(),
    presence: [],
  };
}

/** What keeps this socket out, in the shape Socket.IO tells the client; undefined lets it in. */
async function admit(
  app: FastifyInstance,
  socket: BoardSocket,
  addressOf: AddressOf,
): Promise<Error | undefined> {
  try {
    await authenticate(app, socket, addressOf);
    return undefined;
  } catch (error) {
    return refusal(isProblem(error) ? error : problem("CT_ERR_INTERNAL", "Try again."));
  }
}

type Desk = {
  app: FastifyInstance;
  viewers: Viewers;
  presence: Presence;
  displays: ReturnType<typeof createDisplaySockets>;
  addressOf: AddressOf;
  openBoard: ReturnType<typeof createBoardOpening>;
  /** takes a socket from a board, and what it looks at there from those who are told of it */
  leave: (socket: BoardSocket, site: string) => void;
};

/** Throws why this socket may not do this now. */
function requireLeave(
  { app }: Desk,
  { data: { principal } }: BoardSocket,
  operation: SocketOperation,
): void {
  const needed = SOCKET_OPERATIONS[operation];
  if (!may(principal, needed))
    throw problem("CT_ERR_FORBIDDEN", `This needs the permission ${needed}.`);
  throwIf(app.rates.takeFor(principal));
}

/** What was thrown, as an answer. What nobody foresaw is told to nobody but the log. */
function refusedWith({ app }: Desk, error: unknown): ReturnType<typeof refused> {
  const why = toProblem(error as ProblemError);
  if (why.statusCode >= 500 && !isProblem(error))
    app.log.error({ err: error }, "an event of a socket was not answered as it should be");
  return refused(why);
}

/** Does what an event asks for and says so; what it throws is the answer. */
async function answer(desk: Desk, reply: unknown, work: () => unknown): Promise<void> {
  let said: Answered = { ok: true };
  try {
    await work();
  } catch (error) {
    said = refusedWith(desk, error);
  }
  if (typeof reply === "function") reply(said);
}

/** The board that is asked for; throws why it is not opened. */
function boardFor(desk: Desk, socket: BoardSocket, { site, view }: BoardOpen): LiveBoard {
  requireLeave(desk, socket, "board:open");
  const { principal } = socket.data;
  if (principal.kind === "display" && view !== "wall")
    throw problem("CT_ERR_FORBIDDEN", "A wall is shown no orders: open the view `wall`.");
  const board = desk.app.boards.get(site);
  if (board === undefined || !hasSite(principal, site))
    throw problem("CT_ERR_NOT_FOUND", "There is no such site for you.");
  if (!board.isLoaded())
    throw problem("CT_ERR_UNAVAILABLE", "The board was not read yet. Try again in a moment.");
  if (isFlooded(socket))
    throw problem("CT_ERR_TOO_MANY_REQUESTS", "First take the boards that were sent to you.");
  return board;
}

function open(
  desk: Desk,
  socket: BoardSocket,
  payload: unknown,
  reply: (answer: BoardOpened) => void,
): void {
  const request = readBoardOpen(payload);
  const board = boardFor(desk, socket, request);
  // in the room first: what comes between answer and room would be missed
  const looking = desk.viewers.open(socket, request.site, request.view ?? "board");
  const { audience } = socket.data;
  const { answer: opened, since, pages } = desk.openBoard(board, request, audience, desk.app.now());
  desk.displays.greet(socket);
  reply(opened);
  if (since !== null) socket.emit("board:delta", since);
  desk.presence.welcome(socket, request.site);
  void sendPages(socket, request.site, looking, pages);
}

function onOpen(desk: Desk, socket: BoardSocket, payload: unknown, reply: unknown): void {
  if (typeof reply !== "function") return;
  try {
    open(desk, socket, payload, (opened) => void reply(opened));
  } catch (error) {
    reply(refusedWith(desk, error));
  }
}

function close(desk: Desk, socket: BoardSocket, payload: unknown): void {
  const { site } = readBoardClose(payload);
  requireLeave(desk, socket, "board:close");
  for (const one of site === undefined ? [...socket.data.looking.keys()] : [site])
    desk.leave(socket, one);
}

function look(desk: Desk, socket: BoardSocket, payload: unknown): void {
  const request = readPresenceLook(payload);
  requireLeave(desk, socket, "presence:look");
  desk.presence.look(socket, request);
}

async function report(desk: Desk, socket: BoardSocket, payload: unknown): Promise<void> {
  const told = readDisplayReport(payload);
  requireLeave(desk, socket, "display:report");
  await desk.displays.report(socket, told, desk.addressOf(socket.request));
}

function listen(desk: Desk, socket: BoardSocket): void {
  socket.on("board:open", (payload, reply) => onOpen(desk, socket, payload, reply));
  socket.on("board:close", (payload, reply) => {
    void answer(desk, reply, () => close(desk, socket, payload));
  });
  socket.on("presence:look", (payload, reply) => {
    void answer(desk, reply, () => look(desk, socket, payload));
  });
  socket.on("display:report", (payload, reply) => {
    void answer(desk, reply, () => report(desk, socket, payload));
  });
  socket.on("disconnect", () => {
    desk.presence.leave(socket);
    desk.viewers.closeAll(socket);
  });
}

/** The server does not start with an event that the table of permissions does not name, nor with one in it that nothing answers. */
function requireOperations(desk: Desk): void {
  const probe = new EventEmitter();
  listen(desk, probe as unknown as BoardSocket);
  const answered = probe.eventNames().filter((name) => name !== "disconnect");
  const named: readonly unknown[] = Object.keys(SOCKET_OPERATIONS);
  const strange = [
    ...answered.filter((name) => !named.includes(name)),
    ...named.filter((name) => !answered.some((one) => one === name)),
  ];
  if (strange.length > 0)
    throw new Error(
      `Socket events ${strange.join(", ")} differ from the table in domain/permissions.ts`,
    );
}

function createEnding(io: BoardServer) {
  return (sessionKey: string, reason: EndedReason): void => {
    for (const socket of io.sockets.sockets.values()) {
      const { principal, sessionKey: own } = socket.data;
      if (own !== sessionKey) continue;
      endSocket(socket, typeof reason === "string" ? reason : reason(principal.name));
    }
  };
}

export const gatewayPlugin = plugin("gateway", ["auth", "live"], (app) => {
  const io = createServer(app);
  const viewers = createViewers(io, app.boards, app.now);
  const presence = createPresence(io, viewers, app.boards);
  const broadcaster = createBroadcaster(app.boards, viewers.outlet, app.now);
  const walls = createWallSamples(app);
  app.decorate("wallSamples", walls);
  const pulse = createPulse(app.boards, viewers.outlet, app.live.feedAgeMs, walls.of, app.now);
  const addressOf = createAddressOf(app.config.trustedProxies);
  const { book, store } = app.displays;
  const site = (id: string) => app.sites.get(id)?.site;
  const displays = createDisplaySockets({ io, book, store, site, now: Date.now });
  const openBoard = createBoardOpening(walls.of, () => app.builds);
  const leave = (socket: BoardSocket, id: string): void => {
    viewers.close(socket, id);
    presence.leave(socket, id);
  };
  const desk: Desk = { app, viewers, presence, displays, addressOf, openBoard, leave };
  app.decorate("endSockets", createEnding(io));
  app.decorate("socketCount", () => io.engine.clientsCount);
  app.reloadListeners.push(broadcaster.noteReload);
  io.use(async (socket, next) => next(await admit(app, socket, addressOf)));
  io.on("connection", (socket) => listen(desk, socket.use(inOrder)));
  const grants = createGrants({ io, leave, standing: app.standing });
  app.keyBook.onChange(() => void grants.check());
  book.onChange(() => void grants.check());
  app.addHook("onReady", async () => {
    requireOperations(desk);
    grants.start();
    broadcaster.start();
    walls.start();
    pulse.start();
  });
  // before close: an open socket would keep the server from ending
  app.addHook("preClose", async () => {
    grants.stop();
    broadcaster.stop();
    pulse.stop();
    walls.stop();
    io.emit("session:ended", { reason: "shutdown" });
    io.disconnectSockets(true);
    io.engine.close();
  });
});

declare module "fastify" {
  interface FastifyInstance {
    socketCount: () => number;
    /** what walls are told now */
    wallSamples: ReturnType<typeof createWallSamples>;
  }
}
