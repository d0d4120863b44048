import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closedIds, type ClosedFrom } from "../../server/closed-place.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

const KEY = "closed";

describe.skipIf(redisMissing)("a list of what is over, the last first", () => {
  let redis: TestRedis;
  let store: TestClient;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    store = await connectTestClient(redis.socketPath);
  });
  afterAll(async () => {
    store.destroy();
    await redis.stop();
  });
  beforeEach(async () => {
    await store.flushAll();
    await store.zAdd(
      KEY,
      [1, 2, 3, 4, 5].map((score) => ({ value: `A${score}`, score })),
    );
  });
  const read = (from: ClosedFrom) => closedIds(store as never, KEY, from, 2);

  test("goes on behind the one that was read last, whatever came in before it or behind it", async () => {
    const { ids, last } = await read(0);
    expect([ids, last]).toEqual([["A5", "A4"], { id: "A4", at: 4 }]);
    await store.zAdd(KEY, [
      { value: "new", score: 9 },
      { value: "late", score: 3.5 },
    ]);
    expect((await read(last ?? 0)).ids).toEqual(["late", "A3"]);
  });

  test("goes on where it was when that one is open again", async () => {
    const { last } = await read(0);
    await store.zRem(KEY, ["A4"]);
    expect((await read(last ?? 0)).ids).toEqual(["A3", "A2"]);
  });

  test("goes through those of one moment, however many there are", async () => {
    const names = Array.from({ length: 9 }, (_, at) => `B\u00e4${at}`);
    await store.zAdd(
      KEY,
      names.map((value) => ({ value, score: 7 })),
    );
    const seen: string[] = [];
    for (let from: ClosedFrom | null = 0, hasMore = true; hasMore && from !== null;) {
      const page: Awaited<ReturnType<typeof read>> = await read(from);
      seen.push(...page.ids);
      ({ last: from, hasMore } = page);
    }
    expect(seen).toEqual([...names.toReversed(), "A5", "A4", "A3", "A2", "A1"]);
  });

  test("loses and repeats nobody while others come in all the time", async () => {
    const seen: string[] = [];
    let isOver = false;
    const load = (async () => {
      for (let at = 0; !isOver; at += 1)
        await store.zAdd(KEY, [{ value: `N${at}`, score: 100 + at }]);
    })();
    await store.zAdd(
      KEY,
      Array.from({ length: 200 }, (_, at) => ({ value: `C${at}`, score: 10 + at / 4 })),
    );
    for (let from: ClosedFrom = { id: "", at: 90 }, hasMore = true; hasMore;) {
      const page: Awaited<ReturnType<typeof read>> = await read(from);
      seen.push(...page.ids);
      from = page.last ?? from;
      ({ hasMore } = page);
    }
    isOver = true;
    await load;
    expect([seen.length, new Set(seen).size]).toEqual([205, 205]);
  });

  test("ends with the last one", async () => {
    const all = await closedIds(store as never, KEY, { id: "A3", at: 3 }, 5);
    expect(all).toEqual({ ids: ["A2", "A1"], last: { id: "A1", at: 1 }, hasMore: false });
    expect(await read({ id: "A1", at: 1 })).toMatchObject({ ids: [], hasMore: false });
  });
});
