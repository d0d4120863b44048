import { chmodSync, existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeDataDir } from "../../bin/data-dir.ts";

const dir = mkdtempSync(join(tmpdir(), "ct-data-dir-"));
afterAll(() => rm(dir, { recursive: true }));

test("the data directory and those above it are made, for its owner alone, and may be there", () => {
  const deep = join(dir, "a/b/c");
  makeDataDir(deep);
  makeDataDir(deep);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

test("a directory that cannot be is named with its variable", () => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "x")])
    expect(() => makeDataDir(path)).toThrow(`CT_DATA_DIR: ${path} cannot be used`);
});

test.skipIf(!existsSync("/proc"))("where nothing can be made it is said, too", () => {
  expect(() => makeDataDir("/proc/tower/data")).toThrow("CT_DATA_DIR: /proc/tower/data");
});

test.skipIf(process.getuid?.() === 0)("one that may not be written is named, too", () => {
  const path = join(dir, "theirs");
  makeDataDir(path);
  chmodSync(path, 0o500);
  expect(() => makeDataDir(path)).toThrow(`CT_DATA_DIR: ${path} cannot be used: EACCES`);
  chmodSync(path, 0o700);
});
