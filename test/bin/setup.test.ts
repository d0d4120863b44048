import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { sourceMark } from "../../bin/setup/build.js";
import { installationMark, isInstalled } from "../../bin/setup/install.js";
import { noNodeMessage, pickNode, runsTypeScript } from "../../bin/setup/node.js";
import { environment, runToEnd } from "../../bin/setup/run.js";
import { closingLine, countTests, steps } from "../../bin/setup/test.js";
import { tempDir } from "../support/temp-dir.ts";

const setup = join(import.meta.dirname, "../../bin/setup.js");

describe("the right Node", () => {
  test.each(["24.12.0", "v24.21.0", "25.0.0", "26.1.0"])("is %s", (version) => {
    expect(runsTypeScript(version)).toBe(true);
  });

  test.each(["24.11.1", "v20.20.2", "22.22.0", "18.0.0"])("is not %s", (version) => {
    expect(runsTypeScript(version)).toBe(false);
  });

  test("is the one that runs already", () => {
    expect(pickNode("/nowhere")).toBe(process.execPath);
  });

  test("is named, with where to get it, when there is none", () => {
    expect(noNodeMessage).toContain("24.12");
    expect(noNodeMessage).toContain("nodejs.org");
  });
});

describe("packages", () => {
  const wanted = {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  };

  test("are installed when each has the version of the lock file", () => {
    expect(
      isInstalled(wanted, {
        "node_modules/a": { version: "1.0.0" },
        "node_modules/b": { version: "2.0.0" },
      }),
    ).toBe(true);
  });

  test("of another platform may be missing", () => {
    expect(isInstalled(wanted, { "node_modules/a": { version: "1.0.0" } })).toBe(true);
  });

  test("are stale when one is missing or of another version", () => {
    expect(isInstalled(wanted, {})).toBe(false);
    expect(isInstalled(wanted, { "node_modules/a": { version: "1.0.1" } })).toBe(false);
  });

  test("are looked at again when the lock file changed", () => {
    using dir = tempDir();
    const file = join(dir.path, "package-lock.json");
    writeFileSync(file, "{}");
    const before = installationMark(dir.path);
    expect(installationMark(dir.path)).toBe(before);
    writeFileSync(file, '{"a":1}');
    expect(installationMark(dir.path)).not.toBe(before);
  });
});

describe("the dashboard's sources", () => {
  test("have another mark when a file is changed, renamed or taken away, and the same one otherwise", () => {
    using dir = tempDir();
    for (const name of ["client/board", "domain"])
      mkdirSync(join(dir.path, name), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(dir.path, name), text);
    write("package-lock.json", "{}");
    write("client/board/a.ts", "1");
    const marks = [sourceMark(dir.path)];
    expect(sourceMark(dir.path)).toBe(marks[0]);
    write("client/board/a.ts", "2");
    marks.push(sourceMark(dir.path));
    write("client/board/b.ts", "2");
    rmSync(join(dir.path, "client/board/a.ts"));
    marks.push(sourceMark(dir.path));
    write("domain/c.ts", "");
    marks.push(sourceMark(dir.path));
    expect(new Set(marks).size).toBe(4);
  });
});

describe("the test run", () => {
  const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 };

  test("goes from the quickest check to the slowest, the pages built before what reads them", () => {
    expect(steps.map((step) => step.name)).toEqual([
      "fmt",
      "lint",
      "types",
      "dead",
      "build",
      "unit",
      "redis",
      "e2e",
    ]);
  });

  test("counts what was skipped and put off", () => {
    expect(countTests(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 2 });
  });

  test("counts a file that could not be loaded, and a run without a report, as a failure", () => {
    expect(countTests(report, 1).failed).toBe(1);
    expect(countTests({ ...report, numFailedTests: 3 }, 1).failed).toBe(3);
    expect(countTests(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test("closes with one line that adds everything up", () => {
    const all = [
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 40, failed: 2, skipped: 3 },
    ];
    expect(closingLine(all)).toBe("41 passed, 2 failed, 3 skipped");
  });
});

describe("handing over", () => {
  test("compiles nothing twice: what Node made of it is kept with the packages, or where it was told", () => {
    vi.stubEnv("NODE_COMPILE_CACHE", undefined);
    const kept = join("/house", "node_modules", ".cache", "node");
    expect(environment("/house", process.execPath)).toMatchObject({ NODE_COMPILE_CACHE: kept });
    vi.stubEnv("NODE_COMPILE_CACHE", "/elsewhere");
    expect(environment("/house", process.execPath)).toMatchObject({
      NODE_COMPILE_CACHE: "/elsewhere",
    });
    vi.unstubAllEnvs();
  });

  test("passes on the exit code, and the signal that ended a program", async () => {
    expect(await runToEnd(process.execPath, ["-e", "process.exit(7)"], {})).toBe(7);
    expect(
      await runToEnd(process.execPath, ["-e", "process.kill(process.pid, 'SIGKILL')"], {}),
    ).toBe(137);
  });

  test("refuses an unknown command with how it is used", () => {
    const run = spawnSync(process.execPath, [setup, "strat"], { encoding: "utf8" });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("start|serve|test|ct");
    expect(run.stdout).toBe("");
  });
});
