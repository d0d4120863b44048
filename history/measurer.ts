/**
 * A thread that measures orders ahead (`measuring.ts`), begun with the first batch. The writer and it each have a processor then: one folds and counts what comes next while the
 * other waits for the disk.
 */
import { Worker } from "node:worker_threads";
import type { SitePolicy } from "../domain/site.ts";
import type { Batch, MeasuredAhead } from "./measuring.ts";
import type { Answer, Asked } from "./measuring-thread.ts";
import { policyIn } from "./order-row.ts";

type Waiting = { resolve: (measured: MeasuredAhead) => void; reject: (error: Error) => void };
type Policies = { of: (version: number) => SitePolicy };

/** Rules of one thread: each version goes there once. */
function createSent() {
  const sent = new Map<string, SitePolicy>();
  return ({ site, orders }: Batch, { of }: Policies): SitePolicy[] => {
    const versions = new Set(orders.map(({ text }) => policyIn(text)));
    return [...versions].flatMap((version) => {
      const policy = of(version);
      const key = `${version} ${site}`;
      if (sent.get(key) === policy) return [];
      sent.set(key, policy);
      return [{ ...policy, version }];
    });
  };
}

function startThread(onEnd: () => void) {
  const worker = new Worker(new URL("measuring-thread.ts", import.meta.url));
  const waiting: Waiting[] = [];
  const rulesFor = createSent();
  const fail = (error: Error): void => {
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on("error", (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => fail(new Error("the thread that measures ended")));
  worker.on("message", ({ orders, ...rest }: Answer) =>
    waiting.shift()?.resolve({ ...rest, orders: new Map(orders) }),
  );
  worker.unref();
  return {
    measure(batch: Batch, policies: Policies): Promise<MeasuredAhead> {
      const measured = new Promise<MeasuredAhead>((resolve, reject) =>
        waiting.push({ resolve, reject }),
      );
      worker.ref();
      worker.postMessage({ batch, rules: rulesFor(batch, policies) } satisfies Asked);
      return measured.finally(() => waiting.length === 0 && worker.unref());
    },
    end: async (): Promise<void> => void (await worker.terminate()),
  };
}

export type Measurer = ReturnType<typeof createMeasurer>;

export function createMeasurer() {
  let thread: ReturnType<typeof startThread> | null = null;
  let usedAt = 0;

  function begin(): ReturnType<typeof startThread> {
    const begun = startThread(() => {
      // one that ends late is not the one that took its place
      if (thread === begun) thread = null;
    });
    return begun;
  }

  return {
    /** Rejects when the thread breaks; the next batch begins another. */
    measure(batch: Batch, policies: Policies): Promise<MeasuredAhead> {
      thread ??= begin();
      usedAt = performance.now();
      return thread.measure(batch, policies);
    },
    /** Ends the thread when it measured nothing for so many ms; the next batch begins another. Beginning one takes as long as measuring some thousand orders does. */
    async rest(unusedMs = 0): Promise<void> {
      if (performance.now() - usedAt < unusedMs) return;
      const ending = thread;
      thread = null;
      await ending?.end();
    },
  };
}
