/**
 * A thread that derives keys, one after the other. It stands behind everything else: on Linux a thread has a priority of its own, elsewhere it would be that of
 * the whole process, so there it is left alone.
 */
import { argon2Sync, scryptSync } from "node:crypto";
import { constants, getPriority, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { Derivation } from "./hash-threads.ts";

/** Half of the share of this process' other threads when there is not enough for all. */
const LOWER_BY = 3;

/** Below what the process has, whatever that is: nobody but root may go up again, and a thread that fails logs nobody in. */
function standBack(): void {
  if (process.platform !== "linux") return;
  setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + LOWER_BY));
}

function derive({ message, salt, scheme, bytes }: Derivation): Buffer {
  if (scheme.kind === "scrypt") {
    const { logN, r, p } = scheme;
    const N = 2 ** logN;
    return scryptSync(message, salt, bytes, { N, r, p, maxmem: 256 * N * r });
  }
  const { memory, passes, parallelism } = scheme;
  const nonce = salt;
  return argon2Sync("argon2id", { message, nonce, parallelism, tagLength: bytes, memory, passes });
}

standBack();
parentPort?.on("message", (wanted: Derivation) => parentPort?.postMessage(derive(wanted)));
