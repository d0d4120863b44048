/** Work in turns: so many at a time, so many waiting, and nobody waits longer than a person does. Who is one too many, or waited in vain, is told when to come again. */
import { problem } from "../problem.ts";

export type TurnRules = { atOnce: number; mostWaiting: number; waitMs: number };

const RETRY_SECONDS = 2;

const tooMany = () =>
  problem("CT_ERR_TOO_MANY_REQUESTS", "Too many logins at once. Try again in a moment.", {
    retryAfterSeconds: RETRY_SECONDS,
  });

/** @returns what runs a piece of work in its turn; rejects with CT_ERR_TOO_MANY_REQUESTS without having begun it */
export function createTurns({ atOnce, mostWaiting, waitMs }: TurnRules) {
  const waiting = new Set<() => void>();
  let running = 0;

  function turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        waiting.delete(begin);
        running += 1;
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(begin);
        reject(tooMany());
      }, waitMs);
      waiting.add(begin);
      if (running < atOnce) begin();
    });
  }

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce && waiting.size >= mostWaiting) throw tooMany();
    await turn();
    try {
      return await work();
    } finally {
      running -= 1;
      const [next] = waiting;
      next?.();
    }
  };
}
