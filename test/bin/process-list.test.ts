import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { identify, isRunning } from "../../bin/process-identity.ts";
import {
  createProcessList,
  endProcesses,
  leftovers,
  readProcesses,
} from "../../bin/process-list.ts";
import { tempDir } from "../support/temp-dir.ts";

const begun: ChildProcess[] = [];
afterEach(() => {
  for (const child of begun.splice(0)) child.kill("SIGKILL");
});

async function sleeper(
  script = "setInterval(() => {}, 1000)",
): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ["-e", `${script}; console.log("up")`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  begun.push(child);
  if (child.stdout !== null) await once(child.stdout, "data");
  return child as ChildProcess & { pid: number };
}

describe("a process written down", () => {
  test("is running until it ends", async () => {
    const child = await sleeper();
    const identity = identify(child.pid);
    expect(identity !== null && isRunning(identity)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(identity !== null && isRunning(identity)).toBe(false);
    expect(identify(child.pid)).toBeNull();
  });

  test("is not mistaken for another one of the same number", () => {
    expect(isRunning({ pid: process.pid, startedAt: "another boot:1" })).toBe(false);
  });
});

describe("what a killed supervisor left", () => {
  test("is found by name, but for its Redis, and ended", async () => {
    using dir = tempDir();
    const [server, redis] = await Promise.all([sleeper(), sleeper()]);
    const list = createProcessList(dir.path);
    list.set("server", server.pid);
    list.set("redis", redis.pid);
    expect(Object.keys(readProcesses(dir.path)).sort()).toEqual(["redis", "server"]);
    const found = leftovers(dir.path);
    expect(Object.keys(found)).toEqual(["server"]);
    await endProcesses(Object.values(found), 2000);
    expect(identify(server.pid)).toBeNull();
    expect(identify(redis.pid)).not.toBeNull();
  });

  test("is killed when it does not listen", async () => {
    const deaf = await sleeper("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    const identity = identify(deaf.pid);
    await endProcesses(identity === null ? [] : [identity], 200);
    expect(identify(deaf.pid)).toBeNull();
  });

  test("is nothing when the numbers belong to strangers by now, or the note is torn", () => {
    using dir = tempDir();
    const note = join(dir.path, "processes.json");
    writeFileSync(note, JSON.stringify({ server: { pid: process.pid, startedAt: "before:1" } }));
    expect(leftovers(dir.path)).toEqual({});
    writeFileSync(note, '{"server":{"pid":');
    expect(leftovers(dir.path)).toEqual({});
  });

  test("is forgotten one by one as processes end", () => {
    using dir = tempDir();
    const list = createProcessList(dir.path);
    list.set("server", process.pid);
    list.set("server", null);
    expect(readProcesses(dir.path)).toEqual({});
  });

  test("is not noted where nothing can be written, and that ends nobody", () => {
    using dir = tempDir();
    const list = createProcessList(join(dir.path, "gone"));
    expect(() => list.set("server", process.pid)).not.toThrow();
  });
});
