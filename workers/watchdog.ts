/**
 * Ends the process when the rules do not come back. A loop without an end cannot be interrupted from inside; whoever starts the process again finds
 * the try counted, and the event is isolated (see `store/caution.ts`). A second thread watches, since the first is the one that hangs.
 */
import { Worker } from "node:worker_threads";

export type Watchdog = {
  /** Runs `work` under guard. */
  guard: <T>(work: () => T) => T;
  stop: () => Promise<void>;
};

const TICK_MS = 100;
/** A clock tick of `/proc`, on every Linux that Node runs on. */
const PROC_TICK_MS = 10;
/** Where the time spent cannot be told, or does not move at all: that many times the limit. */
const MOST = 15;

// A machine that has other things to do, or a process that was stopped and goes on, is not the rules' fault: what counts is the time that their thread has
// worked since the turn was first seen, and ticks of this thread only where the system does not tell it.
const watcher = `
const { workerData: { shared, limitMs, tickMs, procTickMs, most } } = require("node:worker_threads");
const { readFileSync, writeSync } = require("node:fs");
const state = new Int32Array(shared);
function workedMs() {
  try {
    const stat = readFileSync("/proc/self/task/" + process.pid + "/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * procTickMs;
  } catch {
    return null;
  }
}
let seen = 0, ticks = 0, from = null;
setInterval(() => {
  const turn = Atomics.load(state, 0);
  if (turn === 0 || turn !== seen) {
    seen = turn;
    ticks = 0;
    from = turn === 0 ? null : workedMs();
    return;
  }
  ticks += 1;
  if (ticks * tickMs < limitMs) return;
  const now = from === null ? null : workedMs();
  if (now !== null && now - from < limitMs && ticks * tickMs < most * limitMs) return;
  writeSync(2, "the rules do not come back: ending this process\\n");
  process.kill(process.pid, "SIGKILL");
}, tickMs);
`;

/**
 * `state[0]` is 0 while nothing is guarded, else the number of the guarded turn.
 * @param limitMs of work that one guarded turn may take
 */
export function createWatchdog(limitMs = 2_000): Watchdog {
  const shared = new SharedArrayBuffer(4);
  const state = new Int32Array(shared);
  const thread = new Worker(watcher, {
    eval: true,
    // Flags of the process itself (a preload, another input type) are not for these few lines.
    execArgv: [],
    workerData: { shared, limitMs, tickMs: TICK_MS, procTickMs: PROC_TICK_MS, most: MOST },
  });
  thread.unref();
  let turn = 0;
  return {
    guard: (work) => {
      turn = (turn % 1_000_000_000) + 1;
      Atomics.store(state, 0, turn);
      try {
        return work();
      } finally {
        Atomics.store(state, 0, 0);
      }
    },
    stop: async () => {
      await thread.terminate();
    },
  };
}

/** For places without rules that could hang. */
export const noWatchdog: Watchdog = { guard: (work) => work(), stop: async () => {} };
