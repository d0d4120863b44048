import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

/** Logs as the program does, with a full disk behind its stdout, and says on stderr that it lives on. */
async function onFullDisk(module: string): Promise<string> {
  const url = new URL(`../../${module}`, import.meta.url).href;
  const script = `import { createLog } from "${url}";
    const log = createLog("info");
    for (let n = 0; n < 50; n += 1) log.info({ n }, "a line");
    log.fatal("the last one");
    setTimeout(() => process.stderr.write("goes on"), 50);`;
  const stdio: ["ignore", number, "pipe"] = ["ignore", openSync("/dev/full", "w"), "pipe"];
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio,
    timeout: 10_000,
  });
  const [said, [code, signal]] = await Promise.all([text(child.stderr!), once(child, "exit")]);
  return `${said} (${String(code ?? signal)})`;
}

test.skipIf(!existsSync("/dev/full"))(
  "a log that cannot be written neither ends nor stops a process",
  async () => {
    for (const module of ["server/log.ts", "workers/log.ts"])
      expect(await onFullDisk(module)).toBe("goes on (0)");
  },
);
