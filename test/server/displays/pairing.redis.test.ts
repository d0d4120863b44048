/** A wall polls at the very moment at which somebody claims it, in a real Redis: neither undoes what the other wrote. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoredDisplay } from "../../../domain/contract/displays.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { createDisplayBook } from "../../../server/displays/book.ts";
import { createPairings } from "../../../server/displays/pairing.ts";
import { createDisplayStore } from "../../../server/displays/store.ts";
import { DEFAULT_SETTINGS } from "../../../server/displays/views.ts";
import { createPeopleStore } from "../../../server/people/store.ts";
import { createFastClient, type RedisClient } from "../../../server/redis.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

const DISPLAY: StoredDisplay = {
  id: "0123456789ab",
  name: "Hall",
  site: "BER1",
  settings: DEFAULT_SETTINGS,
  blank: false,
  message: null,
  reloadAt: 0,
  nexts: 0,
  claimedBy: "ada",
  claimedAt: 1,
  revokedAt: null,
};

describe.skipIf(redisMissing)("pairing in Redis", () => {
  let redis: TestRedis;
  let client: RedisClient;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = createFastClient(redis.url, () => undefined);
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  async function make(): Promise<string> {
    await client.hSet(GLOBAL_KEYS.displays, DISPLAY.id, JSON.stringify(DISPLAY));
    await client.incr(GLOBAL_KEYS.accessVersion);
    return DISPLAY.id;
  }

  test("a wall that polls while it is claimed is let in all the same", async () => {
    const store = createDisplayStore(client);
    let now = Date.now();
    let meanwhile: () => Promise<void> = async () => {};
    const between = {
      ...store,
      async pairing(id: string) {
        const found = await store.pairing(id);
        const once = meanwhile;
        meanwhile = async () => {};
        await once();
        return found;
      },
    };
    const book = createDisplayBook({ store, now: () => now, onUnreadable: () => {} });
    const onReused = async (): Promise<void> => {};
    const guesses = createPeopleStore(client);
    const pairings = createPairings({ store: between, guesses, book, now: () => now, onReused });
    const asking = { ask: {}, device: "Chrome", address: "192.0.2.1", origin: "http://tower" };
    const { deviceCode, userCode } = await pairings.ask(asking);
    const waiting = await pairings.look(userCode, "ada");
    meanwhile = () => pairings.claim(waiting, make);
    await pairings.poll(deviceCode).catch(() => undefined);
    now += 60_000;
    expect((await pairings.poll(deviceCode)).display.id).toBe(DISPLAY.id);
  });
});
