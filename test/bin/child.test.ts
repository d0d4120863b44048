import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import {
  type Child,
  type ChildSettings,
  keepRunning,
  pauseBefore,
  shortLivesAfter,
} from "../../bin/child.ts";
import { tempDir } from "../support/temp-dir.ts";

function begin(
  dir: string,
  script: string,
  more: Partial<ChildSettings> = {},
): { child: Child; said: string[]; pids: (number | null)[] } {
  const file = join(dir, "main.ts");
  writeFileSync(file, script);
  const said: string[] = [];
  const pids: (number | null)[] = [];
  const child = keepRunning({
    name: "server",
    file,
    env: process.env,
    logFile: join(dir, "log"),
    say: (message) => said.push(message),
    onPid: (pid) => pids.push(pid),
    onHopeless: () => said.push("hopeless"),
    hasBeenUp: () => true,
    mayFinish: false,
    ...more,
  });
  return { child, said, pids };
}

const stays = `console.log("up " + process.pid); setInterval(() => {}, 1000);`;

async function until(check: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(check()).toBe(true), { timeout: 8000, interval: 20 });
}

function isUp(dir: string, pid: number | null | undefined): boolean {
  return readFileSync(join(dir, "log"), "utf8").includes(`up ${pid}`);
}

describe("a program kept running", { timeout: 15_000 }, () => {
  test("is begun again after kill -9, without waiting", async () => {
    using dir = tempDir();
    const { child, said, pids } = begin(dir.path, stays);
    await until(() => isUp(dir.path, pids[0]));
    process.kill(pids[0] ?? 0, "SIGKILL");
    await until(() => pids.length === 3);
    expect(said).toEqual(["server ended (SIGKILL); starting it again"]);
    expect(pids[1]).toBeNull();
    expect(pids[2]).not.toBe(pids[0]);
    await child.stop(2000);
    expect(child.pid).toBeNull();
  });

  test("runs without a log where none can be written, and it is said", async () => {
    using dir = tempDir();
    const { child, said, pids } = begin(dir.path, "setInterval(() => {}, 1000);", {
      logFile: join(dir.path, "gone", "server.log"),
    });
    await until(() => pids.length === 1);
    expect(said[0]).toMatch(/^server runs without a log: ENOENT/);
    await child.stop(2000);
  });

  test("does not come back once stopped", async () => {
    using dir = tempDir();
    const { child, said, pids } = begin(dir.path, stays);
    await until(() => isUp(dir.path, pids[0]));
    await child.stop(2000);
    expect(pids.at(-1)).toBeNull();
    expect(said).toEqual([]);
  });

  test("is killed when it does not end in time, and that is said", async () => {
    using dir = tempDir();
    const { child, said, pids } = begin(dir.path, `process.on("SIGTERM", () => {}); ${stays}`);
    await until(() => isUp(dir.path, pids[0]));
    await child.stop(100);
    expect(child.pid).toBeNull();
    expect(said).toEqual(["server did not end within 0.1 s and is killed"]);
  });

  test("is given up when it does not start three times, with its words in the log", async () => {
    using dir = tempDir();
    const { child, said } = begin(dir.path, `console.error("PORT is wrong"); process.exit(3);`);
    await until(() => said.includes("hopeless"));
    await child.stop(100);
    expect(said.filter((line) => line.includes("exit code 3"))).toHaveLength(3);
    expect(readFileSync(join(dir.path, "log"), "utf8")).toContain("PORT is wrong");
  });

  test("may finish by itself where that is its end", async () => {
    using dir = tempDir();
    const { child, said, pids } = begin(dir.path, `process.exit(0);`, { mayFinish: true });
    await until(() => pids.at(-1) === null);
    await child.stop(100);
    expect(said).toEqual([]);
    expect(pids).toHaveLength(2);
  });
});

test("the pause grows from nothing to five seconds", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 60].map(pauseBefore)).toEqual([
    0, 250, 500, 1000, 2000, 4000, 5000, 5000,
  ]);
});

test("one that never was up has not stayed, however long it took to find out", () => {
  const slowly = { reason: "exit code 1", ms: 60_000 };
  expect(shortLivesAfter(2, slowly, false)).toBe(3);
  expect(shortLivesAfter(2, slowly, true)).toBe(0);
  expect(shortLivesAfter(2, { reason: "exit code 1", ms: 100 }, true)).toBe(3);
  expect(shortLivesAfter(2, { reason: "SIGKILL", ms: 100 }, false)).toBe(2);
});
