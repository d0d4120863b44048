/**
 * A stand for the built page alone: serves dist/client under the real content security policy and speaks the public socket contract over made-up rows,
 * so that the page's states and costs can be seen without the rest of the system. Nothing of the server is in here; `test/e2e` uses the real one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { Server } from "socket.io";
import type { LiveMetrics, Row, SourceState } from "../../domain/board.ts";
import {
  PROTOCOL_VERSION,
  type BoardOpened,
  type ClientToServer,
  type ServerToClient,
} from "../../domain/contract/realtime.ts";
import { STAGES } from "../../domain/stages.ts";
import { ROLE_PERMISSIONS } from "../../domain/permissions.ts";
import { aWallSample, WALL_TOKEN, wallLayout, type WallLook } from "./wall-sample.ts";
import { generateRows, metricsOf, SITE_STAGES } from "./board-rows.ts";

const DIST = join(import.meta.dirname, "../../dist/client");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const SITE = "BER1";
const PAGE = 2_000;

export type BoardStand = {
  readonly url: string;
  readonly rows: Map<string, Row>;
  /** one delta with these rows as they are to be */
  change: (upserts: Row[], removed?: string[]) => void;
  /** stops and starts the pulse: the server is there and silent */
  mute: (isMuted: boolean) => void;
  set: (
    change: Partial<{
      sources: SourceState[];
      canaryAgeMs: number;
      role: string | null;
      wall: WallLook;
    }>,
  ) => void;
  endSession: () => void;
  stop: () => Promise<void>;
};

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const file = join(DIST, normalize(path));
  const body = await readFile(file).catch(() => null);
  const isPage = body === null || path === "/";
  const page = path === "/wall" ? "wall.html" : "index.html";
  const content = isPage ? await readFile(join(DIST, page)) : body;
  response.writeHead(200, {
    "content-type": isPage ? TYPES[".html"] : (TYPES[extname(file)] ?? "text/plain"),
    "content-security-policy": POLICY,
  });
  response.end(content);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const refusal = (status: number, code: string, title: string) =>
  ({ type: "about:blank", title, status, detail: "", code, retryable: false }) as const;

/** `now`: the stand's time; a test of pictures brings its own. */
export async function startBoardStand(
  rowCount: number,
  now: () => number = Date.now,
): Promise<BoardStand> {
  const rows = new Map(generateRows(rowCount, now()).map((row) => [row.id, row]));
  const state = {
    seq: 1,
    isMuted: false,
    sources: [] as SourceState[],
    canaryAgeMs: 1_000,
    role: "admin" as string | null,
    wall: null as WallLook | null,
  };
  const session = () => ({
    name: "ana",
    role: state.role ?? "",
    permissions: ROLE_PERMISSIONS[(state.role ?? "viewer") as keyof typeof ROLE_PERMISSIONS],
    sites: [
      { id: SITE, name: "Berlin 1", timeZone: "Europe/Berlin", stages: SITE_STAGES },
      { id: "NYC1", name: "New York 1", timeZone: "America/New_York", stages: [...STAGES] },
    ],
    demo: true,
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path === "/api/v1/session" && state.role !== null)
      return sendJson(response, 200, session());
    if (path === "/api/v1/session")
      return sendJson(
        response,
        401,
        refusal(401, "CT_ERR_UNAUTHENTICATED", "Log in or send a key"),
      );
    if (path.startsWith("/api/"))
      return sendJson(response, 404, refusal(404, "CT_ERR_NOT_FOUND", "There is no such thing"));
    void sendFile(path, response);
  }

  const http = createServer(answer);
  const io = new Server<ClientToServer, ServerToClient>(http, { transports: ["websocket"] });
  const metrics = (): LiveMetrics => metricsOf(rows.values(), now());

  async function sendPages(id: string, all: Row[]): Promise<void> {
    for (let from = PAGE; from < all.length; from += PAGE) {
      const page = all.slice(from, from + PAGE);
      const last = from + PAGE >= all.length;
      await io.sockets.sockets
        .get(id)
        ?.emitWithAck("board:rows", { site: SITE, epoch: "e", seq: state.seq, rows: page, last });
    }
  }
  io.on("connection", (socket) => {
    const isWall = socket.handshake.auth["token"] === WALL_TOKEN;
    if (isWall && state.wall !== null) socket.emit("display:command", wallLayout(state.wall));
    socket.on("board:open", ({ site }, reply) => {
      const own = site === SITE ? [...rows.values()] : [];
      const snapshot = {
        rows: own.slice(0, PAGE),
        more: own.length > PAGE,
        metrics: site === SITE ? metrics() : metricsOf([], now()),
        pickups: [
          {
            id: "DHL-20261123-1500",
            carrier: "DHL",
            at: now() + 53 * 60_000,
            due: 30,
            safe: 20,
            savable: 7,
            lost: 1,
            blind: 2,
            notPacked: 9,
          },
        ],
        sources: state.sources,
        total: own.length,
        ...(isWall && { wall: aWallSample(now()) }),
      };
      const opened: BoardOpened = {
        ok: true,
        epoch: "e",
        seq: state.seq,
        protocol: PROTOCOL_VERSION,
        snapshot,
      };
      reply(opened);
      void sendPages(socket.id, own);
    });
  });
  const beat = setInterval(() => {
    if (state.isMuted) return;
    const { sources, canaryAgeMs, seq } = state;
    for (const site of [SITE, "NYC1"])
      io.emit("tower:pulse", {
        site,
        epoch: "e",
        seq,
        at: now(),
        canaryAgeMs,
        feedAgeMs: 20,
        sources,
      });
    io.emit("metrics:sample", { site: SITE, ...metrics() });
  }, 1_000);

  await new Promise<void>((ready) => http.listen(0, "127.0.0.1", ready));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    rows,
    change(upserts, removed = []) {
      const from = state.seq;
      state.seq += 1;
      const taken = upserts.map((row) => ({ ...row, v: state.seq }));
      for (const row of taken) rows.set(row.id, row);
      for (const id of removed) rows.delete(id);
      io.emit("board:delta", {
        site: SITE,
        epoch: "e",
        from,
        to: state.seq,
        upserts: taken,
        removed,
        at: now(),
      });
    },
    mute: (isMuted) => void (state.isMuted = isMuted),
    set: (change) => void Object.assign(state, change),
    endSession: () => void io.emit("session:ended", { reason: "revoked" }),
    async stop() {
      clearInterval(beat);
      await io.close();
      http.closeAllConnections();
    },
  };
}
