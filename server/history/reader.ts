/** History as the server reads it: in a thread of its own, since SQLite answers only when it is done. Begun when first asked, begun again after it broke. */
import { Worker } from "node:worker_threads";
import type { Ask, QuestionName, Questions } from "../../history/ask.ts";
import type { HistoryAddress } from "../../history/open.ts";
import { problem } from "../problem.ts";

export type Asked = { id: number; name: QuestionName; query: unknown };
export type Answered = { id: number; answer?: unknown; error?: string };

export type HistoryReader = { ask: Ask; stop: () => Promise<void> };

const PATIENCE_MS = 30_000;

type Waiting = {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
};

const noHistory = (detail: string) =>
  problem("CT_ERR_NO_HISTORY", detail, { retryAfterSeconds: 5 });

export function createHistoryReader(address: HistoryAddress): HistoryReader {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let last = 0;

  function settle(id: number): Waiting | undefined {
    const one = waiting.get(id);
    waiting.delete(id);
    clearTimeout(one?.timer);
    if (waiting.size === 0) thread?.unref();
    return one;
  }

  function begin(): Worker {
    const worker = new Worker(new URL("reader-thread.ts", import.meta.url), {
      workerData: address,
    });
    worker.on("message", ({ id, answer, error }: Answered) => {
      const one = settle(id);
      if (error === undefined) one?.resolve(answer);
      else one?.reject(noHistory(error));
    });
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      if (thread === worker) thread = null;
      for (const id of waiting.keys())
        settle(id)?.reject(noHistory("The reader of history ended."));
    });
    worker.unref();
    return worker;
  }

  /** A question that takes for ever takes the thread with it: the next has another one. */
  function giveUp(id: number): void {
    settle(id)?.reject(noHistory("History did not answer in time."));
    void thread?.terminate();
  }

  return {
    ask: <Q extends QuestionName>(name: Q, query: Questions[Q]["query"]) => {
      thread ??= begin();
      thread.ref();
      last += 1;
      const id = last;
      const asked: Asked = { id, name, query };
      return new Promise<Questions[Q]["answer"]>((resolve, reject) => {
        const timer = setTimeout(() => giveUp(id), PATIENCE_MS);
        waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, timer });
        thread?.postMessage(asked);
      });
    },
    stop: async () => {
      await thread?.terminate();
    },
  };
}
