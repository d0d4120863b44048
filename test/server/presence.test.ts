/** Who looks at what, told to those whose board shows it, on sockets that have several sites open. */
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PresenceChanged } from "../../domain/contract/realtime.ts";
import { aRow } from "../support/board-rows.ts";
import { anIncident } from "../support/incidents.ts";
import { fakeTower, type FakeTower } from "./fake-app.ts";
import { until } from "./live-stand.ts";

let tower: FakeTower;
let url: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow({ id: "SO-B" })], 1, [anIncident({ id: "INC-7", site: "BER1" })]);
  tower.fill("NYC1", [aRow({ id: "SO-N" })]);
  url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => tower.app.close());

async function enter(name: string, ...sites: string[]) {
  const cookie = await tower.login(name, `demo-${name}-tower`);
  const socket = io(url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    extraHeaders: { cookie },
  });
  sockets.push(socket);
  const told: PresenceChanged[] = [];
  socket.on("presence:changed", (presence: PresenceChanged) => told.push(presence));
  const send = (event: string, body: unknown): Promise<unknown> =>
    socket.timeout(5_000).emitWithAck(event, body) as Promise<unknown>;
  for (const site of sites)
    expect(await send("board:open", { site })).toMatchObject({ ok: true, epoch: "e1" });
  return { told, send };
}

test("a look belongs to the open board that shows the order, not to the one opened last", async () => {
  const ber = await enter("admin", "BER1");
  const nyc = await enter("coordinator", "NYC1");
  const lead = await enter("lead", "BER1", "NYC1");
  await lead.send("presence:look", { orderId: "SO-B", incidentId: "INC-7" });
  await lead.send("presence:look", { orderId: "SO-N" });
  await until(() => nyc.told.length === 1 && ber.told.length === 4);
  expect(nyc.told).toEqual([{ site: "NYC1", orderId: "SO-N", who: ["lead"] }]);
  expect(ber.told).toEqual([
    { site: "BER1", orderId: "SO-B", who: ["lead"] },
    { site: "BER1", incidentId: "INC-7", who: ["lead"] },
    { site: "BER1", orderId: "SO-B", who: [] },
    { site: "BER1", incidentId: "INC-7", who: [] },
  ]);
});

test("who closes a board looks at nothing of it any more, and goes on looking at another", async () => {
  const ber = await enter("admin", "BER1");
  const lead = await enter("lead", "BER1", "NYC1");
  await lead.send("presence:look", { orderId: "SO-B" });
  await lead.send("board:close", { site: "NYC1" });
  const late = await enter("coordinator", "BER1");
  await until(() => late.told.length === 1);
  expect(late.told).toEqual([{ site: "BER1", orderId: "SO-B", who: ["lead"] }]);
  await lead.send("board:close", { site: "BER1" });
  await until(() => ber.told.length === 2);
  expect(ber.told[1]).toEqual({ site: "BER1", orderId: "SO-B", who: [] });
});

test("closing without a site closes every board", async () => {
  const ber = await enter("admin", "BER1");
  const lead = await enter("lead", "BER1", "NYC1");
  await lead.send("presence:look", { orderId: "SO-N" });
  await lead.send("presence:look", { orderId: "SO-B" });
  await until(() => ber.told.length === 1);
  expect(await lead.send("board:close", null)).toEqual({ ok: true });
  await until(() => ber.told.length === 2);
  expect(ber.told[1]).toEqual({ site: "BER1", orderId: "SO-B", who: [] });
});
