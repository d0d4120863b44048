import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Socket as NetSocket } from "node:net";
import type { Socket } from "socket.io-client";
import type { BoardDelta, Row } from "../../domain/board.ts";
import { applyDelta, applyPage, createBoardModel } from "../../domain/board-model.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { BoardRows, TowerPulse } from "../../domain/contract/realtime.ts";
import { aRow } from "../support/board-rows.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";
import {
  createCommitter,
  openBoard,
  openSocket,
  outcomeOf,
  SITE,
  startStand,
  until,
  type Stand,
} from "./live-stand.ts";

const keys = keysOf(SITE);

describe.skipIf(redisMissing)("the live board", () => {
  let redis: TestRedis;
  let store: TestClient;
  let stand: Stand;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    store = await connectTestClient(redis.socketPath);
    await store.flushAll();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await stand.stop();
    store.destroy();
  });

  async function connect(options: Record<string, unknown> = {}): Promise<Socket> {
    const socket = openSocket(stand.url, options);
    sockets.push(socket);
    expect(await outcomeOf(socket)).toEqual({ kind: "connected" });
    return socket;
  }

  /** Opens a board and follows it as a browser does; `model` is what it shows. */
  async function follow(socket: Socket, have?: { epoch: string; seq: number }) {
    const deltas: BoardDelta[] = [];
    const pages: BoardRows[] = [];
    socket.on("board:delta", (delta: BoardDelta) => deltas.push(delta));
    socket.on("board:rows", (page: BoardRows, taken: () => void) => {
      pages.push(page);
      taken();
    });
    const opened = await openBoard(socket, { site: SITE, ...(have && { have }) });
    if (!opened.ok) throw new Error(opened.problem.detail);
    return { opened, deltas, pages };
  }

  const seqOfServer = () => stand.app.live.board(SITE)?.seq ?? -1;

  test("a site whose board cannot be read keeps no other from being followed", async () => {
    const other = keysOf("NYC1");
    const { commit } = createCommitter(store);
    await commit([aRow({ id: "A" })]);
    stand = await startStand(redis.url);
    await store.hSet(other.rows, "broken", "{");
    await store.set(other.epoch, "other");
    // its number moves on without an entry: the board has to be read again, and cannot be
    await store.set(other.seq, "7");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await commit([aRow({ id: "B" })]);
    await until(() => seqOfServer() === 2, 5_000);
    expect(stand.app.live.board(SITE)?.rows.size).toBe(2);
    await store.hDel(other.rows, "broken");
    await until(() => stand.app.live.board("NYC1")?.seq === 7);
  });

  test("an entry of the log that cannot be read costs its site a reading, and no other anything", async () => {
    const { commit, at } = createCommitter(store);
    await commit([aRow({ id: "A" })]);
    stand = await startStand(redis.url);
    at.seq += 1;
    await store.set(keys.seq, String(at.seq));
    await store.xAdd(keys.log, `${at.seq}-0`, { e: at.epoch, c: "{" });
    await commit([aRow({ id: "B" })]);
    await until(() => seqOfServer() === 3, 5_000);
    expect(stand.app.live.board(SITE)?.rows.size).toBe(2);
  });

  test("opens with a snapshot, then one delta for all changes of a quarter second", async () => {
    const { commit } = createCommitter(store);
    await commit([aRow({ id: "A" }), aRow({ id: "B" })]);
    stand = await startStand(redis.url);
    const socket = await connect();
    const { opened, deltas } = await follow(socket);
    expect(opened.snapshot).toMatchObject({ more: false, total: 2 });
    expect(opened.snapshot?.rows.map(({ id }) => id)).toEqual(["A", "B"]);
    const model = createBoardModel({ site: SITE, ...opened, rows: opened.snapshot?.rows ?? [] });
    await commit([aRow({ id: "C" })]);
    await commit([aRow({ id: "C", stage: "picked" })]);
    await commit([], ["A"]);
    await until(() => deltas.at(-1)?.to === 4);
    for (const delta of deltas) expect(applyDelta(model, delta)).toBe("applied");
    expect([...model.rows.values()].map(({ id, stage, v }) => [id, stage, v])).toEqual([
      ["B", "picking", 1],
      ["C", "picked", 3],
    ]);
    expect(deltas.length).toBeLessThan(3);
  });

  test("a browser that was away gets what it missed, or a snapshot when nobody knows any more", async () => {
    const { commit, at } = createCommitter(store);
    await commit([aRow({ id: "A" }), aRow({ id: "B" })]);
    stand = await startStand(redis.url);
    await commit([aRow({ id: "A", stage: "packed" })]);
    await commit([], ["B"]);
    await until(() => seqOfServer() === 3);
    const away = await follow(await connect(), { epoch: at.epoch, seq: 1 });
    expect(away.opened.snapshot).toBeUndefined();
    expect(away.opened.deltas).toMatchObject([
      { from: 1, to: 3, upserts: [{ id: "A", stage: "packed", v: 2 }], removed: ["B"] },
    ]);
    const other = await follow(await connect(), { epoch: "epoch-0", seq: 3 });
    expect(other.opened.snapshot?.rows).toHaveLength(1);
    const before = await follow(await connect(), { epoch: at.epoch, seq: 0 });
    expect(before.opened.snapshot?.rows).toHaveLength(1);
    const ahead = await follow(await connect(), { epoch: at.epoch, seq: 9 });
    expect(ahead.opened.snapshot?.rows).toHaveLength(1);
  });

  test("a large board comes in pages, the most urgent first, and ends as the server has it", async () => {
    const { commit } = createCommitter(store);
    const rows: Row[] = Array.from({ length: 5_000 }, (_, at) =>
      aRow({ id: `SO-${at}`, sev: at === 4_321 ? "late" : "on_time", actBy: 1_000_000 - at }),
    );
    for (let from = 0; from < rows.length; from += 500) await commit(rows.slice(from, from + 500));
    stand = await startStand(redis.url);
    const { opened, deltas, pages } = await follow(await connect());
    expect(opened.snapshot).toMatchObject({ more: true, total: 5_000 });
    expect(opened.snapshot?.rows).toHaveLength(2_000);
    expect(opened.snapshot?.rows[0]?.id).toBe("SO-4321");
    const from = { site: SITE, ...opened, rows: opened.snapshot?.rows ?? [] };
    const model = createBoardModel(from, true);
    await commit([aRow({ id: "SO-1", stage: "packed" })], ["SO-2"]);
    await until(() => pages.at(-1)?.last === true && deltas.at(-1)?.to === 11);
    expect(pages.map((page) => page.rows.length)).toEqual([2_000, 1_000]);
    for (const delta of deltas) applyDelta(model, delta);
    for (const page of pages) applyPage(model, page);
    const server = stand.app.live.board(SITE);
    expect(model.seq).toBe(server?.seq);
    expect(new Map(model.rows)).toEqual(new Map(server?.rows));
    expect(model.rows.get("SO-1")?.stage).toBe("packed");
    expect(model.rows.has("SO-2")).toBe(false);
  });

  test("numbers that go backwards under a new epoch make every browser open again", async () => {
    const first = createCommitter(store);
    await first.commit([aRow({ id: "A" })]);
    await first.commit([aRow({ id: "B" })]);
    stand = await startStand(redis.url);
    const { deltas } = await follow(await connect());
    await store.del([keys.log, keys.rows]);
    const second = createCommitter(store, { epoch: "epoch-2", seq: 0 });
    await second.commit([aRow({ id: "A", stage: "packed" })]);
    await until(() => deltas.some(({ epoch }) => epoch === "epoch-2"));
    const again = await follow(await connect(), { epoch: "epoch-1", seq: 2 });
    expect(again.opened).toMatchObject({ epoch: "epoch-2", seq: 1 });
    expect(again.opened.snapshot?.rows.map(({ id, stage }) => [id, stage])).toEqual([
      ["A", "packed"],
    ]);
  });

  test("a lost tail is seen before anything is written again", async () => {
    const { commit, at } = createCommitter(store);
    await commit([aRow({ id: "A" })]);
    await commit([aRow({ id: "B" })]);
    stand = await startStand(redis.url);
    const { deltas } = await follow(await connect());
    await store.multi().set(keys.seq, "1").hDel(keys.rows, "B").xDel(keys.log, "2-0").exec();
    await until(() => stand.app.live.board(SITE)?.rows.has("B") === false);
    await until(() => deltas.some(({ epoch }) => epoch !== at.epoch));
    expect(stand.app.live.board(SITE)?.seq).toBe(1);
  });

  test("a log that was trimmed past the follower makes it read the board again, and browsers go on", async () => {
    const { commit } = createCommitter(store);
    await commit([aRow({ id: "A" }), aRow({ id: "B" })]);
    stand = await startStand(redis.url);
    const { opened, deltas } = await follow(await connect());
    const model = createBoardModel({ site: SITE, ...opened, rows: opened.snapshot?.rows ?? [] });
    // two commits whose entries are gone before anybody could read them
    await store
      .multi()
      .set(keys.seq, "3")
      .hSet(keys.rows, "C", JSON.stringify(aRow({ id: "C", v: 3 })))
      .hDel(keys.rows, "A")
      .exec();
    await until(() => seqOfServer() === 3);
    await until(() => deltas.at(-1)?.to === 3);
    for (const delta of deltas) applyDelta(model, delta);
    expect([...model.rows.keys()]).toEqual(["B", "C"]);
  });

  test("sums count every change once, wherever the reading began", async () => {
    const { commit } = createCommitter(store);
    const totals = { shippedOnTime: 1 };
    await commit([], [], { totals });
    stand = await startStand(redis.url);
    await commit([], [], { totals });
    await commit([], [], { totals, dead: 3, waiting: 2 });
    await until(() => seqOfServer() === 3);
    const metrics = stand.app.live.board(SITE)?.metrics(Date.now());
    expect(metrics).toMatchObject({ deadLetters: 3, waiting: 2, promises: { shippedOnTime: 3 } });
  });

  test("a frozen browser keeps a bounded queue, costs nobody anything and is right again after it thaws", async () => {
    const { commit } = createCommitter(store);
    await commit([aRow({ id: "SO-0" })]);
    stand = await startStand(redis.url);
    const frozen = await connect();
    const calm = await connect();
    const { opened, deltas } = await follow(frozen);
    const other = await follow(calm);
    const raw = (frozen.io.engine as unknown as { transport: { ws: { _socket: NetSocket } } })
      .transport.ws._socket;
    raw.pause();
    const rows = Array.from({ length: 4_000 }, (_, at) =>
      aRow({ id: `SO-${at}`, why: "x".repeat(250) }),
    );
    const roundsSent = 14;
    for (let round = 0; round < roundsSent; round += 1) {
      await commit(rows);
      await until(() => other.deltas.at(-1)?.to === round + 2);
    }
    raw.resume();
    const gap = (delta: BoardDelta) => delta.from > opened.seq && delta.upserts.length === 0;
    await until(() => deltas.some(gap));
    // what was queued before the cap came, the rest was never queued
    expect(deltas.filter(({ upserts }) => upserts.length > 0).length).toBeLessThan(roundsSent);
    const again = await follow(frozen, { epoch: opened.epoch, seq: deltas[0]?.to ?? 0 });
    expect(again.opened).toMatchObject({ seq: roundsSent + 1 });
    expect(again.opened.snapshot?.total).toBe(4_000);
  });

  test("the pulse says how old the last proof is, and the sources with their silence", async () => {
    const { commit } = createCommitter(store);
    await commit([aRow()]);
    stand = await startStand(redis.url);
    const socket = await connect();
    const pulses: TowerPulse[] = [];
    socket.on("tower:pulse", (pulse: TowerPulse) => pulses.push(pulse));
    await follow(socket);
    await until(() => pulses.length > 0);
    expect(pulses[0]).toMatchObject({ site: SITE, canaryAgeMs: null });
    await commit([], [], { canaryAt: Date.now() - 500, sources: { "wms/ber1": Date.now() } });
    await until(() => pulses.at(-1)?.canaryAgeMs != null);
    const last = pulses.at(-1);
    expect(last?.canaryAgeMs).toBeGreaterThanOrEqual(500);
    expect(last?.canaryAgeMs).toBeLessThan(5_000);
    expect(last?.sources.find(({ source }) => source === "wms/ber1")?.state).toBe("live");
  });

  test("an action that waits for its position is told when the commit is on the board", async () => {
    const { commit } = createCommitter(store);
    await commit([aRow()]);
    stand = await startStand(redis.url);
    const soon = stand.app.live.waitForPosition(SITE, "2-0", 5_000);
    expect(await stand.app.live.waitForPosition(SITE, "1-0", 10)).toBe(true);
    expect(await stand.app.live.waitForPosition(SITE, "9-0", 10)).toBe(false);
    await commit([aRow({ stage: "packed" })]);
    expect(await soon).toBe(true);
    expect(stand.app.live.board(SITE)?.rows.get("SO-1")?.stage).toBe("packed");
  });

  describe("who may look", () => {
    beforeEach(async () => {
      const row = aRow({ owner: "Mia", shipTo: { city: "Berlin", country: "DE" } });
      await createCommitter(store).commit([row]);
      stand = await startStand(redis.url);
    });

    async function cookieOf(name: string): Promise<string> {
      const payload = { name, password: `demo-${name}-tower` };
      const url = "/api/v1/session";
      const answer = await stand.app.inject({ method: "POST", url, payload });
      return String(answer.headers["set-cookie"]).split(";")[0] ?? "";
    }

    test.each([
      ["no credential", { auth: {} }],
      ["a wrong key", { auth: { token: "wrong-key-of-more-than-32-characters" } }],
      ["a made-up cookie", { auth: {}, extraHeaders: { cookie: `ct=${"x".repeat(43)}` } }],
    ])("with %s nobody gets in", async (_name, options) => {
      const socket = openSocket(stand.url, options);
      sockets.push(socket);
      expect(await outcomeOf(socket)).toMatchObject({ kind: "refused" });
    });

    test.each([
      "https://evil.example",
      "null",
      "http://127.0.0.1",
      "http://127.0.0.1.evil.example",
      "file://",
    ])("from a page of %s nobody gets in, even with a key", async (origin) => {
      const socket = openSocket(stand.url, { extraHeaders: { origin } });
      sockets.push(socket);
      expect(await outcomeOf(socket)).toMatchObject({ kind: "refused" });
    });

    test("our own page gets in with its cookie, and out when its session ends", async () => {
      const cookie = await cookieOf("lead");
      const socket = await connect({ auth: {}, extraHeaders: { cookie, origin: stand.url } });
      const ended: string[] = [];
      socket.on("session:ended", ({ reason }: { reason: string }) => ended.push(reason));
      await follow(socket);
      await stand.app.inject({ method: "DELETE", url: "/api/v1/session", headers: { cookie } });
      await until(() => !socket.connected);
      expect(ended).toEqual(["logged-out"]);
    });

    test("viewers get rows without people and places, others with them", async () => {
      const viewer = await connect({
        auth: {},
        extraHeaders: { cookie: await cookieOf("viewer") },
      });
      const lead = await connect({ auth: {}, extraHeaders: { cookie: await cookieOf("lead") } });
      const [seen, full] = [await follow(viewer), await follow(lead)];
      expect(seen.opened.snapshot?.rows[0]).not.toHaveProperty("owner");
      expect(seen.opened.snapshot?.rows[0]).not.toHaveProperty("shipTo");
      expect(full.opened.snapshot?.rows[0]).toMatchObject({ owner: "Mia" });
      const row = aRow({ owner: "Mia", shipTo: { city: "Berlin" }, stage: "packed" });
      await createCommitter(store, { epoch: "epoch-1", seq: 1 }).commit([row]);
      await until(() => seen.deltas.length > 0 && full.deltas.length > 0);
      expect(seen.deltas[0]?.upserts[0]).not.toHaveProperty("owner");
      expect(seen.deltas[0]?.upserts[0]).not.toHaveProperty("shipTo");
      expect(full.deltas[0]?.upserts[0]).toMatchObject({ owner: "Mia" });
    });

    test("another's site and a malformed request are refused with a problem", async () => {
      const socket = await connect();
      for (const [request, code] of [
        [{ site: "OTHER1" }, "CT_ERR_NOT_FOUND"],
        [{ site: SITE, room: "rows:full:NYC1" }, "CT_ERR_INVALID"],
        [{}, "CT_ERR_INVALID"],
        [null, "CT_ERR_INVALID"],
      ] as const) {
        const answer = await openBoard(socket, request as never);
        expect(answer).toMatchObject({ ok: false, problem: { code } });
      }
    });

    test("walls and trucks get numbers and no rows", async () => {
      const socket = await connect();
      const deltas: BoardDelta[] = [];
      socket.on("board:delta", (delta: BoardDelta) => deltas.push(delta));
      let samples = 0;
      socket.on("metrics:sample", () => (samples += 1));
      const opened = await openBoard(socket, { site: SITE, view: "wall" });
      expect(opened).toMatchObject({ ok: true, snapshot: { rows: [], more: false, total: 1 } });
      await createCommitter(store, { epoch: "epoch-1", seq: 1 }).commit([aRow({ id: "B" })]);
      await until(() => seqOfServer() === 2 && samples > 0);
      expect(deltas).toEqual([]);
    });

    test("who looks at an order is told to those who work with orders", async () => {
      const lead = await connect({ auth: {}, extraHeaders: { cookie: await cookieOf("lead") } });
      const admin = await connect({ auth: {}, extraHeaders: { cookie: await cookieOf("admin") } });
      const told: unknown[] = [];
      admin.on("presence:changed", (presence: unknown) => told.push(presence));
      await follow(lead);
      await follow(admin);
      expect(await lead.emitWithAck("presence:look", { orderId: "SO-1" })).toEqual({ ok: true });
      await until(() => told.length === 1);
      expect(told[0]).toEqual({ site: SITE, orderId: "SO-1", who: ["lead"] });
      lead.disconnect();
      await until(() => told.length === 2);
      expect(told[1]).toEqual({ site: SITE, orderId: "SO-1", who: [] });
    });

    test("who comes later is told what is looked at already; a view and an order are two things", async () => {
      const lead = await connect({ auth: {}, extraHeaders: { cookie: await cookieOf("lead") } });
      await follow(lead);
      await lead.emitWithAck("presence:look", { orderId: "SO-1", viewId: "hall-a" });
      const admin = await connect({ auth: {}, extraHeaders: { cookie: await cookieOf("admin") } });
      const viewer = await connect({
        auth: {},
        extraHeaders: { cookie: await cookieOf("viewer") },
      });
      const told: unknown[] = [];
      const leaked: unknown[] = [];
      admin.on("presence:changed", (presence: unknown) => told.push(presence));
      viewer.on("presence:changed", (presence: unknown) => leaked.push(presence));
      await follow(viewer);
      await follow(admin);
      await until(() => told.length === 2);
      expect(told).toEqual([
        { site: SITE, orderId: "SO-1", who: ["lead"] },
        { site: SITE, viewId: "hall-a", who: ["lead"] },
      ]);
      await lead.emitWithAck("presence:look", { viewId: "hall-a" });
      await until(() => told.length === 3);
      expect(told[2]).toEqual({ site: SITE, orderId: "SO-1", who: [] });
      expect(leaked).toEqual([]);
    });
  });

  test("while Redis is away the board stays, the pulse ages, and all goes on when it is back", async () => {
    const { commit, at } = createCommitter(store);
    await commit([aRow()]);
    stand = await startStand(redis.url);
    const socket = await connect();
    const pulses: TowerPulse[] = [];
    socket.on("tower:pulse", (pulse: TowerPulse) => pulses.push(pulse));
    const { deltas } = await follow(socket);
    await store.bgRewriteAof();
    await redis.kill("SIGKILL");
    await until(() => (pulses.at(-1)?.feedAgeMs ?? 0) > 2_500);
    expect(stand.app.live.board(SITE)?.rows.size).toBe(1);
    const ready = await stand.app.inject("/readyz");
    expect(ready.statusCode).toBe(503);
    await redis.restart();
    store = await connectTestClient(redis.socketPath);
    const next = createCommitter(store, { epoch: at.epoch, seq: at.seq });
    await next.commit([aRow({ stage: "packed" })]);
    await until(() => stand.app.live.board(SITE)?.rows.get("SO-1")?.stage === "packed");
    await until(() => deltas.some(({ upserts }) => upserts.some((row) => row.stage === "packed")));
    expect(stand.app.live.feedAgeMs(Date.now())).toBeLessThan(2_000);
  });
});
