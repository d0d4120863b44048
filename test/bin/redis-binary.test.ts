import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  firstExecutable,
  installedRedis,
  noRedisMessage,
  parsePlan,
  parseVersion,
  searchFolders,
} from "../../bin/redis-binary.ts";
import { tempDir } from "../support/temp-dir.ts";

function program(dir: string, name: string, says: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

describe("the version of a server", () => {
  test.each([
    ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15", 7],
    ["Valkey server v=8.1.1 sha=00000000:0", "8.1.1", 8],
    ["Redis server v=6.2.14 sha=00000000:0", "6.2.14", 6],
  ])("is read from %s", (text, version, majorVersion) => {
    expect(parseVersion(text)).toEqual({ version, majorVersion });
  });

  test.each(["Redis server v=6.0.16 sha=0", "Redis server v=5.0.3", "command not found", ""])(
    "is refused in %s",
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );
});

describe("looking for a server", () => {
  test("takes the first name found in any folder, and no folder of that name", () => {
    using dir = tempDir();
    const redis = program(dir.path, "redis-server", "x");
    expect(firstExecutable(["valkey-server", "redis-server"], ["/nowhere", dir.path])).toBe(redis);
    expect(firstExecutable(["bin"], ["/usr"])).toBeNull();
  });

  test("looks into the system's sbin too, which a user's PATH leaves out", () => {
    expect(searchFolders({ PATH: "/one:/two" }).slice(0, 2)).toEqual(["/one", "/two"]);
    expect(searchFolders({})).toContain("/usr/sbin");
  });

  test("goes by CT_REDIS_BIN before everything else", () => {
    using dir = tempDir();
    const path = program(dir.path, "mine", "Valkey server v=9.0.0 sha=0");
    const found = installedRedis({ env: { CT_REDIS_BIN: path }, cacheDir: dir.path });
    expect(found).toEqual({ path, libraryPath: null, version: "9.0.0", majorVersion: 9 });
  });

  test("says so when CT_REDIS_BIN is no such server instead of taking another", () => {
    using dir = tempDir();
    const old = program(dir.path, "old", "Redis server v=5.0.3 sha=0");
    for (const path of [old, "/nowhere/redis-server"]) {
      const look = () => installedRedis({ env: { CT_REDIS_BIN: path }, cacheDir: dir.path });
      expect(look).toThrow(`CT_REDIS_BIN=${path}`);
    }
  });

  test("ends with a line to type for Debian, macOS and Docker", () => {
    expect(noRedisMessage).toContain("apt-get install redis-server");
    expect(noRedisMessage).toContain("brew install valkey");
    expect(noRedisMessage).toContain("docker run");
  });
});

test("the packages to unpack are those apt would install", () => {
  const plan = `Reading package lists...
Inst libjemalloc2 (5.3.0-1 Debian:12.5/stable [amd64])
Inst redis-tools (5:7.0.15-1~deb12u1 Debian:12.5/stable [amd64])
Conf libjemalloc2 (5.3.0-1 Debian:12.5/stable [amd64])
`;
  expect(parsePlan(plan)).toEqual(["libjemalloc2", "redis-tools"]);
});
