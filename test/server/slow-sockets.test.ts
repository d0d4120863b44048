import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SNAPSHOT_PAGE, type BoardOpened } from "../../domain/contract/realtime.ts";
import { aRow } from "../support/board-rows.ts";
import { KEY, fakeTower, type FakeTower } from "./fake-app.ts";
import { until } from "./live-stand.ts";

let tower: FakeTower;
let url: string;
beforeAll(async () => {
  tower = await fakeTower();
  const rows = Array.from({ length: SNAPSHOT_PAGE + 1 }, (_, at) => aRow({ id: `SO-${at}` }));
  tower.fill("BER1", rows);
  url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => tower.app.close());

/** A client that takes no page of the board that it opens; what became of its connection. */
async function enter() {
  const socket = io(url, { transports: ["websocket"], auth: { token: KEY }, forceNew: true });
  const seen: string[] = [];
  let pages = 0;
  socket.on("connect", () => seen.push("connect"));
  socket.on("disconnect", (reason) => seen.push(reason));
  socket.on("board:rows", () => (pages += 1));
  await until(() => socket.connected);
  const answer: BoardOpened = await socket.emitWithAck("board:open", { site: "BER1" });
  expect(answer).toMatchObject({ ok: true, snapshot: { more: true } });
  await until(() => pages === 1);
  return { socket, seen };
}

// the server waits a quarter of a minute for a page to be taken
test("a client that takes no page is hung up on so that it comes back by itself, one that closed the board is not", async () => {
  const leaver = await enter();
  expect(await leaver.socket.emitWithAck("board:close", { site: "BER1" })).toEqual({ ok: true });
  const other = await enter();
  await other.socket.emitWithAck("board:open", { site: "BER1", view: "trucks" });
  const slow = await enter();
  await until(() => slow.seen.length === 3, 40_000);
  expect(slow.seen).toEqual(["connect", "transport close", "connect"]);
  // their pages went out before
  expect([leaver.seen, other.seen]).toEqual([["connect"], ["connect"]]);
  for (const { socket } of [leaver, other, slow]) socket.disconnect();
}, 60_000);
