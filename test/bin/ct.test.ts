/** What the operator's commands do with words they do not know: nothing, and they say which. No tower is needed for that. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  ["an option without its value", ["doctor", "--url"], "--url needs a value"],
  ["a site whose name is empty", ["import", "x.csv", "--site", ""], "--site needs a value"],
  ["a zone that is none", ["import", "x.csv", "--zone", "Mars/Base"], "--zone Mars/Base: no such"],
  ["help for what is no command", ["dokter", "--help"], "unknown command dokter"],
  ["help for no command of these", ["keys", "drop", "-h"], "unknown command of keys drop"],
])("%s is not understood: exit code 2", async (_, args, words) => {
  const { code, said } = await ct(...args);
  expect([code, said]).toEqual([2, expect.stringContaining(words)]);
});

test("an export with nothing in it proves nothing", async () => {
  const file = join(dir, "audit.ndjson");
  writeFileSync(file, "");
  const { code, said } = await ct("verify-audit", "--file", file);
  expect([code, said]).toEqual([2, expect.stringContaining("holds no entry")]);
});

test("a tower that does not answer is a failure, not a mistake of whoever asked", async () => {
  const { code, said } = await ct("users", "list", ...NOBODY);
  expect([code, said]).toEqual([1, expect.stringContaining("does not answer")]);
});

test("a dash is a word: the terminal in place of a file", async () => {
  const { code, said } = await ct("policies", "export", "-", ...NOBODY);
  expect([code, said]).toEqual([1, expect.stringContaining("does not answer")]);
});

test.each([
  ["orders.csv", "order_id,order_purchase_timestamp", "--dry-run"],
  ["ours.csv", "orderId,placedAt,sku,quantity", "--shift"],
])("what does nothing for such a file is refused, and nothing is sent: %s", async (...given) => {
  const [name, header, option] = given;
  const file = join(dir, name);
  writeFileSync(file, `${header}\n`);
  const { code, said } = await ct("import", file, option, ...NOBODY);
  expect([code, said]).toEqual([2, expect.stringContaining("nothing was sent")]);
});

test("help names the whole command, and asks for nothing", async () => {
  const { code, said } = await ct("webhooks", "create", "--help");
  expect([code, said]).toEqual([0, expect.stringContaining("ct webhooks create")]);
  expect(await ct("--help")).toMatchObject({ code: 0, said: expect.stringContaining("doctor") });
});
