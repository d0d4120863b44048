import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { seldom } from "../../bin/keep-redis.ts";
import { isFull, roomTrouble } from "../../bin/room.ts";
import { testRedisBinary } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";

const urlOf = (module: string): string => new URL(`../../${module}`, import.meta.url).href;

/** Runs a script of a shell where `$1` is a small file system of one's own; null where nobody may mount one. */
function onSmallDisk(dir: string, script: string, ...more: string[]): string | null {
  const mount = 'mount -t tmpfs -o size=8m,mode=700 tmpfs "$1" || exit 99';
  const given = ["-rm", "sh", "-c", `${mount}; ${script}`, "sh", dir, process.execPath, ...more];
  const done = spawnSync("unshare", given, { encoding: "utf8", timeout: 60_000 });
  return done.error !== undefined || done.status === 99 ? null : done.stdout + done.stderr;
}

const mayMount = ((): boolean => {
  using dir = tempDir();
  return onSmallDisk(dir.path, "true") !== null;
})();

const keeping = (binary: unknown): string => `
  import { writeFileSync } from "node:fs";
  import { keepRedis } from ${JSON.stringify(urlOf("bin/keep-redis.ts"))};
  import { askRedis } from ${JSON.stringify(urlOf("bin/redis-wire.ts"))};
  import { addressOf } from ${JSON.stringify(urlOf("bin/embedded-redis.ts"))};
  const dataDir = process.argv[1] + "/data";
  const said = [];
  const ended = new Promise((resolve) => {
    const say = (message) => { said.push(message); resolve(); };
    const kept = keepRedis({ dataDir, binary: ${JSON.stringify(binary)} }, { say, onPid: () => {} });
    globalThis.kept = kept;
  });
  const redis = await globalThis.kept;
  try { writeFileSync(process.argv[1] + "/fill", Buffer.alloc(16 * 1024 ** 2)); } catch {}
  const address = await addressOf(dataDir);
  void askRedis(address, "SET ct:large " + "x".repeat(60_000));
  await ended;
  console.log(said[0]);
  await redis.stop(1000);
  process.exit(0);
`;

test.skipIf(!mayMount || testRedisBinary === null)(
  "what ended Redis is said, and what to do, though its log had no room for it",
  () => {
    using dir = tempDir();
    const script = '"$2" --input-type=module -e "$3" "$1" || true';
    const said = onSmallDisk(dir.path, script, keeping(testRedisBinary));
    expect(said).toMatch(
      /^redis (ended|could not be started).*the disk of \S+ is full: make room/m,
    );
  },
);

test("a disk is full without blocks or without files; one that counts neither is not", () => {
  const room = { blocks: 1000, bavail: 500, bsize: 1024 ** 2, files: 10, ffree: 5 };
  expect(isFull(room)).toBe(false);
  expect(isFull({ ...room, bavail: 3 })).toBe(true);
  expect(isFull({ ...room, ffree: 0 })).toBe(true);
  expect(isFull({ ...room, files: 0, ffree: 0 })).toBe(false);
  expect(isFull({ ...room, blocks: 0, bavail: 0 })).toBe(false);
  expect(roomTrouble("/no/such/folder")).toBeNull();
});

test("what stays as it is is said once a minute", () => {
  const said: string[] = [];
  let at = 0;
  const say = seldom(
    (message) => said.push(message),
    () => at,
  );
  for (at = 0; at < 120_000; at += 5_000) say("full");
  say("other");
  expect(said).toEqual(["full", "full", "other"]);
});
