import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AUDIT_ORIGIN } from "../../../domain/contract/audit.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { createAudit } from "../../../server/audit.ts";
import { entryOf, hashOf } from "../../../server/audit/chain.ts";
import { createAuditStore } from "../../../server/audit/store.ts";
import { createFastClient, type RedisClient } from "../../../server/redis.ts";
import { connectTestClient } from "../../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../../support/redis.ts";

const HASH = "ct:{tower}:users";
const WRITERS = 8;
const EACH = 200;

describe.skipIf(redisMissing)("the audit chain in Redis", () => {
  let redis: TestRedis;
  let client: RedisClient;
  const connect = async (): Promise<RedisClient> => {
    const made = createFastClient(redis.url, () => undefined);
    await made.connect();
    return made;
  };
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: "no" });
    client = await connect();
  });
  beforeEach(async () => {
    // the tower's own user may not
    const cleaner = await connectTestClient(redis.socketPath);
    await cleaner.flushAll();
    cleaner.destroy();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  async function checkedChain() {
    const links = await createAuditStore(client).read(1, 10_000);
    let previous = AUDIT_ORIGIN;
    for (const [place, link] of links.entries()) {
      const entry = entryOf(link);
      expect([entry.n, entry.previous]).toEqual([place + 1, previous]);
      expect(hashOf(previous, link.text)).toBe(link.hash);
      previous = link.hash;
    }
    return links.map(entryOf);
  }

  test("entries follow from one another, the first from the origin", async () => {
    const audit = createAudit(createAuditStore(client));
    await audit.record({ who: "ann", what: "order.hold", before: { holds: [] } });
    await audit.record({ who: "ben", what: "order.release", why: "sorted" });
    const entries = await checkedChain();
    expect(entries).toMatchObject([
      { n: 1, who: "ann", what: "order.hold", before: { holds: [] } },
      { n: 2, who: "ben", what: "order.release", why: "sorted" },
    ]);
    expect(Math.abs((entries[0]?.at ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  test("eight servers writing at once make one chain without a gap", async () => {
    const clients = await Promise.all(Array.from({ length: WRITERS }, connect));
    await Promise.all(
      clients.map(async (own, writer) => {
        const audit = createAudit(createAuditStore(own));
        for (let turn = 0; turn < EACH / 2; turn += 1)
          await Promise.all([
            audit.record({ who: `writer-${writer}`, what: "order.note", subject: `${turn}` }),
            audit.change({ who: `writer-${writer}`, what: "user.changed", subject: `${turn}` }, [
              { key: HASH, field: `${writer}-${turn}`, value: "x" },
            ]),
          ]);
      }),
    );
    for (const own of clients) own.destroy();
    const entries = await checkedChain();
    expect(entries).toHaveLength(WRITERS * EACH);
    expect(await client.hLen(HASH)).toBe((WRITERS * EACH) / 2);
    expect(await client.get(GLOBAL_KEYS.accessVersion)).toBe(String((WRITERS * EACH) / 2));
    const distinct = new Set(entries.map(({ who, what, subject }) => `${who} ${what} ${subject}`));
    expect(distinct.size).toBe(WRITERS * EACH);
  });

  test("a change and its entry come together, and the version rises", async () => {
    const audit = createAudit(createAuditStore(client));
    const input = { who: "ann", what: "user.created", subject: "ben" };
    await audit.change(input, [
      { key: HASH, field: "ben", value: "{}" },
      { key: HASH, field: "old", value: null },
    ]);
    expect(await client.hGetAll(HASH)).toEqual({ ben: "{}" });
    expect(await client.get(GLOBAL_KEYS.accessVersion)).toBe("1");
    await audit.record({ who: "ann", what: "order.note" });
    expect(await client.get(GLOBAL_KEYS.accessVersion)).toBe("1");
  });

  test("a change that expected another value is refused, with neither write nor entry", async () => {
    const audit = createAudit(createAuditStore(client));
    const input = { who: "ann", what: "user.changed", subject: "ben" };
    await audit.change(input, [{ key: HASH, field: "ben", value: "1", was: null }]);
    const late = audit.change(input, [{ key: HASH, field: "ben", value: "2", was: "0" }]);
    await expect(late).rejects.toMatchObject({ code: "CT_ERR_CONFLICT" });
    expect(await client.hGetAll(HASH)).toEqual({ ben: "1" });
    expect(await checkedChain()).toHaveLength(1);
  });

  test("a change that was decided under another version is refused, with neither write nor entry", async () => {
    const audit = createAudit(createAuditStore(client));
    const input = { who: "ann", what: "user.deleted", subject: "ben" };
    await audit.change(input, [{ key: HASH, field: "ben", value: "1" }], "");
    const late = audit.change(input, [{ key: HASH, field: "ann", value: "2" }], "0");
    await expect(late).rejects.toMatchObject({ code: "CT_ERR_CONFLICT" });
    await audit.change(input, [{ key: HASH, field: "cem", value: "3" }], "1");
    expect(await client.hGetAll(HASH)).toEqual({ ben: "1", cem: "3" });
    expect(await checkedChain()).toHaveLength(2);
  });

  test("the chain goes on after Redis began again, and after its head was lost", async () => {
    await createAudit(createAuditStore(client)).record({ who: "ann", what: "order.hold" });
    await redis.restart();
    await expect.poll(() => client.isReady).toBe(true);
    await createAudit(createAuditStore(client)).record({ who: "ann", what: "order.release" });
    await client.del(GLOBAL_KEYS.auditHead);
    await createAudit(createAuditStore(client)).record({ who: "ann", what: "order.note" });
    expect(await checkedChain()).toHaveLength(3);
  });

  test("nothing is done when Redis is away", async () => {
    const gone = createFastClient("unix:///nowhere/redis.sock", () => undefined);
    const audit = createAudit(createAuditStore(gone));
    const refused = { code: "CT_ERR_UNAVAILABLE" };
    await expect(audit.record({ who: "ann", what: "x.y" })).rejects.toMatchObject(refused);
    await expect(audit.change({ who: "ann", what: "x.y" }, [])).rejects.toMatchObject(refused);
  });
});
