import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBackup } from "../../bin/backup/make.ts";
import { restoreBackup, unpack, verifyBackup } from "../../bin/backup/restore.ts";
import { startEmbeddedRedis, type EmbeddedRedis } from "../../bin/embedded-redis.ts";
import { createProcessList } from "../../bin/process-list.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory } from "../../history/open.ts";
import { createProjector } from "../../history/project.ts";
import { contentOf } from "../../history/content.ts";
import { aRecord, aStretch, policiesOf } from "../history/builders.ts";
import { anOrderReceived } from "../support/builders.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { redisMissing, testRedisBinary } from "../support/redis.ts";

const SECRET = Buffer.from("32 bytes that nobody else has....");

describe.skipIf(redisMissing)("backup and restore", () => {
  let base = "";
  let from = "";
  let redis: EmbeddedRedis;
  let client: TestClient;
  let backup = "";
  let hash = "";
  const binary = testRedisBinary!;
  const say = (): void => undefined;
  const historyIn = (dir: string) => ({ file: join(dir, "history", "history.db") });
  const restoring = (dataDir: string, file = backup) => ({
    dataDir,
    history: historyIn(dataDir),
    secretFile: join(dataDir, "secret"),
    file,
    binary,
    say,
  });

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), "ct-b-"));
    from = join(base, "from");
    redis = await startEmbeddedRedis({ dataDir: from, binary });
    client = await connectTestClient(join(from, "redis.sock"));
    for (let n = 0; n < 500; n += 1)
      await client.hSet("ct:{BER1}:orders", `O${n}`, `[1,1,[],[]]${n}`);
    const history = openHistory(historyIn(from));
    await migrate(history, 1);
    const orders = Object.fromEntries(
      ["A", "B"].map((id) => [id, aRecord(1, [anOrderReceived("8:00", {}, { orderId: id })])]),
    );
    await createProjector(history).project(aStretch(null, 1, orders), policiesOf(), 1);
    ({ hash } = await contentOf(history, "BER1"));
    writeFileSync(join(from, "secret"), SECRET);
    appendFileSync(join(from, "erasures.ndjson"), '{"site":"BER1","orderId":"X","at":1}\n');
    backup = join(base, "tower.tar");
    // under load: while it is made, Redis is written to
    let isMaking = true;
    const load = (async () => {
      for (let n = 0; isMaking; n += 1) await client.set(`ct:{BER1}:load`, String(n));
    })();
    await makeBackup({
      dataDir: from,
      history: historyIn(from),
      sitesFile: undefined,
      secretFile: join(from, "secret"),
      out: backup,
      say,
    });
    isMaking = false;
    await load;
    await history.close();
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await redis.stop(1_000);
    rmSync(base, { recursive: true, force: true });
  });

  test("proves itself without changing anything", async () => {
    const dir = join(base, "verify");
    const proof = await verifyBackup(restoring(dir));
    expect(proof).toMatchObject({ orders: 2 });
    expect(proof.keys).toBeGreaterThanOrEqual(1);
  });

  test("restored elsewhere everything is there, as another run of Redis", async () => {
    const to = join(base, "to");
    mkdirSync(to);
    writeFileSync(join(to, "erasures.ndjson"), '{"site":"BER1","orderId":"LATER","at":2}\n');
    const done = await restoreBackup(restoring(to));
    expect(done.aside).toBeNull();
    const restored = await startEmbeddedRedis({ dataDir: to, binary });
    const other = await connectTestClient(join(to, "redis.sock"));
    expect(await other.hGetAll("ct:{BER1}:orders")).toEqual(
      await client.hGetAll("ct:{BER1}:orders"),
    );
    const runOf = async (one: TestClient) => /run_id:(\w+)/.exec(await one.info("server"))?.[1];
    expect(await runOf(other)).not.toBe(await runOf(client));
    other.destroy();
    await restored.stop(1_000);
    const history = openHistory(historyIn(to), { isReader: true });
    expect((await contentOf(history, "BER1")).hash).toBe(hash);
    await history.close();
    // what was erased after the backup stays erased
    const erasures = readFileSync(join(to, "erasures.ndjson"), "utf8");
    expect(erasures).toContain("LATER");
    expect(erasures).toContain('"X"');
  });

  test("what is there already is kept aside", async () => {
    const to = join(base, "again");
    await restoreBackup(restoring(to));
    const done = await restoreBackup(restoring(to));
    expect(statSync(join(done.aside!, "appendonly.aof")).size).toBeGreaterThan(0);
    expect(statSync(join(done.aside!, "history.db")).size).toBeGreaterThan(0);
  });

  test("the Redis that a killed tower left is ended first: the next one reads the backup", async () => {
    const to = join(base, "left");
    const left = await startEmbeddedRedis({ dataDir: to, binary });
    createProcessList(to).set("redis", left.pid);
    const before = await connectTestClient(join(to, "redis.sock"));
    await before.set("ct:{BER1}:later", "1");
    before.destroy();
    await restoreBackup(restoring(to));
    const next = await startEmbeddedRedis({ dataDir: to, binary });
    const after = await connectTestClient(join(to, "redis.sock"));
    expect(next.isAdopted).toBe(false);
    expect(await after.exists("ct:{BER1}:later")).toBe(0);
    expect(await after.hLen("ct:{BER1}:orders")).toBe(500);
    after.destroy();
    await next.stop(1_000);
  });

  test("it is said when the secret that its names are sealed with is not there, or another", async () => {
    const to = join(base, "sealed");
    const said: string[] = [];
    const settings = { ...restoring(to), say: (message: string) => void said.push(message) };
    const saidOfSecret = async (): Promise<string | undefined> => {
      said.length = 0;
      await verifyBackup(settings);
      return said.find((line) => line.includes("secret"));
    };
    expect(await saidOfSecret()).toMatch(/^There is no secret at /);
    writeFileSync(join(to, "secret"), Buffer.alloc(32, 9));
    expect(await saidOfSecret()).toMatch(/is another secret than that of this backup/);
    writeFileSync(join(to, "secret"), SECRET);
    expect(await saidOfSecret()).toBeUndefined();
  });

  test("a Redis that nobody wrote down is not restored under", async () => {
    const to = join(base, "unknown");
    const other = await startEmbeddedRedis({ dataDir: to, binary });
    await expect(restoreBackup(restoring(to))).rejects.toThrow(/still runs .*end it first/);
    expect(statSync(join(to, "appendonlydir")).isDirectory()).toBe(true);
    await other.stop(1_000);
  });

  test("one bit that is another anywhere, and it is refused: 100 of 100", () => {
    const bytes = readFileSync(backup);
    const broken = join(base, "broken.tar");
    let refused = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      const at = Math.floor((turn / 100) * bytes.length) + (turn % 7);
      const bit = 1 << (turn % 8);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      writeFileSync(broken, bytes);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      const dir = mkdtempSync(join(base, "x-"));
      try {
        unpack(broken, dir);
      } catch {
        refused += 1;
      }
      rmSync(dir, { recursive: true });
    }
    expect(refused).toBe(100);
  });

  test("a file that is cut off, and one that goes on, are refused", () => {
    const bytes = readFileSync(backup);
    for (const wrong of [
      bytes.subarray(0, bytes.length - 512),
      Buffer.concat([bytes, Buffer.alloc(512)]),
    ]) {
      const file = join(base, "cut.tar");
      writeFileSync(file, wrong);
      const dir = mkdtempSync(join(base, "x-"));
      expect(() => unpack(file, dir)).toThrow(/end/);
    }
  });

  test("a tower that runs is not restored over, one that does not run is not backed up", async () => {
    const { takeLock } = await import("../../bin/lock.ts");
    const busy = join(base, "busy");
    mkdirSync(busy);
    const lock = takeLock(busy)!;
    await expect(restoreBackup(restoring(busy))).rejects.toThrow(/stop it first/);
    lock.release();
    const idle = {
      dataDir: busy,
      history: historyIn(busy),
      sitesFile: undefined,
      secretFile: join(from, "secret"),
      out: join(base, "none.tar"),
      say,
    };
    await expect(makeBackup(idle)).rejects.toThrow(/holds no Redis/);
  });
});
