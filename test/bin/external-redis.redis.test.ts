import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkExternalRedis, sealedAt } from "../../bin/external-redis.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { examineRedis } from "../../bin/doctor/redis.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

describe.skipIf(redisMissing)("a Redis that somebody else runs, asked", () => {
  let redis: TestRedis;
  let admin: TestClient;
  const urlOf = (user: string, password: string): string =>
    `unix://${redis.socketPath}?user=${user}&password=${encodeURIComponent(password)}`;
  beforeAll(async () => {
    redis = await startRedis();
    admin = await connectTestClient(redis.socketPath);
    const odd = "p@ss:w/o#rd%&?ü ' x";
    await admin.sendCommand(["ACL", "SETUSER", "odd", "on", `>${odd}`, "~*", "&*", "+@all"]);
    const less = ["ACL", "SETUSER", "less", "on", ">pw", "~*", "&*", "+@all", "-evalsha", "-info"];
    await admin.sendCommand(less);
  });
  afterAll(async () => {
    admin.destroy();
    await redis.stop();
  });

  test("is taken with the tower's own rights, and with any password", async () => {
    await expect(checkExternalRedis(redis.url)).resolves.toBeUndefined();
    await expect(checkExternalRedis(urlOf("odd", "p@ss:w/o#rd%&?ü ' x"))).resolves.toBeUndefined();
  });

  test("that forbids what the tower does is refused with the commands", async () => {
    await expect(checkExternalRedis(urlOf("less", "pw"))).rejects.toThrow(
      /is refused: it refuses INFO, EVALSHA, which the tower needs$/,
    );
  });

  test("that only follows another one is refused, and taken when it is that one's heir", async () => {
    await admin.sendCommand(["REPLICAOF", "127.0.0.1", "1"]);
    await expect(checkExternalRedis(redis.url)).rejects.toThrow(/is refused: it is a replica/);
    await admin.sendCommand(["REPLICAOF", "NO", "ONE"]);
    await expect(checkExternalRedis(redis.url)).resolves.toBeUndefined();
  });

  test("that does not let us in is not said to be away", async () => {
    const wrong = urlOf("odd", "wrong");
    await expect(checkExternalRedis(wrong)).rejects.toThrow(/does not let us in \(WRONGPASS\)/);
    const [finding] = await examineRedis(wrong);
    expect(finding?.what).toMatch(/^Redis does not let us in: WRONGPASS/);
  });

  test("holds what was sealed from the first start of a tower on", async () => {
    expect(await sealedAt(redis.url)).toBeNull();
    await admin.hSet(GLOBAL_KEYS.sites, "current", "{}");
    const shown = `unix://${redis.socketPath}`;
    expect(await sealedAt(urlOf("odd", "p@ss:w/o#rd%&?ü ' x"))).toContain(shown);
    await expect(sealedAt(urlOf("odd", "wrong"))).rejects.toThrow(/does not let us in/);
  });

  test("whose address cannot be read is a finding, too", async () => {
    const [finding] = await examineRedis("redis://:a/b@127.0.0.1:1");
    expect(finding?.what).toBe("REDIS_URL cannot be read");
  });
});
