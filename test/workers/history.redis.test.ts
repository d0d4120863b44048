import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import { contentOf } from "../../history/content.ts";
import { DUE_SOON } from "../../history/migrations/due-soon.ts";
import { openHistory, type HistoryAddress } from "../../history/open.ts";
import { createHistorian } from "../../workers/history/historian.ts";
import { createLog } from "../../workers/log.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { forEachStore } from "../history/stores.ts";
import { aSite } from "../support/builders.ts";
import { redisMissing } from "../support/redis.ts";
import { type Stand, startStand } from "./stand.ts";

describe.skipIf(redisMissing)("history follows the log", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  type NewSite = Awaited<ReturnType<Stand["newSite"]>>;
  const historianAt = (address: HistoryAddress, archiveHours = 72, gatherMs = 0) =>
    createHistorian({
      gatherMs,
      send: stand.send,
      log: createLog("silent"),
      book: createPolicyBook(stand.send),
      address,
      archiveHours,
      rewindDays: 14,
      archiveEveryMs: 0,
      siteAgainMs: 0,
    });
  const copyAll = async (historian: ReturnType<typeof historianAt>): Promise<void> => {
    for (let rounds = 0; (await historian.round()) === 0; rounds += 1)
      if (rounds > 300) throw new Error("it copies without end");
  };
  const statusOf = async (site: string): Promise<HistoryStatus> =>
    JSON.parse(
      (await stand.send<string | null>("GET", keysOf(site).history)) ?? "{}",
    ) as HistoryStatus;
  const numberOf = async (site: string): Promise<number> =>
    Number(await stand.send("GET", keysOf(site).seq));

  /** Orders with their way, in several commits. */
  async function work({ worker, post, received, event }: NewSite, names: string[]): Promise<void> {
    const hand = await worker();
    for (const name of names) {
      await post([received(name), event("order.allocated", name)]);
      await hand.drain();
      await post([
        event("pick.completed", name),
        event("pack.completed", name),
        event("parcel.handed_over", name),
      ]);
      await hand.drain();
    }
  }

  async function look(address: HistoryAddress, site: string) {
    const history = openHistory(address, { isReader: true });
    const content = await contentOf(history, site);
    const ids = await history.db
      .selectFrom("orders")
      .select(["id", "record"])
      .where("site", "=", site)
      .orderBy("id")
      .execute();
    const segments = await history.db
      .selectFrom("segments")
      .select(["first_seq", "last_seq"])
      .where("site", "=", site)
      .orderBy("first_seq")
      .execute();
    await history.close();
    return { ...content, ids, segments };
  }

  forEachStore(({ kind, place }) => {
    test("every order stands in history as it stands in Redis, and the status says so", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A", "B"]);
      await copyAll(historian);
      await work(site, ["C"]);
      await copyAll(historian);
      const { ids, segments } = await look(address, site.id);
      const stored = await Promise.all(
        ["A", "B", "C"].map((id) => stand.send<string>("HGET", site.keys.orders, id)),
      );
      expect(ids).toEqual(["A", "B", "C"].map((id, at) => ({ id, record: stored[at] })));
      const seq = await numberOf(site.id);
      const status = await statusOf(site.id);
      expect(status.upTo).toBe(status.at);
      expect(status).toMatchObject({
        state: "current",
        seq,
        behind: 0,
        gaps: 0,
        store: kind,
      });
      // what was read at first is in no segment; from then on there is no gap
      expect(segments.at(-1)?.last_seq).toBe(seq);
      await historian.stop();
    });

    test("a store that was put back as an older version left it is brought up to date while the tower runs", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A"]);
      await copyAll(historian);
      const older = openHistory(address);
      for (const index of ["ship_by", "deliver_by", "commit_by"])
        await older.run(older.db, `drop index orders_${index}`);
      await older.run(older.db, "alter table orders drop column commit_by");
      await older.db.deleteFrom("migrations").where("name", "=", DUE_SOON.name).execute();
      await older.close();
      await work(site, ["B"]);
      // the first round finds out
      await historian.round();
      await copyAll(historian);
      expect(await statusOf(site.id)).toMatchObject({ state: "current", behind: 0 });
      expect((await look(address, site.id)).ids.map(({ id }) => id)).toEqual(["A", "B"]);
      await historian.stop();
    });

    test("orders that were judged by their alarm are copied beside the log", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A"]);
      await copyAll(historian);
      const judged = { order: "A", day: "2026-02-11", deadline: 2, readyAt: null, isMissed: true };
      const text = JSON.stringify({ ...judged, raisedAt: 1 });
      await stand.send("XADD", site.keys.judged, "5-0", "f", text);
      await copyAll(historian);
      await historian.stop();
      const history = openHistory(address, { isReader: true });
      const rows = await history.db
        .selectFrom("judged")
        .select(["order_id", "raised_at", "ready_at", "is_missed"])
        .where("site", "=", site.id)
        .execute();
      await history.close();
      expect(rows).toEqual([{ order_id: "A", raised_at: 1, ready_at: null, is_missed: 1 }]);
    });

    test("what comes for a closed order comes into history", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A"]);
      const hand = await site.worker();
      await site.post([site.event("parcel.delivered", "A")]);
      await hand.drain();
      await copyAll(historian);
      await site.post([site.event("order.returned", "A")]);
      await hand.drain();
      await copyAll(historian);
      const { ids } = await look(address, site.id);
      expect(ids).toEqual([{ id: "A", record: await stand.send("HGET", site.keys.orders, "A") }]);
      expect(ids[0]?.record).toContain("order.returned");
      await historian.stop();
    });

    test("deleted and built again it says the same", async () => {
      const site = await stand.newSite();
      const address = await place();
      const first = historianAt(address);
      await work(site, ["A", "B"]);
      await copyAll(first);
      await work(site, ["C", "D"]);
      await copyAll(first);
      await first.stop();
      const before = await look(address, site.id);
      if (kind === "sqlite") rmSync(dirname(address.file), { recursive: true });
      const again = kind === "sqlite" ? address : await place();
      const second = historianAt(again);
      await copyAll(second);
      const after = await look(again, site.id);
      expect(after.hash).toBe(before.hash);
      expect(after.orders).toBe(4);
      await second.stop();
    });

    test("incidents and who was called come along, and are the same when history is built again", async () => {
      const site = await stand.newSite({ shifts: [] });
      const address = await place();
      const first = historianAt(address);
      const hand = await site.worker();
      await site.post([site.received("A")]);
      await hand.drain();
      await copyAll(first);
      let actions = 0;
      const act = async (type: string, data: object): Promise<void> => {
        actions += 1;
        const at = {
          id: `a-${actions}`,
          source: "ui/petra",
          site: site.id,
          occurredAt: Date.now(),
        };
        const by = { actor: "petra", role: "coordinator" };
        await site.post([{ ...at, ...by, type, data } as never]);
        await hand.drain();
      };
      await act("incident.opened", { title: "fire", orders: ["A"] });
      await act("incident.acknowledged", { incident: "INC-1" });
      await copyAll(first);
      const kept = async (of: HistoryAddress) => {
        const history = openHistory(of, { isReader: true });
        const rows = await history.db
          .selectFrom("incidents")
          .select(["id", "kind", "state", "acknowledged_at"])
          .where("site", "=", site.id)
          .execute();
        await history.close();
        return rows;
      };
      expect(await kept(address)).toEqual([
        { id: "INC-1", kind: "manual", state: "acknowledged", acknowledged_at: expect.any(Number) },
      ]);
      await first.stop();
      const again = await place();
      const second = historianAt(again);
      await copyAll(second);
      expect(await kept(again)).toEqual(await kept(address));
      expect((await look(again, site.id)).hash).toBe((await look(address, site.id)).hash);
      await second.stop();
    });

    test("when the log is gone before it was copied all orders are read again, and the gap is told", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A"]);
      await copyAll(historian);
      await work(site, ["B", "C"]);
      await stand.send("XTRIM", site.keys.log, "MAXLEN", "1");
      await copyAll(historian);
      expect((await look(address, site.id)).orders).toBe(3);
      expect(await statusOf(site.id)).toMatchObject({ state: "current", gaps: 1 });
      await historian.stop();
    });

    test("in another generation of numbers what was lost in Redis is taken away, what is there is kept", async () => {
      const site = await stand.newSite();
      const address = await place();
      const historian = historianAt(address);
      await work(site, ["A", "B"]);
      await copyAll(historian);
      // a Redis that came back with less than it had
      await stand.send("HDEL", site.keys.orders, "B");
      await stand.send("SET", site.keys.epoch, "another life");
      await stand.send("SET", site.keys.seq, "1");
      await copyAll(historian);
      expect((await look(address, site.id)).ids.map(({ id }) => id)).toEqual(["A"]);
      expect(await statusOf(site.id)).toMatchObject({
        state: "current",
        epoch: "another life",
        seq: 1,
      });
      await historian.stop();
    });

    test("of two that would copy one does", async () => {
      const site = await stand.newSite();
      const address = await place();
      const [one, other] = [historianAt(address), historianAt(address)];
      await work(site, ["A", "B", "C"]);
      for (let turn = 0; turn < 12; turn += 1) await Promise.all([one.round(), other.round()]);
      const { hash } = await look(address, site.id);
      const alone = await place();
      await one.stop();
      await other.stop();
      const third = historianAt(alone);
      await copyAll(third);
      expect((await look(alone, site.id)).hash).toBe(hash);
      await third.stop();
    });
  });

  test("a few changes wait for others for a while, a hundred wait for nobody, and neither is told as behind", async () => {
    const site = await stand.newSite();
    const address = { file: join(mkdtempSync(join(tmpdir(), "ct-hg-")), "h.db") };
    const historian = historianAt(address, 72, 1_500);
    await work(site, ["A"]);
    await copyAll(historian);
    const begunAt = performance.now();
    await work(site, ["B"]);
    await copyAll(historian);
    expect((await look(address, site.id)).orders).toBe(1);
    expect((await statusOf(site.id)).state).toBe("current");
    while (performance.now() - begunAt < 2_500) await copyAll(historian);
    expect((await look(address, site.id)).orders).toBe(2);
    await work(
      site,
      Array.from({ length: 60 }, (_, at) => `C${at}`),
    );
    await copyAll(historian);
    expect((await look(address, site.id)).orders).toBe(62);
    await historian.stop();
    rmSync(dirname(address.file), { recursive: true });
  });

  test("a floor at work has its orders measured by one thread, not by one a batch", async () => {
    const site = await stand.newSite();
    const dir = mkdtempSync(join(tmpdir(), "ct-history-"));
    const historian = historianAt({ file: join(dir, "one-thread.db") });
    const hand = await site.worker();
    let begun = 0;
    const count = (): number => (begun += 1);
    process.on("worker", count);
    for (const batch of ["A", "B", "C"]) {
      const orders = Array.from({ length: 120 }, (_, place) => site.received(`${batch}${place}`));
      await site.post(orders);
      await hand.drain();
      await copyAll(historian);
    }
    process.off("worker", count);
    await historian.stop();
    rmSync(dir, { recursive: true, force: true });
    expect(begun).toBe(1);
  });

  test("a damaged file is put aside, and history is built again", async () => {
    const site = await stand.newSite();
    const address = { file: join(mkdtempSync(join(tmpdir(), "ct-hd-")), "h.db") };
    const first = historianAt(address);
    await work(site, ["A", "B"]);
    await copyAll(first);
    await first.stop();
    const before = await look(address, site.id);
    writeFileSync(address.file, Buffer.alloc(20_000, 7));
    const second = historianAt(address);
    expect(await second.round()).toBeGreaterThan(0);
    await copyAll(second);
    expect((await look(address, site.id)).hash).toBe(before.hash);
    expect(readdirSync(dirname(address.file)).some((name) => name.includes(".damaged-"))).toBe(
      true,
    );
    await second.stop();
    rmSync(dirname(address.file), { recursive: true });
  });

  test("a site that cannot be copied keeps no other from it, and is copied when it can", async () => {
    const address = { file: join(mkdtempSync(join(tmpdir(), "ct-hs-")), "h.db") };
    const broken = await stand.newSite();
    const whole = await stand.newSite();
    const rules = [broken.id, whole.id].map((id) => ({ ...aSite(), id }));
    await stand.send(
      "HSET",
      GLOBAL_KEYS.sites,
      "current",
      JSON.stringify({ version: 1, sites: rules }),
    );
    await work(broken, ["A"]);
    await work(whole, ["B"]);
    await stand.send("HSET", broken.keys.incidents, "I-1", "{");
    const historian = historianAt(address);
    await copyAll(historian);
    expect(await statusOf(whole.id)).toMatchObject({ state: "current", behind: 0 });
    expect(await statusOf(broken.id)).toMatchObject({ state: "failing" });
    await stand.send("HDEL", broken.keys.incidents, "I-1");
    await copyAll(historian);
    expect(await statusOf(broken.id)).toMatchObject({ state: "current", behind: 0 });
    await historian.stop();
    rmSync(dirname(address.file), { recursive: true });
  });

  test("a store that cannot be opened is told, and copied to when it can", async () => {
    const site = await stand.newSite();
    const nowhere = historianAt({ file: "/dev/null/history/history.db" });
    await work(site, ["A"]);
    expect(await nowhere.round()).toBeGreaterThan(0);
    const said = await statusOf(site.id);
    expect(said.state).toBe("failing");
    expect(said.error).toMatch(/ENOTDIR/);
    await nowhere.stop();
  });
});
