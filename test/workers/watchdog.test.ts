import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const WATCHDOG = new URL("../../workers/watchdog.ts", import.meta.url).href;

/** Runs these lines in a process of their own, with `dog` at hand, and says how it ended. */
async function endOf(lines: string): Promise<{ code: number | null; signal: string | null }> {
  const script = `import { createWatchdog } from "${WATCHDOG}"; const dog = createWatchdog(300); ${lines}`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return { code, signal };
}

test("rules that never come back end the process", { timeout: 20_000 }, async () => {
  expect(await endOf("dog.guard(() => { for (;;); });")).toEqual({ code: null, signal: "SIGKILL" });
});

test(
  "rules that come back, however often, and a long wait elsewhere do not",
  { timeout: 20_000 },
  async () => {
    const lines = `
    const spin = (ms) => { const until = Date.now() + ms; while (Date.now() < until); };
    for (let i = 0; i < 10; i++) dog.guard(() => spin(50));
    spin(900);
    await dog.stop();`;
    expect(await endOf(lines)).toEqual({ code: 0, signal: null });
  },
);

test("rules that the machine keeps from working do not", { timeout: 20_000 }, async () => {
  const lines = `
    // nothing of it is the thread's own time
    dog.guard(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500));
    await dog.stop();`;
  expect(await endOf(lines)).toEqual({ code: 0, signal: null });
});
