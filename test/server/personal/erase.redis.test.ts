import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERSONAL_KEY } from "../../../domain/contract/inbox-event.ts";
import { keysOf } from "../../../domain/contract/keys.ts";
import { encodeOrderRecord } from "../../../domain/contract/order-record.ts";
import type { AnyEvent } from "../../../domain/event.ts";
import { createAppend } from "../../../server/inbox/append.ts";
import { createPersonal } from "../../../server/personal.ts";
import { problem } from "../../../server/problem.ts";
import { createErasureFile, createPersonalStore } from "../../../server/personal/store.ts";
import { type RedisClient, createFastClient } from "../../../server/redis.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

const SITE = "BER1";
const keys = keysOf(SITE);

describe.skipIf(redisMissing)("what is kept of a person", () => {
  let redis: TestRedis;
  let client: RedisClient;
  const personal = createPersonal(randomBytes(32));
  const open = () => {
    const file = createErasureFile(`${redis.dir}/erasures.ndjson`);
    const archived = async (_site: string, of: string) => (of === "C-9" ? ["SO-9"] : []);
    return createPersonalStore({ client, personal, archived, file, now: () => 1_700_000_000_000 });
  };

  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
    const append = createAppend(SITE, { client });
    for (const [number, name, customerOrder] of [
      ["1", "Erika Muster", "C-1"],
      ["2", "Erika Muster", "C-2"],
      ["3", "Hans Beispiel", "C-1"],
    ] as const)
      await bring(append, number, name, customerOrder);
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  /** An order as door and commit leave it. */
  async function bring(
    append: ReturnType<typeof createAppend>,
    number: string,
    name: string,
    customerOrder: string,
  ) {
    const orderId = `SO-${number}`;
    const event = {
      id: number,
      source: "shop",
      type: "order.received",
      site: SITE,
      orderId,
      occurredAt: 1,
      data: { customerOrder, shipTo: { name, street: `Way ${number}`, city: "B" } },
    } as unknown as AnyEvent;
    const entry = personal.entryOf(event);
    expect(entry[PERSONAL_KEY]).toBeDefined();
    await append({ how: "all", entries: [entry] });
    const sealed = [{ source: "shop", id: number, occurredAt: 1, sealed: entry.sealed }];
    const events = [{ ...entry.event, recordedAt: 1, hash: entry.hash }] as never;
    await client.hSet(keys.personal, orderId, JSON.stringify(sealed));
    await client.hSet(keys.rows, orderId, JSON.stringify({ id: orderId, customerOrder }));
    await client.hSet(
      keys.orders,
      orderId,
      encodeOrderRecord({ v: 1, policy: 1, events, sent: [] }),
    );
  }

  const ids = async (whose: Parameters<ReturnType<typeof open>["find"]>[1]) =>
    (await open().find([SITE], whose)).map(({ id }) => id).toSorted();

  test("is found by order, by the customer's order number, and by any personal value", async () => {
    expect(await ids({ orderId: "SO-2" })).toEqual(["SO-2"]);
    expect(await ids({ orderId: "SO-9" })).toEqual([]);
    expect(await ids({ customerOrder: "C-1" })).toEqual(["SO-1", "SO-3"]);
    expect(await ids({ customer: " erika MUSTER " })).toEqual(["SO-1", "SO-2"]);
    expect(await ids({ customer: "erika" })).toEqual([]);
    const [one] = await open().find([SITE], { orderId: "SO-3" });
    expect(one).toMatchObject({
      customerOrder: "C-1",
      personal: { name: "Hans Beispiel", street: "Way 3" },
      erasedAt: null,
    });
  });

  test("is found by the customer's number also of an order that was archived", async () => {
    await client.hSet(keys.personal, "SO-9", "[]");
    expect(await ids({ customerOrder: "C-9" })).toEqual(["SO-9"]);
    await client.hDel(keys.personal, "SO-9");
  });

  test("is not told in part while history does not answer", async () => {
    const away = problem("CT_ERR_NO_HISTORY", "History does not answer.");
    const archived = () => Promise.reject(away);
    const file = createErasureFile(`${redis.dir}/none.ndjson`);
    const { find } = createPersonalStore({ client, personal, archived, file });
    await expect(find([SITE], { customerOrder: "C-1" })).rejects.toBe(away);
    expect(await find([SITE], { orderId: "SO-2" })).toHaveLength(1);
  });

  test("is gone for good when it was erased: in the store, the inbox, and a copy of both", async () => {
    const copy = {
      personal: await client.hGetAll(keys.personal),
      keys: await client.hGetAll(keys.personalKeys),
    };
    await client.zAdd(keys.personalEnded, { score: 1, value: "SO-1" });
    await open().erase([{ site: SITE, id: "SO-1" }]);
    // remembered for good, whatever else ended of it before
    expect(await client.zCard(keys.personalEnded)).toBe(0);
    expect(await client.hExists(keys.personalKeys, "SO-1")).toBe(0);
    const [one] = await open().find([SITE], { orderId: "SO-1" });
    expect(one).toMatchObject({ personal: null, erasedAt: 1_700_000_000_000 });
    const [first] = (await client.xRange(keys.inbox, "-", "+")) ?? [];
    const { sealed } = JSON.parse(first?.message["e"] ?? "{}") as { sealed: string };
    expect(() => personal.open(SITE, "SO-1", sealed, "")).toThrow("destroyed");
    // an older copy of the store comes back, keys and all
    await client.del(keys.personalErased);
    await client.hSet(keys.personal, copy.personal);
    await client.hSet(keys.personalKeys, copy.keys);
    expect((await open().find([SITE], { orderId: "SO-1" }))[0]?.personal).not.toBeNull();
    expect(await open().reapply()).toBe(1);
    expect((await open().find([SITE], { orderId: "SO-1" }))[0]?.personal).toBeNull();
    expect(await open().reapply()).toBe(0);
    expect(await ids({ customer: "Erika Muster" })).toEqual(["SO-2"]);
  });

  test("is found and erased also when another order cannot be read", async () => {
    await client.hSet(keys.personal, "SO-0", "[]");
    await client.hSet(keys.orders, "SO-0", "[1,");
    expect(await ids({ customer: "Hans Beispiel" })).toEqual(["SO-3"]);
    await client.hDel(keys.personal, "SO-0");
  });

  test("stays erased when a crash cut off the line before it", async () => {
    const path = `${redis.dir}/torn.ndjson`;
    writeFileSync(path, '{"site":"BER1","orde');
    const file = createErasureFile(path);
    file.add([{ site: SITE, orderId: "SO-2", at: 1 }]);
    expect(file.read()).toEqual([{ site: SITE, orderId: "SO-2", at: 1 }]);
  });
});
