/** Actions that are kept while the server cannot be reached: tried again every few seconds and at once when the connection is back. The page asks before it is left with some of them. */
import { watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { useConnection } from "../stores/connection.ts";
import {
  type ActionQueue,
  type ActionQueueDeps,
  createActionQueue,
  randomKey,
} from "./action-queue.ts";
import { createPageHold } from "./page-hold.ts";

const RETRY_MS = 3_000;

/** Nobody answered, or the answer is to send it again. */
export const isUnreachable = ({ status }: Problem): boolean =>
  status === 0 || status === 429 || status === 503;

type Deps<R, O> = Pick<ActionQueueDeps<R, O>, "send" | "changed" | "settled">;

export function createKeptQueue<R extends object, O>(deps: Deps<R, O>): ActionQueue<R> {
  const hold = createPageHold();
  const queue = createActionQueue<R, O>({
    ...deps,
    newKey: randomKey,
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
