/** One site's turns in this process, one after the other. Turns of other processes are told apart by comparison, not by locks. */

export type Lane = {
  /** Runs after what was asked for before; a failure does not block what follows. */
  run: <T>(work: () => Promise<T>) => Promise<T>;
  isBusy: () => boolean;
};

export function createLane(): Lane {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    run: (work) => {
      waiting++;
      const result = tail.then(work);
      tail = result.then(
        () => waiting--,
        () => waiting--,
      );
      return result;
    },
    isBusy: () => waiting > 0,
  };
}
