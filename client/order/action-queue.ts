/**
 * Actions on their way: each is sent with an idempotency key, at once when the server can be reached, else kept and sent in order on return. It is done only
 * when the server says so; until then it is `sending` or `waiting`, and the screen shows `…` beside what it will change.
 *
 * The same key goes with every try, so a try whose answer was lost is not applied twice.
 */
import type { ActionName } from "../../domain/contract/api.ts";

export type ActionRequest = {
  site: string;
  orderId: string;
  name: ActionName;
  body: Record<string, unknown>;
};
export type QueuedAction = ActionRequest & { key: string; state: "sending" | "waiting" };

/** What a try ended in. `nothing`: why it changed nothing, in words, when it did not. `unreachable`: no answer, or one that says "send again"; everything else is final. */
export type Sent =
  | { kind: "done"; eventId: string | null; nothing: string | null }
  | { kind: "refused"; code: string; words: string; owner: string | null }
  | { kind: "unreachable" };

export type ActionQueueDeps = {
  send: (action: QueuedAction) => Promise<Sent>;
  newKey: () => string;
  /** told after every change of what is on its way */
  changed: (actions: readonly QueuedAction[]) => void;
  settled: (action: QueuedAction, outcome: Exclude<Sent, { kind: "unreachable" }>) => void;
  /** runs `retry` later; at most one is outstanding */
  later: (retry: () => void) => void;
};

export type ActionQueue = {
  /** Takes an action over and returns its key. */
  add: (request: ActionRequest) => string;
  /** Tries what is waiting, in order: called when the connection is back. */
  flush: () => Promise<void>;
};

export function createActionQueue(deps: ActionQueueDeps): ActionQueue {
  let queue: QueuedAction[] = [];
  let isRunning = false;

  const set = (next: QueuedAction[]): void => {
    queue = next;
    deps.changed(queue);
  };

  const mark = (key: string, state: QueuedAction["state"]): void =>
    set(queue.map((action) => (action.key === key ? { ...action, state } : action)));

  async function sendFirst(action: QueuedAction): Promise<boolean> {
    mark(action.key, "sending");
    const sent = await deps.send(action);
    if (sent.kind === "unreachable") {
      mark(action.key, "waiting");
      return false;
    }
    set(queue.filter(({ key }) => key !== action.key));
    deps.settled(action, sent);
    return true;
  }

  async function sendAll(): Promise<void> {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (await sendFirst(first)) continue;
      deps.later(() => void flush());
      return;
    }
  }

  async function flush(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    try {
      await sendAll();
    } finally {
      isRunning = false;
    }
  }

  function add(request: ActionRequest): string {
    const key = deps.newKey();
    set([...queue, { ...request, key, state: "sending" }]);
    void flush();
    return key;
  }

  return { add, flush };
}

/** A random key that also works where `crypto.randomUUID` does not: on a page served without TLS from another machine. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
