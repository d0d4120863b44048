import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliverWebhookJob } from "../../../domain/contract/jobs.ts";
import { GLOBAL_KEYS, keysOf } from "../../../domain/contract/keys.ts";
import {
  decodeOutboxEntry,
  encodeOutboxEntry,
  type EffectEntry,
  type OutboxEntry,
  type Sent,
  type StoredWebhook,
} from "../../../domain/contract/webhooks.ts";
import type { Notice } from "../../../domain/incidents/notice.ts";
import { EFFECT_TYPES } from "../../../domain/effects.ts";
import { createDeliveries } from "../../../workers/outbox/deliveries.ts";
import { createDelivery } from "../../../workers/outbox/delivery.ts";
import { createLine } from "../../../workers/outbox/line.ts";
import type { Answer } from "../../../workers/outbox/post.ts";
import { createRelay } from "../../../workers/outbox/relay.ts";
import { createWebhookBook } from "../../../workers/outbox/webhook-book.ts";
import { commitLua } from "../../../workers/store/order-store.ts";
import { redisMissing } from "../../support/redis.ts";
import { type Stand, startStand } from "../stand.ts";

const ALL = new Set(EFFECT_TYPES.filter((type) => type.startsWith("order.")));
const wanted = () => ALL;

/** A commit that hands out its effects before it knows whether it may: what the one script is for. */
const leakyLua = commitLua
  .replace("redis.call('XADD', key, '*', 'f', ARGV[i])", "local told = i")
  .replace(
    "local cursor =",
    `local at = 8
while at <= #ARGV do
  local last = at + 2 + tonumber(ARGV[at + 2])
  if ARGV[at] == 'EMIT' then
    for i = at + 3, last do
      redis.call('XADD', KEYS[tonumber(ARGV[at + 1])], '*', 'f', ARGV[i])
    end
  end
  at = last + 1
end
local cursor =`,
  );

