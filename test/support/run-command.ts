/** Runs `npm run ...` as a terminal does: in a process group of its own, so that Ctrl-C reaches all of it at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Command {
  /** What it printed so far, stdout and stderr together. */
  output: () => string;
  /** Resolves with the milliseconds from the start until the text is printed; rejects when it ends before. */
  prints: (text: string, timeoutMs: number) => Promise<number>;
  /** Ctrl-C. */
  interrupt: () => void;
  /** As a service manager ends it: SIGTERM, to npm alone. */
  terminate: () => void;
  /** The exit code, once everything in the terminal's group has let go of its output. */
  ended: Promise<number | null>;
  /** For the end of a test: kills what is left of the group. */
  dispose: () => void;
}

const root = join(import.meta.dirname, "../..");

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), signal);
  } catch {
    // The group is gone.
  }
}

export function runCommand(args: string[], env: Record<string, string>): Command {
  const begunAt = performance.now();
  const child = spawn("npm", args, {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  let isOver = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (text += String(chunk)));
  const ended = once(child, "close").then(([code]) => {
    isOver = true;
    return code as number | null;
  });

  const prints = async (wanted: string, timeoutMs: number) => {
    while (!text.includes(wanted)) {
      const elapsed = performance.now() - begunAt;
      if (isOver || elapsed > timeoutMs)
        throw new Error(`"${wanted}" was not printed in ${elapsed} ms, but:\n${text}`);
      await sleep(20);
    }
    return performance.now() - begunAt;
  };

  return {
    output: () => text,
    prints,
    interrupt: () => signalGroup(child, "SIGINT"),
    terminate: () => void child.kill("SIGTERM"),
    ended,
    dispose: () => signalGroup(child, "SIGKILL"),
  };
}
