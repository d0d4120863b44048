/** Those who wait until an inbox position is in the board: people whose action should be answered with the order as it is afterwards. */
import { comparePositions } from "../../domain/contract/positions.ts";

type Waiter = { position: string; resolve: (isThere: boolean) => void };

export function createPositionWaiters() {
  const waiters = new Set<Waiter>();

  function end(waiter: Waiter, isThere: boolean): void {
    waiters.delete(waiter);
    waiter.resolve(isThere);
  }

  return {
    /** everything up to here is in the board */
    reached(cursor: string): void {
      for (const waiter of waiters)
        if (comparePositions(waiter.position, cursor) <= 0) end(waiter, true);
    },
    /** the numbers they wait for are of another generation */
    giveUp(): void {
      for (const waiter of waiters) end(waiter, false);
    },
    wait(position: string, timeoutMs: number): Promise<boolean> {
      return new Promise((resolve) => {
        const timer = setTimeout(() => end(waiter, false), timeoutMs);
        const waiter: Waiter = {
          position,
          resolve: (isThere) => {
            clearTimeout(timer);
            resolve(isThere);
          },
        };
        waiters.add(waiter);
      });
    },
  };
}
