import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLogFiles, shorten } from "../../bin/log-files.ts";
import { tempDir } from "../support/temp-dir.ts";

test("a long log begins anew and the one before is kept", () => {
  using dir = tempDir();
  const file = join(dir.path, "server.log");
  writeFileSync(file, "a line\n");
  expect(shorten(file, 100)).toBe(false);
  expect(shorten(file, 5)).toBe(true);
  expect(statSync(file).size).toBe(0);
  expect(readFileSync(`${file}.1`, "utf8")).toBe("a line\n");
});

test("where it cannot be copied it is emptied all the same", () => {
  using dir = tempDir();
  const file = join(dir.path, "server.log");
  writeFileSync(file, "a line\n");
  // a folder in its place refuses the copy, as a full disk does
  mkdirSync(`${file}.1`);
  expect(() => shorten(file, 5)).not.toThrow();
  expect(statSync(file).size).toBe(0);
});

test("the last words of a program that has no log file are no failure", () => {
  using dir = tempDir();
  const logs = createLogFiles(dir.path);
  rmSync(join(dir.path, "logs"), { recursive: true });
  expect(logs.tail("server", 3)).toBe("it wrote no log");
  expect(existsSync(logs.of("server"))).toBe(false);
  logs.close();
});
