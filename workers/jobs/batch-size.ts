/**
 * How many events a turn takes: 500, and twice as many after each full batch, up to 2,000, while many wait. Each order is folded, judged and written once a turn, however many
 * of its events came, so a long inbox is worked off in fewer and cheaper steps; a short one never waits for more to come.
 */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";

const MOST = 4 * BATCH_SIZE;
/** A turn that decides for longer is halved: the watchdog ends the process after 2 s. */
const LONG_MS = 400;

export function createBatchSize() {
  let size = BATCH_SIZE;
  return {
    /** events to read next */
    next: (): number => size,
    /** What the last batch was: how many were `found` of how many `asked` for, and ms that deciding took. */
    note(found: number, asked: number, ms: number): void {
      if (ms > LONG_MS) size = Math.max(BATCH_SIZE, Math.floor(size / 2));
      else size = found < asked ? BATCH_SIZE : Math.min(MOST, asked * 2);
    },
  };
}
