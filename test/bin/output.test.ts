/** What commands print, read by something that is no terminal. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bytesProgress, createProgress } from "../../bin/commands/progress.ts";

const ENTRY = join(import.meta.dirname, "../../bin/ct.ts");

/** Answers at most what the commands here ask for; `/api/v1/keys` with one key, the policies with a lot, people never. */
let tower: Server;
let env: Record<string, string> = {};
beforeAll(async () => {
  tower = createServer((request, response) => {
    if (request.url?.startsWith("/api/v1/users") === true) return;
    const isPolicies = request.url?.includes("policies") === true;
    const answer = isPolicies ? { rules: "x".repeat(1 << 20) } : { items: [], next: null };
    response.end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(tower, "listening");
  const address = tower.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  env = {
    PATH: process.env["PATH"] ?? "",
    CT_URL: `http://127.0.0.1:${port}`,
    CT_KEY: "k".repeat(40),
  };
});
afterAll(() => {
  tower.closeAllConnections();
  tower.close();
});

test("help and usage are plain", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, "--help"], { env });
  expect(stdout).toContain("Control Tower: operator commands");
  expect(stdout).not.toContain("\u001b");
  const wrong = await promisify(execFile)(process.execPath, [ENTRY, "dokter"], { env }).catch(
    (error: { stderr: string }) => error,
  );
  expect(wrong.stderr).toContain("unknown command dokter");
  expect(wrong.stderr).not.toContain("\u001b");
});

test("a reader that had enough is no failure", async () => {
  const child = spawn(process.execPath, [ENTRY, "policies", "export"], { env });
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect([said, code]).toEqual(["", 0]);
});

test.skipIf(!existsSync("/dev/full"))("what cannot be written is a failure", async () => {
  const stdio: ["ignore", number, "pipe"] = ["ignore", openSync("/dev/full", "w"), "pipe"];
  const child = spawn(process.execPath, [ENTRY, "keys", "list"], { env, stdio });
  const [said, [code]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  expect([said, code]).toEqual([expect.stringContaining("cannot be written: ENOSPC"), 1]);
});

test("a tower that does not answer is said to be waited for", { timeout: 15_000 }, async () => {
  const child = spawn(process.execPath, [ENTRY, "users", "list"], { env });
  const [chunk] = (await once(child.stderr, "data")) as [Buffer];
  child.kill("SIGKILL");
  expect(String(chunk)).toMatch(/has not answered for 5 s; still waiting/);
});

describe("progress", () => {
  const written = (isTTY: boolean, stepMs = 0): string => {
    const lines: string[] = [];
    const out = { isTTY, write: (line: string) => lines.push(line) > 0 };
    const progress = createProgress("events", 40, out as unknown as NodeJS.WriteStream);
    for (let done = 0; done <= 40; done += 1) {
      if (stepMs > 0) vi.advanceTimersByTime(stepMs);
      progress.at(done);
    }
    progress.end();
    return lines.join("");
  };

  test("is a bar in a terminal", () => {
    const shown = written(true).split("\r").at(-1) ?? "";
    expect(stripVTControlCharacters(shown)).toMatch(/^events █{28} 40\/40 [\d,]+\/s\n$/);
  });

  test("is a plain line every tenth part in a log, at most one a second", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const lines = written(false, 500).trimEnd().split("\n");
    vi.useRealTimers();
    expect(lines).toHaveLength(11);
    expect(lines[5]).toMatch(/^events 50 % 20\/40 [\d,]+\/s$/);
    expect(written(false).trimEnd().split("\n")).toHaveLength(1);
  });

  test("of bytes that come in pieces ends at their sum", () => {
    const lines: string[] = [];
    const out = { isTTY: true, write: (line: string) => lines.push(line) > 0 };
    const progress = bytesProgress(out as unknown as NodeJS.WriteStream);
    progress.onSize(2_000);
    progress.onBytes(1_500);
    progress.onBytes(400);
    progress.onEnd();
    expect(lines.at(-2)).toContain(" 2,000/2,000 ");
    expect(lines.at(-1)).toBe("\n");
  });
});
