/** P11: five hundred walls whose server restarts: how long until all are live again, how long a request takes meanwhile, and what they weigh. */
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import type { ClientToServer, ServerToClient } from "../../domain/contract/realtime.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { floorEvents, pairQuietly, postAll, wallSites } from "../support/wall-floor.ts";
import { quantile } from "./http-load.ts";
import { residentBytes } from "./process-cost.ts";
import { type Figure, round } from "./tables.ts";

const LIVE_WITHIN_MS = 20_000;
const ANSWER_MS = 2_000;
const ASK_EVERY_MS = 100;
const MB = 1024 * 1024;

type WallSocket = Socket<ServerToClient, ClientToServer>;
type Wall = { socket: WallSocket; liveAt: number };

/** A wall without a picture: it connects for ever as the page does, opens its board, and is live with the first pulse after that. */
function hang(url: string, token: string): Wall {
  const socket: WallSocket = io(url, {
    transports: ["websocket"],
    forceNew: true,
    auth: { token },
    reconnectionDelay: 500,
    reconnectionDelayMax: 4_000,
    randomizationFactor: 0.5,
    timeout: 5_000,
  });
  const wall: Wall = { socket, liveAt: 0 };
  const open = async (): Promise<void> => {
    try {
      const asked = { site: "BER1", view: "wall" as const };
      const answer = await socket.timeout(10_000).emitWithAck("board:open", asked);
      if (!answer.ok) setTimeout(() => void (socket.connected && open()), 1_000);
    } catch {
      if (socket.connected) void open();
    }
  };
  socket.on("connect", () => void open());
  // the server hung up on purpose: Socket.IO would not try again by itself
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 500);
  });
  socket.on("connect_error", () => {
    if (!socket.active) setTimeout(() => socket.connect(), 500 + Math.random() * 1_000);
  });
  socket.on("tower:pulse", () => (wall.liveAt = Date.now()));
  return wall;
}

async function untilLive(walls: readonly Wall[], from: number, withinMs: number): Promise<number> {
  while (walls.some(({ liveAt }) => liveAt < from)) {
    if (Date.now() - from > withinMs) return Number.POSITIVE_INFINITY;
    await sleep(50);
  }
  return Math.max(...walls.map(({ liveAt }) => liveAt)) - from;
}

/** How long `GET /api/v1/metrics/live` takes, over and over, from when the server answers again. */
function askAllTheTime(tower: Tower): () => Promise<{ took: number[]; failed: number }> {
  const took: number[] = [];
  let failed = 0;
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      const from = performance.now();
      const status = await tower.request("/api/v1/metrics/live?site=BER1").then(
        async (answer) => (await answer.arrayBuffer(), answer.status),
        () => 0,
      );
      if (status === 200) took.push(performance.now() - from);
      else if (status >= 500) failed += 1;
      await sleep(ASK_EVERY_MS);
    }
  })();
  return async () => {
    isOver = true;
    await loop;
    return { took: took.toSorted((a, b) => a - b), failed };
  };
}

export async function benchWalls(scale: number): Promise<Figure[]> {
  const count = Math.max(10, Math.round(500 * scale));
  using folder = tempDir();
  const env = { CT_SITES_FILE: wallSites(folder.path), CT_RATE_ADDRESSES: "0" };
  const tower = await startTower({ env });
  const walls: Wall[] = [];
  try {
    await postAll(tower, floorEvents(400, Date.now()));
    const tokens: string[] = [];
    for (let at = 0; at < count; at += 1) tokens.push((await pairQuietly(tower)).token);
    walls.push(...tokens.map((token) => hang(tower.url, token)));
    await untilLive(walls, Date.now(), 120_000);
    const before = residentBytes(tower.server.pid);
    await tower.server.kill("SIGTERM");
    tower.server.start();
    await tower.ready();
    const from = Date.now();
    const stop = askAllTheTime(tower);
    const live = await untilLive(walls, from, 120_000);
    const { took, failed } = await stop();
    const after = residentBytes(tower.server.pid);
    const p99 = quantile(took, 0.99);
    return [
      {
        id: "P11",
        what: `${count} walls live again after the server was ready`,
        value: `${round(live)} ms`,
        goal: `${LIVE_WITHIN_MS} ms`,
        raw: { live, count },
      },
      {
        id: "P11",
        what: "requests meanwhile, p99",
        value: `${round(p99)} ms, ${failed} answered 5xx`,
        goal: `${ANSWER_MS} ms`,
        raw: { p99, failed, asked: took.length },
      },
      {
        id: "P11",
        what: `server's memory with ${count} walls, before and after`,
        value: `${round(before / MB)} and ${round(after / MB)} MB`,
        raw: { before, after },
      },
    ];
  } finally {
    for (const { socket } of walls) socket.disconnect();
    await tower.stop();
  }
}
