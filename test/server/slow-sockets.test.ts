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

// the server waits a quarter of a minute for a page to be taken
test("a client that takes no page is hung up on so that it comes back by itself", async () => {
  const socket = io(url, { transports: ["websocket"], auth: { token: KEY }, forceNew: true });
  const seen: string[] = [];
  socket.on("connect", () => seen.push("connect"));
  socket.on("disconnect", (reason) => seen.push(reason));
  await until(() => socket.connected);
  const answer: BoardOpened = await socket.emitWithAck("board:open", { site: "BER1" });
  expect(answer).toMatchObject({ ok: true, snapshot: { more: true } });
  await until(() => seen.length === 3, 40_000);
  expect(seen).toEqual(["connect", "transport close", "connect"]);
  socket.disconnect();
}, 60_000);
