/**
 * Actions on their way: each is sent with an idempotency key, at once when the server can be reached, else kept and sent in order on return. It is done only
 * when the server says so; until then it is `sending` or `waiting`, and the screen says so beside what it will change.
 *
 * The same key goes with every try, so a try whose answer was lost is not applied twice. The name of whoever gave it goes with it too: nobody else's session may carry it out.
 */

type State = "sending" | "waiting";
/** `R`: what is asked for. */
export type Queued<R> = R & { key: string; by: string; state: State };

/** `O`: what the server said of one, finally. */
export type ActionQueueDeps<R, O> = {
  /** null: no answer, or one that says "send again" */
  send: (action: Queued<R>) => Promise<O | null>;
  newKey: () => string;
  /** who is logged in on this page */
  who: () => string;
  /** told after every change of what is on its way */
  changed: (actions: readonly Queued<R>[]) => void;
  settled: (action: Queued<R>, outcome: O) => void;
  /** runs `retry` later; at most one is outstanding */
  later: (retry: () => void) => void;
};

export type ActionQueue<R> = {
  /** Takes an action over and returns its key. */
  add: (request: R) => string;
  /** Tries what is waiting, in order: called when the connection is back. */
  flush: () => Promise<void>;
};

export function createActionQueue<R extends object, O>(
  deps: ActionQueueDeps<R, O>,
): ActionQueue<R> {
  let queue: Queued<R>[] = [];
  let isRunning = false;

  const set = (next: Queued<R>[]): void => {
    queue = next;
    deps.changed(queue);
  };

  const mark = (key: string, state: State): void =>
    set(queue.map((action) => (action.key === key ? { ...action, state } : action)));

  async function sendFirst(action: Queued<R>): Promise<boolean> {
    mark(action.key, "sending");
    const outcome = await deps.send(action);
    if (outcome === null) {
      mark(action.key, "waiting");
      return false;
    }
    set(queue.filter(({ key }) => key !== action.key));
    deps.settled(action, outcome);
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

  function add(request: R): string {
    const key = deps.newKey();
    set([...queue, { ...request, key, by: deps.who(), state: "sending" }]);
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
