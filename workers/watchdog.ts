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

// Counts ticks of its own rather than time: a process that was stopped and goes on is not blamed for the pause.
const watcher = `
const { workerData } = require("node:worker_threads");
const state = new Int32Array(workerData.shared);
let seen = -1, ticks = 0;
setInterval(() => {
  const turn = Atomics.load(state, 0);
  ticks = turn !== 0 && turn === seen ? ticks + 1 : 0;
  seen = turn;
  if (ticks < workerData.ticks) return;
  require("node:fs").writeSync(2, "the rules do not come back: ending this process\\n");
  process.kill(process.pid, "SIGKILL");
}, workerData.tickMs);
`;

/** `state[0]` is 0 while nothing is guarded, else the number of the guarded turn. */
export function createWatchdog(limitMs = 2_000): Watchdog {
  const shared = new SharedArrayBuffer(4);
  const state = new Int32Array(shared);
  const thread = new Worker(watcher, {
    eval: true,
    // Flags of the process itself (a preload, another input type) are not for these few lines.
    execArgv: [],
    workerData: { shared, ticks: Math.ceil(limitMs / TICK_MS), tickMs: TICK_MS },
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
