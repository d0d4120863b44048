/**
 * Actions that are kept while the server cannot be reached: tried again every few seconds and at once when the connection is back. A try that nobody answers is given up after a while,
 * so that it holds up neither itself nor those behind it. The page asks before it is left with some of them.
 */
import { watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { useConnection } from "../stores/connection.ts";
import { useSession } from "../stores/session.ts";
import {
  type ActionQueue,
  type ActionQueueDeps,
  createActionQueue,
  type Queued,
  randomKey,
} from "./action-queue.ts";
import { createPageHold } from "./page-hold.ts";

const RETRY_MS = 3_000;
/** The server answers within 2 s; a browser alone would wait for minutes on a line that died without a word. */
const ANSWER_MS = 10_000;

/** Nobody answered, or somebody before the server did for it (502, 504), or the answer is to send it again. */
const SEND_AGAIN: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);
export const isUnreachable = ({ status }: Problem): boolean => SEND_AGAIN.has(status);

type Deps<R, O> = Pick<ActionQueueDeps<R, O>, "changed" | "settled"> & {
  /** `signal`: that it has taken too long */
  send: (action: Queued<R>, signal: AbortSignal) => Promise<O | null>;
};

async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const hung = new AbortController();
  const timer = setTimeout(() => hung.abort(), ANSWER_MS);
  try {
    return await work(hung.signal);
  } finally {
    clearTimeout(timer);
  }
}

export function createKeptQueue<R extends object, O>(deps: Deps<R, O>): ActionQueue<R> {
  const hold = createPageHold();
  const session = useSession();
  const queue = createActionQueue<R, O>({
    ...deps,
    send: (action) => inTime((signal) => deps.send(action, signal)),
    newKey: randomKey,
    who: () => session.view?.name ?? "",
    changed: (list) => {
      hold(list.length > 0);
      deps.changed(list);
    },
    later: (retry) => {
      setTimeout(retry, RETRY_MS);
    },
  });
  const connection = useConnection();
  // Back on the line: do not wait for the next try.
  watch(
    () => connection.isTrusted,
    (isTrusted) => {
      if (isTrusted) void queue.flush();
    },
  );
  return queue;
}
