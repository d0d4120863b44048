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

  test("ends with the last one", async () => {
    expect(await read({ id: "A2", at: 2 })).toMatchObject({ ids: ["A1"], next: null });
    expect(await read({ id: "A1", at: 1 })).toEqual({ ids: [], next: null, last: null });
  });
});
