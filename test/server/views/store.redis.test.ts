import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFastClient, type RedisClient } from "../../../server/redis.ts";
import { createViewStore, type ViewStore } from "../../../server/views/store.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";
import { memoryViews } from "../memory-views.ts";

const view = { name: "Hall A", query: "stage=picking" };

/** The same for the store of the tests, so that what passes with one holds with the other. */
describe.skipIf(redisMissing).each(["Redis", "memory"])("saved views in %s", (where) => {
  let redis: TestRedis;
  let client: RedisClient;
  let store: ViewStore;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
    store = where === "Redis" ? createViewStore(client) : memoryViews();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("are told apart by person and site, and forgotten with the person", async () => {
    const mine = { site: "BER1", person: "bo" };
    await store.put(mine, "a", view);
    await store.put({ site: "NYC1", person: "bo" }, "a", { ...view, name: "There" });
    await store.put({ site: "BER1", person: "mia" }, "b", view);
    await store.put({ site: "BER1" }, "c", view);
    expect([...(await store.all(mine))]).toEqual([["a", view]]);
    expect([...(await store.all({ site: "BER1" })).keys()]).toEqual(["c"]);
    expect(await store.drop(mine, "b")).toBe(false);
    await store.forget("bo");
    expect(
      (await store.all(mine)).size + (await store.all({ site: "NYC1", person: "bo" })).size,
    ).toBe(0);
    expect(await store.drop({ site: "BER1", person: "mia" }, "b")).toBe(true);
    expect((await store.all({ site: "BER1" })).size).toBe(1);
  });

  test("one view of a site is its default, until another is or none", async () => {
    expect(await store.defaultOf("BER1")).toBeNull();
    await store.setDefault("BER1", "a");
    await store.setDefault("NYC1", "b");
    await store.setDefault("BER1", "c");
    expect([await store.defaultOf("BER1"), await store.defaultOf("NYC1")]).toEqual(["c", "b"]);
    await store.setDefault("BER1", null);
    expect([await store.defaultOf("BER1"), await store.defaultOf("NYC1")]).toEqual([null, "b"]);
  });
});
