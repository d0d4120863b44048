/**
 * One program kept running: started again when it ends by itself, at once the first time and with growing pauses when
 * it does not stay up. Its words go to a log file, or to the terminal when asked for.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface ChildSettings {
  name: string;
  /** The TypeScript file, absolute. */
  file: string;
  env: NodeJS.ProcessEnv;
  /** Null: the child writes to the supervisor's own terminal. */
  logFile: string | null;
  say: (message: string) => void;
  /** Called with the pid at every start, and with null when it ended. */
  onPid: (pid: number | null) => void;
  /** Called once when it ended for the third time in a row without having stayed up: it will not by itself. */
  onHopeless: () => void;
  /** Whether it has been up: on a slow machine it may take long to find out that it cannot start. */
  hasBeenUp: () => boolean;
  /** A program that ends well by itself is left in peace. */
  mayFinish: boolean;
}

export interface Child {
  readonly pid: number | null;
  /** SIGTERM, and SIGKILL after the time given; resolves when it is gone and will not come back. */
  stop: (graceMs: number) => Promise<void>;
  /** SIGKILL, without waiting. */
  kill: () => void;
}

const followParent = new URL("follow-parent.ts", import.meta.url).href;
const shortLifeMs = 5000;
const hopelessAfter = 3;

/** How long to wait before the next start, by how many short lives went before: 0, 0.25, 0.5, 1 ... 5 seconds. */
export function pauseBefore(shortLives: number): number {
  return shortLives === 0 ? 0 : Math.min(5000, 250 * 2 ** (shortLives - 1));
}

/** How many lives in a row were too short to be one. Killed from outside is not a program's own failure, so it does not make the next start wait. */
export function shortLivesAfter(
  before: number,
  { reason, ms }: { reason: string; ms: number },
  hasBeenUp: boolean,
): number {
  if (reason === "SIGKILL") return before;
  return hasBeenUp && ms >= shortLifeMs ? 0 : before + 1;
}

/** Room for what lives for one batch only: without it the garbage collector takes a tenth of the time under load. */
const NODE_FLAGS = ["--max-semi-space-size=32"];

/** Where no log can be written the program runs without one. */
function outputOf({ logFile, name, say }: ChildSettings): number | "inherit" | "ignore" {
  if (logFile === null) return "inherit";
  try {
    return openSync(logFile, "a", 0o600);
  } catch (error) {
    say(`${name} runs without a log: ${(error as Error).message}`);
    return "ignore";
  }
}

function launch(settings: ChildSettings): ChildProcess {
  const { file, env } = settings;
  const output = outputOf(settings);
  // A process group of its own: Ctrl-C in the terminal reaches the supervisor alone, which ends the rest in order.
  const child = spawn(process.execPath, [...NODE_FLAGS, "--import", followParent, file], {
    env,
    stdio: ["ignore", output, output, "ipc"],
    detached: true,
  });
  if (typeof output === "number") closeSync(output);
  return child;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
}

export function keepRunning(settings: ChildSettings): Child {
  const { name, say, onPid } = settings;
  const stopping = new AbortController();
  let current: ChildProcess | null = null;

  const live = async (): Promise<{ reason: string; ms: number }> => {
    const begunAt = Date.now();
    current = launch(settings);
    onPid(current.pid ?? null);
    const reason = await endOf(current);
    current = null;
    onPid(null);
    return { reason, ms: Date.now() - begunAt };
  };

  const run = async () => {
    let shortLives = 0;
    while (!stopping.signal.aborted) {
      const life = await live();
      const { reason } = life;
      if (stopping.signal.aborted || (settings.mayFinish && reason === "exit code 0")) return;
      const pauseMs = pauseBefore(shortLives);
      shortLives = shortLivesAfter(shortLives, life, settings.hasBeenUp());
      say(
        `${name} ended (${reason}); starting it again${pauseMs === 0 ? "" : ` in ${pauseMs / 1000} s`}`,
      );
      if (shortLives === hopelessAfter) settings.onHopeless();
      // An abort ends the pause; the loop's condition then ends the loop.
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  const done = run();
  return {
    get pid() {
      return current?.pid ?? null;
    },
    kill: () => {
      stopping.abort();
      current?.kill("SIGKILL");
    },
    stop: async (graceMs) => {
      stopping.abort();
      current?.kill("SIGTERM");
      const timer = setTimeout(() => {
        say(`${name} did not end within ${graceMs / 1000} s and is killed`);
        current?.kill("SIGKILL");
      }, graceMs);
      await done;
      clearTimeout(timer);
    },
  };
}
