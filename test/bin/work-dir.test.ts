import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inWorkDir } from "../../bin/backup/work-dir.ts";
import { tempDir } from "../support/temp-dir.ts";

const module = new URL("../../bin/backup/work-dir.ts", import.meta.url).href;

test("the folder is there for the work and gone after it, however it ends", async () => {
  using dir = tempDir();
  const prefix = join(dir.path, ".w-");
  expect(await inWorkDir(prefix, async (work) => existsSync(work))).toBe(true);
  const failing = inWorkDir(prefix, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(readdirSync(dir.path)).toEqual([]);
});

test("work that is broken off leaves nothing, undoes what it began and ends by that signal's code", async () => {
  using dir = tempDir();
  const prefix = JSON.stringify(join(dir.path, ".w-"));
  const script = `import { inWorkDir } from "${module}";
    await inWorkDir(${prefix}, async (work, onBreak) => {
      onBreak(() => process.stdout.write("undone"));
      process.stdout.write("begun ");
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  await once(child.stdout, "data");
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expect([said, readdirSync(dir.path)]).toEqual(["begun undone", []]);
});
