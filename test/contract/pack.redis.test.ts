import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import { createPack, type Packable } from "../../domain/contract/pack.ts";
import { adminOptions } from "../support/redis-client.ts";
import { redisMissing, startRedis, type TestRedis } from "../support/redis.ts";

const ECHO = "return cjson.encode(cmsgpack.unpack(ARGV[1]))";
const { list } = fc.letrec<{ item: Packable; list: Packable[] }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "binary" }),
    fc.nat(0xffff_ffff),
    fc.array(tie("item"), { minLength: 1 }),
  ),
  list: fc.array(tie("item"), { minLength: 1 }),
}));

describe.skipIf(redisMissing)("what is packed for a script", () => {
  let redis: TestRedis;
  let client: ReturnType<typeof createClient>;
  const pack = createPack(Buffer.allocUnsafeSlow);
  const echo = async (value: readonly Packable[]): Promise<unknown> =>
    JSON.parse((await client.sendCommand<string>(["EVAL", ECHO, "0", pack(value)])) ?? "");

  beforeAll(async () => {
    redis = await startRedis();
    client = createClient(adminOptions(redis.socketPath) as never);
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await redis.stop();
  });

  test("is what the script unpacks, whatever is in it", async () => {
    await fc.assert(
      fc.asyncProperty(list, async (value) => {
        expect(await echo(value)).toEqual(value);
      }),
    );
  });

  test("may be larger or smaller than what was packed before, and leaves that alone", async () => {
    const small = pack(["a"]);
    const kept = Buffer.from(small);
    const large = Array.from({ length: 5_000 }, (_, at) => ["ä".repeat(at % 700), at]);
    expect(await echo(large)).toEqual(large);
    expect(await echo(["b", 1])).toEqual(["b", 1]);
    expect(small.equals(kept)).toBe(true);
  });
});