describe.skipIf(redisMissing)("the outbox", () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  type Entries = [position: string, fields: string[]][];
  const outboxOf = async (site: string): Promise<EffectEntry[]> => {
    const found = await stand.send<Entries>("XRANGE", keysOf(site).outbox, "-", "+");
    const entries = found.map(([, fields]) => decodeOutboxEntry(fields[1] ?? ""));
    return entries.filter((entry) => "effect" in entry);
  };
  const idsOf = async (site: string): Promise<string[]> =>
    (await outboxOf(site)).map(({ effect }) => effect.id);

  /** So many orders, each received, handed over and delivered. */
  async function postOrders(
    { post, received, event }: Awaited<ReturnType<Stand["newSite"]>>,
    count: number,
    prefix = "O",
  ): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const order = `${prefix}${at}`;
      await post([
        received(order),
        event("parcel.handed_over", order, { carrier: "A" }),
        event("parcel.delivered", order),
      ]);
    }
  }
  const EACH = ["order.received", "order.shipped", "order.delivered"];

  test("holds each effect once, in the order of its commits, and the record says so", async () => {
    const site = await stand.newSite();
    await postOrders(site, 3);
    await (await site.worker({ wanted })).drain();
    const told = await outboxOf(site.id);
    expect(told.map(({ effect }) => effect.type)).toEqual([...EACH, ...EACH, ...EACH]);
    const text = await stand.send<string>("HGET", site.keys.orders, "O0");
    expect((JSON.parse(text) as unknown[])[3]).toEqual(EACH.map((cause) => `${cause}#1`));
    // another worker, which has nothing of it in memory
    await site.post([site.event("note.added", "O0", { text: "x" })]);
    await (await site.worker({ wanted })).drain();
    expect(await outboxOf(site.id)).toHaveLength(9);
  });

  test("a site to which nobody listens has none", async () => {
    const site = await stand.newSite();
    await postOrders(site, 2);
    await (await site.worker()).drain();
    expect(await stand.send("EXISTS", site.keys.outbox)).toBe(0);
  });

  test("time that makes an order late tells it once, whoever sweeps", async () => {
    const site = await stand.newSite();
    const past = Date.now() - 3_600_000;
    const { data } = site.received("L");
    const late = { ...data, shipBy: past, deliverBy: past };
    await site.post([site.event("order.received", "L", late)]);
    // nobody listened when it came in
    await (await site.worker()).drain();
    const row = JSON.parse(await stand.send<string>("HGET", site.keys.rows, "L")) as object;
    expect(row).toMatchObject({ sev: "lost_cause" });
    // as if it had been on time when it was last looked at
    await stand.send("HSET", site.keys.rows, "L", JSON.stringify({ ...row, sev: "on_time" }));
    await stand.send("ZADD", site.keys.due, "1", "L");
    const [first, second] = await Promise.all([site.worker({ wanted }), site.worker({ wanted })]);
    await Promise.all([first.sweep(), second.sweep()]);
    await stand.send("ZADD", site.keys.due, "1", "L");
    await Promise.all([first.sweep(), second.sweep()]);
    const types = (await outboxOf(site.id)).map(({ effect }) => effect.type);
    expect(types).toEqual(["order.lost_cause"]);
  });

  async function raced(lua?: string) {
    const site = await stand.newSite();
    const options = { wanted, ...(lua !== undefined && { lua }) };
    const workers = await Promise.all([1, 2, 3].map(() => site.worker(options)));
    let isOver = false;
    const draining = workers.map(async (worker) => {
      while (!isOver) await worker.drain().catch(() => undefined);
    });
    for (let round = 0; round < 8; round += 1) await postOrders(site, 5, `R${round}-`);
    for (const worker of workers) await worker.drain();
    isOver = true;
    await Promise.all(draining);
    return idsOf(site.id);
  }

  test("three workers at once tell everything once", async () => {
    const ids = await raced();
    expect(new Set(ids).size).toBe(120);
    expect(ids).toHaveLength(120);
  });

  test("negative control: effects outside of the comparison are doubled, and that is seen", async () => {
    const ids = await raced(leakyLua);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
  });

  const aWebhook = (
    site: string,
    id: string,
    more: Partial<StoredWebhook> = {},
  ): StoredWebhook => ({
    id,
    name: id,
    site,
    url: "https://receiver.example.com/",
    types: [...EFFECT_TYPES],
    enabled: true,
    generation: 1,
    createdBy: "test",
    createdAt: 1,
    secrets: [{ sealed: "whsec_c2VjcmV0", createdAt: 1, endsAt: null }],
    ...more,
  });
  async function listen(...webhooks: StoredWebhook[]): Promise<void> {
    for (const webhook of webhooks)
      await stand.send("HSET", GLOBAL_KEYS.webhooks, webhook.id, JSON.stringify(webhook));
    await stand.send("INCR", GLOBAL_KEYS.accessVersion);
  }
  const anEffect = (id: string, type = "order.late"): Sent => ({
    id,
    type,
    at: 1,
    orderId: "SO-1",
    data: { site: "x" },
  });
  const put = (site: string, entry: OutboxEntry) =>
    stand.send("XADD", keysOf(site).outbox, "*", "f", encodeOutboxEntry(entry));
  const line = (site: string) => createLine(site, stand.send, async () => true);

  describe("its relay", () => {
    test("makes a job for each webhook that wants it, cancellations too, then moves on and trims", async () => {
      const { id: site, keys } = await stand.newSite();
      await listen(
        aWebhook(site, `all-${site}`),
        aWebhook(site, `late-${site}`, { types: ["order.late"] }),
        aWebhook(site, `cancelled-${site}`, { types: ["order.cancelled"] }),
        aWebhook(site, `off-${site}`, { enabled: false }),
        aWebhook("elsewhere", `other-${site}`),
      );
      for (const type of ["order.late", "order.late.cancelled", "order.cancelled"])
        await put(site, { effect: anEffect(type.replaceAll(".", "-"), type) });
      await put(site, { effect: anEffect("mine"), only: `off-${site}` });
      await put(site, { notice: { id: "n1", words: "nobody has it" } as Notice });
      await stand.send("XADD", keys.outbox, "*", "f", "{broken");
      const added: string[] = [];
      const told: string[] = [];
      const strange: string[] = [];
      const relay = createRelay({
        site,
        send: stand.send,
        book: createWebhookBook(stand.send),
        line: line(site),
        add: async ({ effect, webhook }) =>
          void added.push(`${webhook.split("-")[0]} ${effect.type} ${effect.id === "mine"}`),
        notify: async ({ notice }, jobId) => void told.push(`${jobId} ${notice.words}`),
        hold: async () => true,
        onUnreadable: (position) => void strange.push(position),
      });
      expect(await relay()).toBe(6);
      expect(added.toSorted()).toEqual(
        [
          "all order.late false",
          "all order.late.cancelled false",
          "all order.cancelled false",
          "late order.late false",
          "late order.late.cancelled false",
          "cancelled order.cancelled false",
          "off order.late true",
        ].toSorted(),
      );
      expect(strange).toHaveLength(1);
      expect(told).toEqual(["notice-n1 nobody has it"]);
      expect(await stand.send("XLEN", keys.outbox)).toBe(0);
      expect(await relay()).toBe(0);
    });

    test("killed anywhere and begun again, also by two at once, it loses and doubles nothing", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(12), { maxLength: 6 }),
          fc.integer({ min: 1, max: 8 }),
          async (deaths, count) => {
            const { id: site } = await stand.newSite();
            await listen(aWebhook(site, `a${site}`), aWebhook(site, `b${site}`));
            const effects = Array.from({ length: count }, (_, at) => `e${at}`);
            for (const id of effects) await put(site, { effect: anEffect(id) });
            const jobs = new Map<string, DeliverWebhookJob>();
            const begin = (commands: number) => {
              let left = commands;
              // every command may be the last of its process
              const mortal = async <T>(...args: string[]): Promise<T> => {
                if (left-- <= 0) throw new Error("killed");
                return stand.send<T>(...args);
              };
              return createRelay({
                site,
                send: mortal,
                book: createWebhookBook(stand.send),
                line: line(site),
                notify: async () => undefined,
                add: async (job, jobId) => {
                  if (left-- <= 0) throw new Error("killed");
                  jobs.set(jobId, job);
                },
                hold: async () => true,
              })();
            };
            for (const commands of deaths) await begin(commands).catch(() => undefined);
            await Promise.all([begin(Infinity), begin(Infinity)]);
            const expected = effects.flatMap((id) => [`wh-a${site}-${id}`, `wh-b${site}-${id}`]);
            expect([...jobs.keys()].toSorted()).toEqual(expected.toSorted());
          },
        ),
        { numRuns: 30, seed: 7 },
      );
    });
  });

  describe("a delivery", () => {
    const job = (site: string, webhook: string, id = "e1"): DeliverWebhookJob => ({
      site,
      webhook,
      delivery: id,
      effect: anEffect(id),
    });
    function anAttempt(answer: Answer) {
      const asked: { headers: Record<string, string>; body: string | Buffer }[] = [];
      const attempt = createDelivery({
        send: stand.send,
        book: createWebhookBook(stand.send),
        open: (_id, sealed) => sealed,
        post: async (_url, headers, body) => {
          asked.push({ headers, body });
          return answer;
        },
        deliveries: (site) => createDeliveries(site, stand.send),
        now: () => 1_000_000,
      });
      return { asked, attempt };
    }
    const kept = async (site: string, webhook: string, id = "e1") =>
      JSON.parse((await stand.send<string>("HGET", keysOf(site).deliveries(webhook), id)) ?? "{}");

    test("that is taken is over, and noted", async () => {
      const { id: site } = await stand.newSite();
      await listen(aWebhook(site, "t"));
      const { attempt, asked } = anAttempt({ status: 204, durationMs: 5 });
      expect(await attempt(job(site, "t"), 1)).toEqual({ is: "over" });
      expect(await kept(site, "t")).toMatchObject({ state: "delivered", status: 204, attempts: 1 });
      expect(asked[0]?.headers).toMatchObject({ "webhook-id": "e1", "webhook-timestamp": "1000" });
      expect(asked[0]?.body).toContain('"timestamp":"1970-01-01T00:00:00.001Z"');
    });

    test("that fails is tried again by the schedule, ten times, and is dead then", async () => {
      const { id: site } = await stand.newSite();
      await listen(aWebhook(site, "f"));
      const { attempt } = anAttempt({ status: 500, durationMs: 5 });
      expect(await attempt(job(site, "f"), 1)).toMatchObject({ is: "again" });
      expect(await kept(site, "f")).toMatchObject({ state: "retrying", nextAt: 1_005_000 });
      expect(await attempt(job(site, "f"), 9)).toMatchObject({ is: "again" });
      expect(await attempt(job(site, "f"), 10)).toEqual({ is: "over" });
      expect(await kept(site, "f")).toMatchObject({ state: "dead", nextAt: null, attempts: 10 });
    });

    test("answered with 410 ends the webhook until somebody changes it", async () => {
      const { id: site } = await stand.newSite();
      await listen(aWebhook(site, "g"));
      const { attempt, asked } = anAttempt({ status: 410, durationMs: 5 });
      expect(await attempt(job(site, "g"), 1)).toEqual({ is: "over" });
      await attempt(job(site, "g", "e2"), 1);
      expect(asked).toHaveLength(1);
      expect(await kept(site, "g", "e2")).toMatchObject({ state: "dead" });
      await listen(aWebhook(site, "g", { generation: 2 }));
      await attempt(job(site, "g", "e3"), 1);
      expect(asked).toHaveLength(2);
    });

    test("of a webhook that was deleted goes nowhere", async () => {
      const { id: site } = await stand.newSite();
      const { attempt, asked } = anAttempt({ status: 200, durationMs: 5 });
      expect(await attempt(job(site, "never-was"), 1)).toEqual({ is: "over" });
      expect(asked).toEqual([]);
    });

    test("two live secrets sign both; one that ended does not", async () => {
      const { id: site } = await stand.newSite();
      const secrets = [1, 2, 3].map((n) => ({
        sealed: `whsec_${Buffer.from(`s${n}`).toString("base64")}`,
        createdAt: 1,
        endsAt: n === 1 ? null : n * 700_000,
      }));
      await listen(aWebhook(site, "s", { secrets: secrets.filter((_, at) => at !== 1) }));
      const { attempt, asked } = anAttempt({ status: 200, durationMs: 5 });
      await attempt(job(site, "s"), 1);
      expect(asked[0]?.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
      await listen(aWebhook(site, "s", { secrets: [secrets[0]!, { ...secrets[1]!, endsAt: 5 }] }));
      await attempt(job(site, "s", "e2"), 1);
      expect(asked[1]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    });

    test("the last two hundred are kept", async () => {
      const { id: site, keys } = await stand.newSite();
      const deliveries = createDeliveries(site, stand.send);
      for (let at = 0; at < 205; at += 1)
        await deliveries.keep("k", {
          id: `d${at}`,
          effect: anEffect(`d${at}`),
          state: "delivered",
          attempts: 1,
          lastAt: at,
          nextAt: null,
          status: 200,
          durationMs: 1,
        });
      expect(await stand.send("HLEN", keys.deliveries("k"))).toBe(200);
      expect(await stand.send("HEXISTS", keys.deliveries("k"), "d4")).toBe(0);
      expect(await stand.send("HEXISTS", keys.deliveries("k"), "d204")).toBe(1);
    });
  });

  test("deliveries of one order stand in line; one that is over makes way, also when nobody said so", async () => {
    const { id: site } = await stand.newSite();
    const over = new Set<string>();
    const own = createLine(site, stand.send, async (_webhook, delivery) => !over.has(delivery));
    await own.enter("w", "SO-1", "first", "100-0");
    await own.enter("w", "SO-1", "second", "100-1");
    await own.enter("w", "SO-2", "third", "100-2");
    expect(await own.isFirst("w", "SO-1", "first")).toBe(true);
    expect(await own.isFirst("w", "SO-1", "second")).toBe(false);
    expect(await own.isFirst("w", "SO-2", "third")).toBe(true);
    await own.leave("w", "SO-1", "first");
    expect(await own.isFirst("w", "SO-1", "second")).toBe(true);
    // relayed a second time by a relay that died
    await own.enter("w", "SO-1", "first", "100-0");
    expect(await own.isFirst("w", "SO-1", "second")).toBe(false);
    over.add("first");
    expect(await own.isFirst("w", "SO-1", "second")).toBe(true);
  });
});
