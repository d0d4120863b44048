import type { Socket as NetSocket } from "node:net";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SNAPSHOT_PAGE, type BoardOpened } from "../../domain/contract/realtime.ts";
import { aRow } from "../support/board-rows.ts";
import { fakeTower, type FakeTower } from "./fake-app.ts";
import { until } from "./live-stand.ts";

/** of a row's sentence: 2,000 of them are a snapshot of some four megabytes */
const WORDS = 2_000;
const OPENINGS = 30;

let tower: FakeTower;
let url: string;
const sockets: ReturnType<typeof io>[] = [];
beforeAll(async () => {
  tower = await fakeTower();
  const why = "x".repeat(WORDS);
  const rows = Array.from({ length: SNAPSHOT_PAGE }, (_, at) => aRow({ id: `SO-${at}`, why }));
  tower.fill("BER1", rows);
  url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => tower.app.close());

async function enter(name: string) {
  const cookie = await tower.login(name, `demo-${name}-tower`);
  const socket = io(url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    extraHeaders: { cookie },
  });
  sockets.push(socket);
  await until(() => socket.connected);
  const open = (): Promise<BoardOpened> => socket.emitWithAck("board:open", { site: "BER1" });
  return { socket, open };
}

test("who opens board after board and takes none is told to take them first, and may go on then", async () => {
  const [greedy, watcher] = [await enter("lead"), await enter("admin")];
  expect((await watcher.open()).ok).toBe(true);
  let isAllRead = false;
  watcher.socket.on("presence:changed", () => (isAllRead = true));
  const engine = greedy.socket.io.engine as unknown as {
    transport: { ws: { _socket: NetSocket } };
  };
  const line = engine.transport.ws._socket;
  line.pause();
  const openings = Array.from({ length: OPENINGS }, greedy.open);
  // what is sent after them is read after them
  greedy.socket.emit("presence:look", { orderId: "SO-1" });
  await until(() => isAllRead, 8_000);
  line.resume();
  const answers = await Promise.all(openings);
  const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.code]));
  expect(new Set(refusals)).toEqual(new Set(["CT_ERR_TOO_MANY_REQUESTS"]));
  // how much the line itself holds differs from machine to machine
  expect(refusals.length).toBeGreaterThan(OPENINGS / 2);
  expect((await greedy.open()).ok).toBe(true);
}, 30_000);
