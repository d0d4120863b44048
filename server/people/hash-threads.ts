/**
 * Threads that derive keys. Not libuv's: its four are for files and names, and twenty logins a second on two cores would take the event loop's own time. These are
 * begun when first needed, keep no process alive, and each derives one key at a time.
 */
import { Worker } from "node:worker_threads";

/** One way of deriving a key, with what must be known to do it again. */
export type Scheme =
  | { kind: "argon2id"; memory: number; passes: number; parallelism: number }
  | { kind: "scrypt"; logN: number; r: number; p: number };

export type Derivation = {
  message: Uint8Array;
  salt: Uint8Array;
  scheme: Scheme;
  /** length of the key */
  bytes: number;
};

const idle: Worker[] = [];

function begin(): Worker {
  const worker = new Worker(new URL("./hash-thread.ts", import.meta.url), { execArgv: [] });
  worker.on("error", () => undefined);
  worker.once("exit", () => {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  });
  worker.unref();
  return worker;
}

/** Rejects when the thread fails; the next derivation has another one. */
export function deriveKey(wanted: Derivation): Promise<Buffer> {
  const worker = idle.pop() ?? begin();
  return new Promise((resolve, reject) => {
    const onKey = (key: Uint8Array): void => {
      letGo();
      idle.push(worker);
      resolve(Buffer.from(key));
    };
    const onFailure = (cause: unknown): void => {
      letGo();
      reject(new Error("a thread for passwords ended", { cause }));
    };
    const letGo = (): void => {
      worker.off("message", onKey).off("error", onFailure).off("exit", onFailure);
      worker.unref();
    };
    worker.on("message", onKey).on("error", onFailure).on("exit", onFailure);
    // while somebody waits for it, it keeps the process alive
    worker.ref();
    worker.postMessage(wanted);
  });
}
