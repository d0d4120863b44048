import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentOf } from "../../history/content.ts";
import { openHistory, type History } from "../../history/open.ts";
import { createArchive } from "../../workers/history/archive.ts";
import { createHistorian } from "../../workers/history/historian.ts";
import { createLog } from "../../workers/log.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

const LATER_MS = 100 * 3_600_000;

describe.skipIf(redisMissing)("closed orders leave Redis, and come back when more comes", () => {
  let stand: Stand;
  let dir = "";
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "ct-ar-"));
    stand = await startStand();
  });
  afterAll(async () => {
    await stand.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  let files = 0;
  /** A site with its historian and one delivered order `A`. */
  async function delivered() {
    const site = await stand.newSite();
    const address = { file: join(dir, `${(files += 1)}.db`) };
    const deps = {
      send: stand.send,
      log: createLog("silent"),
      book: createPolicyBook(stand.send),
      address,
    };
    const historian = createHistorian({ ...deps, archiveHours: 72, rewindDays: 14 });
    const copy = async (): Promise<void> => {
      for (let rounds = 0; (await historian.round()) === 0; rounds += 1)
        if (rounds > 300) throw new Error("it copies without end");
    };
    const hand = await site.worker();
    const way = ["order.allocated", "parcel.handed_over", "parcel.delivered"];
    await site.post([site.received("A"), ...way.map((type) => site.event(type, "A"))]);
    await hand.drain();
    const history: History | null = null;
    return { site, historian, copy, hand, history, address };
  }
  type World = Awaited<ReturnType<typeof delivered>>;
  /** as if some days had passed */
  async function leave({ site, address }: World): Promise<number> {
    const history = openHistory(address);
    const archive = createArchive({ site: site.id, send: stand.send, hours: 72 });
    const epoch = (await stand.send<string | null>("GET", site.keys.epoch)) ?? "";
    const left = await archive.archive(history, epoch, Date.now() + LATER_MS);
    await history.close();
    return left;
  }
  const totals = async ({ site }: World): Promise<Record<string, string>> => {
    const told = await stand.send<Record<string, string> | string[]>("HGETALL", site.keys.totals);
    return Array.isArray(told)
      ? Object.fromEntries(
          told.flatMap((name, at) => (at % 2 === 0 ? [[name, told[at + 1] ?? ""]] : [])),
        )
      : { ...told };
  };

  test("an order that history does not have stays", async () => {
    const world = await delivered();
    await world.copy();
    await world.site.post([world.site.event("note.added", "A", { text: "x" })]);
    await world.hand.drain();
    expect(await leave(world)).toBe(0);
    await world.copy();
    expect(await leave(world)).toBe(1);
    expect(await stand.send("HLEN", world.site.keys.orders)).toBe(0);
    expect(await stand.send("ZCARD", world.site.keys.closed)).toBe(0);
    expect(await stand.send("HLEN", world.site.keys.tombstones)).toBe(1);
    await world.historian.stop();
  });

  test("an order that cannot be read stays, and keeps no other from leaving", async () => {
    const world = await delivered();
    await world.copy();
    await stand.send("HSET", world.site.keys.orders, "0", "[1,");
    await stand.send("ZADD", world.site.keys.closed, "1", "0");
    expect(await leave(world)).toBe(1);
    expect(await stand.send("HKEYS", world.site.keys.orders)).toEqual(["0"]);
  });

  test("an order whose last event came lately stays, whenever it closed", async () => {
    const world = await delivered();
    await world.copy();
    const history = openHistory(world.address);
    const archive = createArchive({ site: world.site.id, send: stand.send, hours: 72 });
    const epoch = (await stand.send<string | null>("GET", world.site.keys.epoch)) ?? "";
    expect(await archive.archive(history, epoch, Date.now() + 71 * 3_600_000)).toBe(0);
    await history.close();
    await world.historian.stop();
  });

  test("a repeat of an archived order's event is a repeat, another body under its id a conflict", async () => {
    const world = await delivered();
    const { site } = world;
    await world.copy();
    await leave(world);
    // the door has forgotten both by then
    for (const key of await stand.send<string[]>("KEYS", `ct:{${site.id}}:door:*`).catch(() => []))
      await stand.send("DEL", key);
    const again = site.event("parcel.delivered", "A");
    const fresh = await site.worker();
    await site.append({
      how: "some",
      entries: [{ event: again, hash: `h-${again.id}`, replayOf: "dl-x" }],
    });
    await fresh.drain();
    expect(await stand.send("HLEN", site.keys.stubs)).toBe(0);
    expect(await stand.send("HLEN", site.keys.dead)).toBe(0);
    await site.append({
      how: "some",
      entries: [{ event: again, hash: "another body", replayOf: "dl-y" }],
    });
    await fresh.drain();
    const [letter] = await stand.send<string[]>("HVALS", site.keys.dead);
    expect(JSON.parse(letter ?? "{}")).toMatchObject({ cause: { code: "CT_ERR_EVENT_CONFLICT" } });
    await world.historian.stop();
  });

  test("one that cannot be brought back keeps no other, and is told", async () => {
    const world = await delivered();
    const { site } = world;
    await world.copy();
    await leave(world);
    const fresh = await site.worker();
    const strange = { ...site.event("order.returned", "0"), id: "strange" };
    await site.post([site.event("order.returned", "A"), strange]);
    await fresh.drain();
    await stand.send("HSET", site.keys.revived, "0", "[1,");
    await world.copy();
    await fresh.sweep();
    expect(await stand.send("HEXISTS", site.keys.orders, "A")).toBe(1);
    expect(await stand.send("HEXISTS", site.keys.dead, "dl-revive-0")).toBe(1);
    expect(await stand.send("HLEN", site.keys.revived)).toBe(0);
    await world.historian.stop();
  });

  test("one whose news was given up meanwhile is known as archived from then on, too", async () => {
    const world = await delivered();
    const { site } = world;
    const record = (await stand.send<string>("HGET", site.keys.orders, "A")) ?? "";
    await world.copy();
    await leave(world);
    await stand.send("SADD", site.keys.revivals, "A");
    await stand.send("HSET", site.keys.revived, "A", record);
    await (await site.worker()).sweep();
    expect(await stand.send("SCARD", site.keys.revivals)).toBe(0);
    expect(await stand.send("HLEN", site.keys.revived)).toBe(0);
    expect(await stand.send("HEXISTS", site.keys.tombstones, "A")).toBe(1);
    await world.historian.stop();
  });

  test("a later event waits without holding anything up, and brings the order back as if it had never been away", async () => {
    const world = await delivered();
    const { site, copy } = world;
    await copy();
    const before = await totals(world);
    await leave(world);
    const fresh = await site.worker();
    await site.post([site.event("order.returned", "A"), site.received("B")]);
    await fresh.drain();
    // the order behind it is not kept waiting
    expect(await stand.send("HEXISTS", site.keys.rows, "B")).toBe(1);
    expect(await stand.send("SISMEMBER", site.keys.revivals, "A")).toBe(1);
    await copy();
    await fresh.sweep();
    const record = await stand.send<string>("HGET", site.keys.orders, "A");
    for (const type of ["order.received", "parcel.delivered", "order.returned"])
      expect(record).toContain(type);
    for (const key of [site.keys.stubs, site.keys.tombstones, site.keys.revived])
      expect(await stand.send("HLEN", key)).toBe(0);
    expect(await stand.send("SCARD", site.keys.revivals)).toBe(0);
    // counted once: no longer as delivered, now as returned
    const after = await totals(world);
    expect(after).toMatchObject({
      "closed|returned": "1",
      deliveredOnTime: before["deliveredOnTime"],
    });
    expect(after["closed|delivered"] ?? "0").toBe("0");
    await copy();
    const history = openHistory(world.address, { isReader: true });
    const row = await history.db
      .selectFrom("orders")
      .select(["stage", "archived_at", "is_returned"])
      .where("id", "=", "A")
      .executeTakeFirst();
    expect(row).toEqual({ stage: "returned", archived_at: null, is_returned: 1 });
    expect((await contentOf(history, site.id)).orders).toBe(2);
    await history.close();
    await world.historian.stop();
  });
});
