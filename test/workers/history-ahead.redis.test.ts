import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureAhead, type Batch, type MeasuredAhead } from "../../history/measuring.ts";
import type { History } from "../../history/open.ts";
import { createProjector } from "../../history/project.ts";
import { createSegments } from "../../history/segments.ts";
import { createCopier } from "../../workers/history/copier.ts";
import { createRuleBook } from "../../workers/history/rule-book.ts";
import { createSnapshots } from "../../workers/history/snapshots.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { contentOf } from "../../history/content.ts";
import { forEachStore } from "../history/stores.ts";
import { redisMissing } from "../support/redis.ts";
import { startStand, type Stand } from "./stand.ts";

describe.skipIf(redisMissing)("the next piece is measured while one is written", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  type NewSite = Awaited<ReturnType<Stand["newSite"]>>;
  const time = async (): Promise<number> => Number((await stand.send<string[]>("TIME"))[0]) * 1_000;

  /** `measured`: sizes of the batches that were measured ahead; `beforeWrite` may fail. */
  async function copierOf(site: NewSite, history: History) {
    const book = createPolicyBook(stand.send);
    await book.refresh();
    const { send } = stand;
    const measured: { orders: number; isCounted: boolean }[] = [];
    const hooks = { beforeWrite: async (): Promise<void> => {}, isBroken: false };
    const projector = createProjector(history);
    const of = { site: site.id, send, time };
    const copier = createCopier({
      ...of,
      projector: {
        ...projector,
        project: async (...stretch) => {
          await hooks.beforeWrite();
          return projector.project(...stretch);
        },
      },
      segments: createSegments(site.id),
      snapshots: createSnapshots(of),
      rules: createRuleBook(send, book),
      measurer: {
        measure: async (batch: Batch, policies): Promise<MeasuredAhead> => {
          if (hooks.isBroken) throw new Error("the thread broke");
          measured.push({ orders: batch.orders.length, isCounted: batch.isCounted });
          return measureAhead(batch, policies.of);
        },
        rest: async () => {},
      },
    });
    const copyAll = async (): Promise<void> => {
      for (let steps = 0; (await copier.step()).more; steps += 1)
        if (steps > 300) throw new Error("it copies without end");
    };
    return { copier, copyAll, measured, hooks };
  }

  const names = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `${letter}${at}`);

  /** One order through the door, the others as its like: they are many. */
  async function takeIn(
    { keys, post, received, worker }: NewSite,
    [first = "", ...others]: readonly string[],
  ): Promise<void> {
    await post([received(first)]);
    await (await worker()).drain();
    const text = await stand.send<string>("HGET", keys.orders, first);
    const [, , [event = []]] = JSON.parse(text) as [number, number, unknown[][]];
    const { customerOrder } = event.at(-1) as { customerOrder: string };
    const fields = others.flatMap((id) => [id, text.replaceAll(customerOrder, `C-${id}`)]);
    await stand.send("HSET", keys.orders, ...fields);
  }

  async function expectWhole(history: History, site: NewSite): Promise<void> {
    const rows = await history.db
      .selectFrom("orders")
      .select(["id", "record"])
      .where("site", "=", site.id)
      .execute();
    const live = await stand.send<string[] | Record<string, string>>("HGETALL", site.keys.orders);
    const pairs = Array.isArray(live)
      ? Array.from({ length: live.length / 2 }, (_, at) => [live[2 * at], live[2 * at + 1]])
      : Object.entries(live);
    expect(Object.fromEntries(rows.map(({ id, record }) => [id, record]))).toEqual(
      Object.fromEntries(pairs),
    );
  }

  forEachStore(({ open }) => {
    test("while all orders are read, and while much of the log is behind", async () => {
      const site = await stand.newSite();
      const history = await open();
      const { copyAll, measured } = await copierOf(site, history);
      await takeIn(site, names("A", 1_100));
      await copyAll();
      expect(measured.length).toBeGreaterThanOrEqual(2);
      expect(measured.every(({ isCounted }) => isCounted)).toBe(true);
      expect(measured.reduce((sum, { orders }) => sum + orders, 0)).toBeGreaterThanOrEqual(1_000);
      await expectWhole(history, site);

      measured.splice(0);
      const hand = await site.worker();
      for (const id of names("A", 320)) {
        await site.post([site.event("order.allocated", id)]);
        await hand.drain();
      }
      await copyAll();
      expect(measured.length).toBeGreaterThanOrEqual(2);
      expect(measured.some(({ isCounted }) => isCounted)).toBe(false);
      await expectWhole(history, site);
      const again = await open();
      await (await copierOf(site, again)).copyAll();
      expect((await contentOf(history, site.id)).hash).toBe((await contentOf(again, site.id)).hash);
      await Promise.all([history.close(), again.close()]);
    });

    test("a batch that fails lets go of what was read ahead: it is read again as it is then", async () => {
      const site = await stand.newSite();
      const history = await open();
      const { copier, copyAll, hooks } = await copierOf(site, history);
      await takeIn(site, names("B", 1_100));
      await copier.step();
      const hand = await site.worker();
      hooks.beforeWrite = async () => {
        hooks.beforeWrite = async () => {};
        await site.post(names("B", 50).map((id) => site.event("order.allocated", id)));
        await hand.drain();
        throw new Error("the store is away");
      };
      await expect(copier.step()).rejects.toThrow("the store is away");
      await copyAll();
      await expectWhole(history, site);
      const again = await open();
      await (await copierOf(site, again)).copyAll();
      expect((await contentOf(history, site.id)).hash).toBe((await contentOf(again, site.id)).hash);
      await Promise.all([history.close(), again.close()]);
    });
  });

  forEachStore(({ kind, open }) => {
    test.skipIf(kind === "postgres")("a thread that breaks costs time, nothing else", async () => {
      const site = await stand.newSite();
      const history = await open();
      const { copyAll, hooks, measured } = await copierOf(site, history);
      hooks.isBroken = true;
      await takeIn(site, names("C", 600));
      await copyAll();
      expect(measured).toEqual([]);
      await expectWhole(history, site);
      await history.close();
    });
  });
});
