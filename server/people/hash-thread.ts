/**
 * A thread that derives keys, one after the other. It stands behind everything else: on Linux a thread has a priority of its own, elsewhere it would be that of
 * the whole process, so there it is left alone.
 */
import { argon2Sync, scryptSync } from "node:crypto";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { Derivation } from "./hash-threads.ts";

/** Half of a normal thread's share when there is not enough for all. */
const LOW_PRIORITY = 3;

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

if (process.platform === "linux") setPriority(LOW_PRIORITY);
parentPort?.on("message", (wanted: Derivation) => parentPort?.postMessage(derive(wanted)));
