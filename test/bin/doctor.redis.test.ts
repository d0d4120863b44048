import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examine } from "../../bin/commands/doctor.ts";
import { examineNetwork, examineSecrets, examineZones } from "../../bin/doctor/machine.ts";
import { examineRedis } from "../../bin/doctor/redis.ts";
import { type RedisFacts, judgeRedis } from "../../bin/doctor/redis-rules.ts";
import { freePort } from "../support/free-port.ts";
import { redisMissing, startRedis, testRedisBinary } from "../support/redis.ts";

const NOBODY = "http://127.0.0.1:1";
const words = (findings: { what: string }[]): string => findings.map(({ what }) => what).join("\n");

const good: RedisFacts = {
  version: "8.2.2",
  settings: {
    appendonly: "yes",
    appendfsync: "always",
    maxmemory: "1000",
    "maxmemory-policy": "noeviction",
    bind: "127.0.0.1",
    port: "0",
    "tls-port": "0",
    "protected-mode": "yes",
  },
  defaultUser: ["on", "nopass", "~*", "&*", "+@all"],
  user: "admin",
  info: { aof_last_write_status: "ok" },
  packageVersion: null,
  clockAheadMs: 3,
  writeMs: 1,
};
const withSettings = (settings: Record<string, string>, more: Partial<RedisFacts> = {}) =>
  judgeRedis({ ...good, ...more, settings: { ...good.settings, ...settings } });

describe("what a Redis says of itself", () => {
  test("nothing is found with one that keeps its promises", () => {
    expect(judgeRedis(good)).toEqual([]);
  });

  test.each([
    ["appendonly is off", { appendonly: "no" }, {}],
    ["appendfsync is everysec", { appendfsync: "everysec" }, {}],
    ["maxmemory-policy is allkeys-lru", { "maxmemory-policy": "allkeys-lru" }, {}],
    ["maxmemory is not set", { maxmemory: "0" }, {}],
    ["listens on 0.0.0.0", { port: "6379", bind: "0.0.0.0" }, {}],
    ["listens on every address", { port: "6379", bind: "" }, {}],
    ["listens on 127.0.0.1 10.0.0.4", { port: "6379", bind: "127.0.0.1 10.0.0.4" }, {}],
    ["protected-mode is off", { "protected-mode": "no" }, {}],
    ["it has no password", { port: "6379" }, {}],
    ["the user `default`, who may also empty", {}, { user: "default" }],
    ["may leave out what was written", {}, { defaultUser: ["off", "-@all"] }],
    ["CVE-2025-49844", {}, { version: "7.0.15" }],
    ["CVE-2025-49844", {}, { version: "7.0.15", packageVersion: "5:7.0.15-1~deb12u5" }],
    ["too old", {}, { version: "5.0.7" }],
    ["clock is 4000 ms ahead", {}, { clockAheadMs: 4_000 }],
    ["a write takes 80 ms", {}, { writeMs: 80 }],
    ["aof_last_write_status is err", {}, { info: { aof_last_write_status: "err" } }],
  ])("names: %s", (what, settings, more) => {
    expect(withSettings(settings, more)).toMatchObject([{ what: expect.stringContaining(what) }]);
  });

  test("a password closes what is exposed, and a patched package the hole", () => {
    const password = { defaultUser: ["on", "#abc", "~*", "+@all"] };
    expect(withSettings({ port: "6379", bind: "0.0.0.0" }, password)).toEqual([]);
    const patched = { version: "7.0.15", packageVersion: "5:7.0.15-1~deb12u6" };
    expect(withSettings({}, patched)).toEqual([]);
  });
});

describe.skipIf(redisMissing)("a real Redis", () => {
  let child: ChildProcess;
  let port: number;
  const dir = mkdtempSync(join(tmpdir(), "ct-doc-"));
  beforeAll(async () => {
    port = await freePort();
    const bad = "--appendonly no --maxmemory 0 --maxmemory-policy allkeys-lru --protected-mode no";
    const args = `--port ${port} --bind 127.0.0.1 --save  --dir ${dir} ${bad}`.split(" ");
    // one that was unpacked brings its own libraries
    const libraryPath = testRedisBinary?.libraryPath;
    const env = { ...process.env, ...(libraryPath != null && { LD_LIBRARY_PATH: libraryPath }) };
    child = spawn(testRedisBinary?.path ?? "", args, { stdio: "ignore", env });
    const untilThere = async (): Promise<void> => {
      const text = words(await examineRedis(`redis://127.0.0.1:${port}`));
      if (text.includes("no Redis answers")) throw new Error(text);
    };
    await vi.waitFor(untilThere, { timeout: 10_000, interval: 100 });
  });
  afterAll(() => {
    child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  test("that is configured badly: each bad setting is named, each with what to do", async () => {
    const findings = await examineRedis(`redis://127.0.0.1:${port}`);
    for (const what of [
      "appendonly is off",
      "maxmemory-policy is allkeys-lru",
      "maxmemory is not set",
      "protected-mode is off",
      "it has no password",
      "the user `default`, who may also empty",
    ])
      expect(words(findings)).toContain(what);
    for (const { remedy } of findings) expect(remedy).not.toBe("");
  });

  test("the embedded one has no bad setting, and is found by its data directory", async () => {
    const redis = await startRedis();
    const findings = await examine({ CT_DATA_DIR: redis.dir, CT_URL: `${NOBODY}/` });
    const settings = findings.filter(
      ({ area, what }) => area === "redis" && !what.includes("CVE") && !what.includes("a write"),
    );
    expect(settings).toEqual([]);
    expect(words(findings)).toContain(`no server answers at ${NOBODY}`);
    await redis.stop();
  });

  test("that is not there is a finding", async () => {
    const findings = await examineRedis("unix:///nowhere/redis.sock");
    expect(findings).toMatchObject([{ level: "problem" }]);
    expect(words(findings)).toContain("no Redis answers");
  });
});

describe("this machine", () => {
  const dir = mkdtempSync(join(tmpdir(), "ct-doc-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("names secrets that others can read, that are none, or that are defaults", () => {
    mkdirSync(join(dir, "data"));
    const secret = join(dir, "data", "secret");
    writeFileSync(secret, Buffer.alloc(32));
    chmodSync(secret, 0o644);
    const env = { CT_BOOTSTRAP_KEY: "password", CT_ADMIN_PASSWORD: "admin123", CT_DEMO: "1" };
    const text = words(examineSecrets(join(dir, "data"), env));
    for (const what of ["mode 644", "is no secret", "BOOTSTRAP", "ADMIN_PASSWORD", "demo is on"])
      expect(text).toContain(what);
    expect(text).not.toContain("admin123");
  });

  test("names an address that is open without TLS, and zones that do not exist", () => {
    expect(words(examineNetwork({ HOST: "0.0.0.0" }))).toContain("without TLS");
    expect(examineNetwork({ HOST: "127.0.0.1" })).toEqual([]);
    const file = join(dir, "sites.json");
    writeFileSync(file, JSON.stringify({ sites: [{ id: "X1", timeZone: "Mars/Base" }] }));
    expect(words(examineZones({ CT_SITES_FILE: file }))).toContain("Mars/Base");
  });
});
