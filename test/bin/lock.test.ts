import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { heldMessage, readHolder, takeLock } from "../../bin/lock.ts";
import { tempDir } from "../support/temp-dir.ts";

const lockModule = new URL("../../bin/lock.ts", import.meta.url).href;

function inAnotherProcess(dir: string): string {
  const script = `import("${lockModule}").then((m) => console.log(m.takeLock("${dir}") === null ? "held" : "taken"))`;
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stdout.trim();
}

describe("the lock on a data directory", () => {
  test("is held against every other process and free after release", () => {
    using dir = tempDir();
    const lock = takeLock(dir.path);
    expect(lock).not.toBeNull();
    expect(inAnotherProcess(dir.path)).toBe("held");
    lock?.release();
    expect(inAnotherProcess(dir.path)).toBe("taken");
  });

  test("names its holder", () => {
    using dir = tempDir();
    const lock = takeLock(dir.path);
    expect(readHolder(dir.path)?.pid).toBe(process.pid);
    expect(heldMessage(dir.path, readHolder(dir.path))).toContain(`process ${process.pid}`);
    expect(heldMessage(dir.path, readHolder(dir.path))).toContain("CT_DATA_DIR=");
    lock?.release();
  });

  test("is free in the moment its holder is killed", async () => {
    using dir = tempDir();
    const script = `import("${lockModule}").then((m) => { globalThis.lock = m.takeLock("${dir.path}"); console.log("taken"); setInterval(() => {}, 1000); })`;
    const holder = spawn(process.execPath, ["-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    expect(takeLock(dir.path)).toBeNull();
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const lock = takeLock(dir.path);
    expect(lock).not.toBeNull();
    lock?.release();
  });

  test("does not believe a note that no living process stands behind", () => {
    using dir = tempDir();
    writeFileSync(
      join(dir.path, "supervisor.json"),
      JSON.stringify({ pid: process.pid, since: "yesterday" }),
    );
    const lock = takeLock(dir.path);
    expect(lock).not.toBeNull();
    lock?.release();
  });

  test("says which file it is when it cannot be taken", () => {
    using dir = tempDir();
    writeFileSync(join(dir.path, "supervisor.lock"), "no database at all ".repeat(100));
    expect(() => takeLock(dir.path)).toThrow(
      `CT_DATA_DIR: ${join(dir.path, "supervisor.lock")} cannot be taken: `,
    );
  });
});
