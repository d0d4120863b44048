import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type InboxEvent, PERSONAL_KEY } from "../../../domain/contract/inbox-event.ts";
import { keysOf } from "../../../domain/contract/keys.ts";
import { type Append, DOOR_BUCKET_MS, createAppend } from "../../../server/inbox/append.ts";
import { type RedisClient, createFastClient, isRedisAway } from "../../../server/redis.ts";
import { type TestRedis, redisMissing, startRedis } from "../../support/redis.ts";

const entry = (id: string, hash = "h", more: Partial<InboxEvent> = {}): InboxEvent => ({
  event: {
    id,
    source: "wms",
    type: "note.added",
    site: "S",
    orderId: "O",
    occurredAt: 1,
    data: { text: "x" },
  },
  hash,
  ...more,
});

describe.skipIf(redisMissing)("the door", () => {
  let redis: TestRedis;
  let client: RedisClient;
  let sites = 0;
  const door = (more: { maxWaiting?: number; now?: () => number } = {}) => {
    const site = `S${sites++}`;
    return { site, append: createAppend(site, { client, ...more }), keys: keysOf(site) };
  };
  const outcomes = async (append: Append, entries: InboxEvent[], how: "all" | "some" = "all") =>
    (await append({ how, entries })).map(({ outcome }) => outcome);

  beforeAll(async () => {
    redis = await startRedis();
    client = createFastClient(redis.url, () => {});
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("takes what is new, one inbox entry an event, in order", async () => {
    const { append, keys } = door();
    const taken = await append({ how: "all", entries: [entry("a"), entry("b")] });
    const stored = (await client.xRange(keys.inbox, "-", "+")) ?? [];
    expect(stored.map(({ id }) => id)).toEqual(taken.map(({ position }) => position));
    expect(stored.map(({ message }) => JSON.parse(message["e"] ?? "").event.id)).toEqual([
      "a",
      "b",
    ]);
  });

  test("keeps the key of personal fields with the event, once, and none of an erased order", async () => {
    const { append, keys } = door();
    const keyed = (id: string, key: string) => entry(id, "h", { [PERSONAL_KEY]: key });
    await append({ how: "all", entries: [keyed("a", "K1"), keyed("b", "K2")] });
    await append({ how: "all", entries: [keyed("a", "K3"), entry("c")] });
    expect(await client.hGetAll(keys.personalKeys)).toEqual({ O: "K1K2" });
    await client.hDel(keys.personalKeys, "O");
    await client.hSet(keys.personalErased, "O", "1");
    expect(await outcomes(append, [keyed("d", "K4")])).toEqual(["accepted"]);
    expect(await client.exists(keys.personalKeys)).toBe(0);
  });

  test("answers a repeat as duplicate with the position of the first", async () => {
    const { append, keys } = door();
    const [first] = await append({ how: "all", entries: [entry("a")] });
    const [again] = await append({ how: "all", entries: [entry("a")] });
    expect(again).toEqual({ outcome: "duplicate", position: first?.position });
    expect(await client.xLen(keys.inbox)).toBe(1);
  });

  test("refuses the whole request when one of it has another body", async () => {
    const { append, keys } = door();
    await append({ how: "all", entries: [entry("a")] });
    expect(await outcomes(append, [entry("b"), entry("a", "other")])).toEqual([
      "refused",
      "conflict",
    ]);
    expect(await client.xLen(keys.inbox)).toBe(1);
    expect(await outcomes(append, [entry("b"), entry("a", "other")], "some")).toEqual([
      "accepted",
      "conflict",
    ]);
  });

  test("sees twins inside one request", async () => {
    const { append, keys } = door();
    expect(await outcomes(append, [entry("a"), entry("a")])).toEqual(["accepted", "duplicate"]);
    expect(await outcomes(append, [entry("b"), entry("b", "other")], "some")).toEqual([
      "accepted",
      "conflict",
    ]);
    expect(await client.xLen(keys.inbox)).toBe(2);
  });

  test("sees twins in requests that arrive at the same moment", async () => {
    const { append, keys } = door();
    const posts = Array.from({ length: 20 }, () => outcomes(append, [entry("a")]));
    const all = (await Promise.all(posts)).flat();
    expect(all.filter((outcome) => outcome === "accepted")).toHaveLength(1);
    expect(await client.xLen(keys.inbox)).toBe(1);
  });

  test("remembers over three buckets and forgets after that", async () => {
    const { append, keys } = door();
    await append({ how: "all", entries: [entry("a")] });
    const current = Math.floor(Date.now() / DOOR_BUCKET_MS);
    await client.rename(keys.door(current), keys.door(current - 2));
    expect(await outcomes(append, [entry("a")])).toEqual(["duplicate"]);
    await client.rename(keys.door(current - 2), keys.door(current - 3));
    expect(await outcomes(append, [entry("a")])).toEqual(["accepted"]);
  });

  test("goes by the time of Redis when its own clock is wrong", async () => {
    const { append } = door({ now: () => 0 });
    expect(await outcomes(append, [entry("a")])).toEqual(["accepted"]);
    expect(await outcomes(append, [entry("a")])).toEqual(["duplicate"]);
  });

  test("lets a replay pass", async () => {
    const { append, keys } = door();
    await append({ how: "all", entries: [entry("a")] });
    expect(await outcomes(append, [entry("a", "h", { replayOf: "dl-1" })])).toEqual(["accepted"]);
    expect(await client.xLen(keys.inbox)).toBe(2);
  });

  test("only asks when it is told to check", async () => {
    const { append, keys } = door();
    await append({ how: "all", entries: [entry("a")] });
    const asked = await append({ how: "check", entries: [entry("a", "other"), entry("b")] });
    expect(asked.map(({ outcome }) => outcome)).toEqual(["conflict", "refused"]);
    expect(await client.xLen(keys.inbox)).toBe(1);
  });

  test("refuses when too much is waiting", async () => {
    const { append } = door({ maxWaiting: 1 });
    await append({ how: "all", entries: [entry("a")] });
    await expect(append({ how: "all", entries: [entry("b")] })).rejects.toMatchObject({
      code: "CT_ERR_OVERLOADED",
    });
  });

  test("begins a new epoch when Redis runs anew, and keeps what it knew", async () => {
    const { append, keys } = door();
    await append({ how: "all", entries: [entry("a")] });
    const before = await client.get(keys.epoch);
    await client.set(keys.run, "another run");
    expect(await outcomes(append, [entry("a")])).toEqual(["duplicate"]);
    expect(await client.get(keys.epoch)).not.toBe(before);
  });
});

describe.skipIf(redisMissing)("the door without Redis", () => {
  test("refuses within a second when Redis is dead and within 2.5 s when it hangs", async () => {
    const redis = await startRedis();
    const client = createFastClient(redis.url, () => {});
    await client.connect();
    const append = createAppend("S", { client });
    await append({ how: "all", entries: [entry("a")] });
    const refusedAfter = async (id: string): Promise<number> => {
      const from = Date.now();
      await expect(append({ how: "all", entries: [entry(id)] })).rejects.toMatchObject({
        code: "CT_ERR_UNAVAILABLE",
      });
      return Date.now() - from;
    };
    await redis.kill("SIGSTOP");
    expect(await refusedAfter("b")).toBeLessThan(2_500);
    await redis.kill("SIGCONT");
    await redis.kill("SIGKILL");
    expect(await refusedAfter("c")).toBeLessThan(1_000);
    client.destroy();
    await redis.stop();
  });

  test("a Redis that hangs is given up although others go on writing to it, and is found again", async () => {
    const redis = await startRedis();
    const client = createFastClient(redis.url, () => {});
    await client.connect();
    const others = setInterval(() => void client.get("another").catch(() => undefined), 100);
    await redis.kill("SIGSTOP");
    const from = Date.now();
    const refusal: unknown = await client.get("mine").catch((error: unknown) => error);
    expect(isRedisAway(refusal)).toBe(true);
    expect(Date.now() - from).toBeLessThan(2_500);
    await redis.kill("SIGCONT");
    await vi.waitFor(async () => expect(await client.ping()).toBe("PONG"), { timeout: 10_000 });
    clearInterval(others);
    client.destroy();
    await redis.stop();
  });
});
