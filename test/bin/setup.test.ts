import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { ensureBuilt, sourceMark } from "../../bin/setup/build.js";
import { ensureInstalled, installationMark, isInstalled } from "../../bin/setup/install.js";
import { noNodeMessage, pickNode, runsTypeScript } from "../../bin/setup/node.js";
import { environment, runToEnd } from "../../bin/setup/run.js";
import { closingLine, countTests, inTurn, steps } from "../../bin/setup/test.js";
import { tempDir } from "../support/temp-dir.ts";

const builder = new URL("../../bin/setup/build.js", import.meta.url).href;

/** Runs Node as somebody who may do no more than the modes of files say; root may do more until it is in a name space without a root. */
function withoutRights(args: string[]): string | null {
  const alone = process.getuid?.() === 0 ? ["unshare", "-U"] : [];
  const [command = "", ...given] = [...alone, process.execPath, ...args];
  const done = spawnSync(command, given, { encoding: "utf8" });
  return done.status === 0 ? done.stdout : null;
}
const mayGiveUpRights = withoutRights(["-e", ""]) !== null;

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

test(
  "packages are installed whatever a person's own .npmrc says",
  { timeout: 60_000 },
  async () => {
    using dir = tempDir();
    const put = (name: string, what: object) =>
      writeFileSync(join(dir.path, name), JSON.stringify(what));
    mkdirSync(join(dir.path, "a"));
    const whole = { name: "whole", version: "1.0.0", dependencies: { a: "file:a" } };
    const engines = { node: ">=99" };
    put("package.json", { ...whole, engines });
    put("a/package.json", { name: "a", version: "1.0.0" });
    const linked = { resolved: "a", link: true };
    const packages = {
      "": { ...whole, engines },
      a: { version: "1.0.0" },
      "node_modules/a": linked,
    };
    put("package-lock.json", { ...whole, lockfileVersion: 3, requires: true, packages });
    const odd = ["engine-strict=true", "dry-run=true", "package-lock=false", "global=true"];
    writeFileSync(join(dir.path, "npmrc"), odd.join("\n"));
    vi.stubEnv("npm_config_userconfig", join(dir.path, "npmrc"));
    await ensureInstalled(dir.path, () => {}).finally(() => vi.unstubAllEnvs());
    expect(existsSync(join(dir.path, "node_modules", "a", "package.json"))).toBe(true);
  },
);

test("a folder in which nothing can be built is named", async () => {
  using dir = tempDir();
  const root = join(dir.path, "tower #2");
  for (const name of ["client", "domain"]) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, "package-lock.json"), "{}");
  await expect(ensureBuilt(root, "/no/node", () => {})).rejects.toThrow(
    /tower #2: Vite takes no #/,
  );
});

describe("a checkout that is somebody else's", () => {
  test("is started from though no mark can be left in it", async () => {
    using dir = tempDir();
    const lock = JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } });
    mkdirSync(join(dir.path, "node_modules"));
    writeFileSync(join(dir.path, "package-lock.json"), lock);
    writeFileSync(join(dir.path, "node_modules", ".package-lock.json"), lock);
    // whoever runs this may write everywhere, but not into a folder that is not there
    const nowhere = join(dir.path, "gone", "mark");
    symlinkSync(nowhere, join(dir.path, "node_modules", ".control-tower-installed"));
    const said: string[] = [];
    await ensureInstalled(dir.path, (message) => said.push(message));
    expect(said).toEqual([]);
  });

  test.skipIf(!mayGiveUpRights)(
    "shows the dashboard that was built there, or says who builds it",
    () => {
      using dir = tempDir();
      const folders = ["client", "domain", "dist/client"].map((name) => join(dir.path, name));
      for (const folder of folders) mkdirSync(folder, { recursive: true });
      writeFileSync(join(dir.path, "package-lock.json"), "{}");
      const built = join(dir.path, "dist", "client", "index.html");
      writeFileSync(built, "");
      chmodSync(join(dir.path, "dist"), 0o555);
      const script = `import { ensureBuilt } from ${JSON.stringify(builder)};
      await ensureBuilt(process.argv[1], "/no/node", console.log).catch((e) => console.log(e.message));`;
      const start = () => withoutRights(["--input-type=module", "-e", script, dir.path]);
      expect(start()).toMatch(/^The dashboard is shown as it was built/);
      rmSync(built);
      expect(start()).toMatch(/^The dashboard is not built.* npm run build/);
      chmodSync(join(dir.path, "dist"), 0o755);
    },
  );
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

  test("goes on beside the types, and begins no tests before they are checked", async () => {
    const said: string[] = [];
    const types = Promise.withResolvers<void>();
    const all = [
      { name: "types", isBehind: true },
      { name: "dead" },
      { name: "unit", projects: [] },
    ];
    const isWhole = inTurn(
      all,
      async ({ name }) => {
        said.push(name);
        if (name === "types") await types.promise;
        said.push(`${name} over`);
      },
      () => false,
    );
    await vi.waitFor(() => expect(said).toContain("dead over"));
    expect(said).toEqual(["types", "dead", "dead over"]);
    types.resolve();
    expect(await isWhole).toBe(true);
    expect(said.slice(3)).toEqual(["types over", "unit", "unit over"]);
  });

  test("begins nothing more when it is interrupted, and waits for what goes on", async () => {
    const said: string[] = [];
    const all = [
      { name: "types", isBehind: true },
      { name: "dead" },
      { name: "unit", projects: [] },
    ];
    const run = async ({ name }: { name: string }) => {
      await new Promise(setImmediate);
      said.push(name);
    };
    expect(await inTurn(all, run, () => said.includes("types"))).toBe(false);
    expect(said).toEqual(["types", "dead"]);
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

  test("asks this machine itself, whatever proxies the environment names", async () => {
    const server = createServer((_request, response) => response.end("the tower"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    vi.stubEnv("NODE_USE_ENV_PROXY", "1");
    for (const name of ["HTTP_PROXY", "http_proxy"]) vi.stubEnv(name, "http://127.0.0.1:1");
    for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "example.com");
    const env = environment("/house", process.execPath);
    vi.unstubAllEnvs();
    const script = `process.stdout.write(await (await fetch("http://127.0.0.1:${port}")).text())`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { env });
    expect(await text(child.stdout)).toBe("the tower");
    server.close();
    expect(env["NO_PROXY"]).toMatch(/^example\.com,/);
  });

  test("goes on past every proxy where it was told so", () => {
    vi.stubEnv("no_proxy", "*");
    expect(environment("/house", process.execPath)["NO_PROXY"]).toBe("*");
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
