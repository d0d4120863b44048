/** What the operator's commands do with words they do not know: nothing, and they say which. No tower is needed for that. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ENTRY = join(import.meta.dirname, "../../bin/ct.ts");
const NOBODY = ["--url", "http://127.0.0.1:1", "--key", "k".repeat(40)];

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "ct-words-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ct = (...args: string[]): Promise<{ code: unknown; said: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env["PATH"], CT_DATA_DIR: dir };
    execFile(process.execPath, [ENTRY, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
    );
  });

const KEY = ["--scopes", "events:write", "--sites", "BER1"];

test.concurrent.each([
  ["a name without quotation marks", ["keys", "create", "night", "feed", ...KEY], "feed: "],
  ["a word that nobody asked for", ["users", "list", "all"], "all: "],
  ["a word behind options", ["doctor", "--json", "now"], "now: "],
  ["an address that is none", ["users", "list", "--url", "localhost:3000"], '"localhost:3000" is'],
  ["an option without its value", ["doctor", "--url"], '"" is no address'],
  ["help for what is no command", ["dokter", "--help"], "unknown command dokter"],
  ["help for no command of these", ["keys", "drop", "-h"], "unknown command of keys drop"],
])("%s is not understood: exit code 2", async (_, args, words) => {
  const { code, said } = await ct(...args);
  expect([code, said]).toEqual([2, expect.stringContaining(words)]);
});

test("a tower that does not answer is a failure, not a mistake of whoever asked", async () => {
  const { code, said } = await ct("users", "list", ...NOBODY);
  expect([code, said]).toEqual([1, expect.stringContaining("does not answer")]);
});

test("help names the whole command, and asks for nothing", async () => {
  const { code, said } = await ct("webhooks", "create", "--help");
  expect([code, said]).toEqual([0, expect.stringContaining("ct webhooks create")]);
  expect(await ct("--help")).toMatchObject({ code: 0, said: expect.stringContaining("doctor") });
});
