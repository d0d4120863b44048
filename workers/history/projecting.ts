/** Keeps history's thread running: begun again when it ends, ended with the process. */
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";
import type { ThreadData } from "./thread.ts";

const AGAIN_MS = 5_000;
const GRACE_MS = 5_000;

export function startProjecting(data: ThreadData, log: Log) {
  let thread: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;

  function begin(): void {
    const worker = new Worker(new URL("thread.ts", import.meta.url), { workerData: data });
    thread = worker;
    worker.on("error", (error) => log.warn({ err: error }, "history's thread broke"));
    worker.once("exit", () => {
      thread = null;
      if (!isStopping) timer = setTimeout(begin, AGAIN_MS).unref();
    });
  }
  begin();

  return {
    /** The batch under way may end; then it is over. */
    async stop(): Promise<void> {
      isStopping = true;
      clearTimeout(timer);
      const worker = thread;
      if (worker === null) return;
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      worker.postMessage("stop");
      const tooLong = setTimeout(() => void worker.terminate(), GRACE_MS).unref();
      await ended;
      clearTimeout(tooLong);
    },
  };
}
