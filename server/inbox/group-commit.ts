/**
 * Appends what arrives together in one call: while calls are under way, requests gather and go with the next. When idle, nobody waits.
 * A failed call takes everything with it that was waiting behind it: a store that does not answer must not fill the memory.
 */

type Options<Q, R> = {
  /** writes several requests in one call and answers each, in order */
  write: (requests: Q[]) => Promise<R[]>;
  sizeOf: (request: Q) => number;
  /** largest sum of sizes in one call; a single larger request goes alone */
  maxSize: number;
  /** calls under way at once: the second is encoded while the first is on its way to the disk */
  inFlight: number;
};

type Waiting<Q, R> = {
  request: Q;
  resolve: (answer: R) => void;
  reject: (error: unknown) => void;
};

export function createGroupCommit<Q, R>(options: Options<Q, R>): (request: Q) => Promise<R> {
  let queue: Waiting<Q, R>[] = [];
  let underWay = 0;
  let isScheduled = false;

  /** Takes the first requests off the queue, as many as fit. */
  function takeSome(): Waiting<Q, R>[] {
    let size = 0;
    let count = 0;
    for (const { request } of queue) {
      size += options.sizeOf(request);
      if (count > 0 && size > options.maxSize) break;
      count++;
    }
    const some = queue.slice(0, count);
    queue = queue.slice(count);
    return some;
  }

  async function send(some: Waiting<Q, R>[]): Promise<void> {
    try {
      const answers = await options.write(some.map(({ request }) => request));
      some.forEach(({ resolve }, place) => resolve(answers[place]!));
    } catch (error) {
      const behind = queue;
      queue = [];
      for (const { reject } of [...some, ...behind]) reject(error);
    }
  }

  function flush(): void {
    isScheduled = false;
    while (queue.length > 0 && underWay < options.inFlight) {
      underWay++;
      void send(takeSome()).finally(() => {
        underWay--;
        flush();
      });
    }
  }

  return (request) =>
    new Promise((resolve, reject) => {
      queue.push({ request, resolve, reject });
      if (isScheduled) return;
      isScheduled = true;
      // What is read from the sockets in this turn of the event loop goes together.
      setImmediate(flush);
    });
}
