/**
 * How many events a turn takes: twice as many as the last one found, from 500 up to 2,000. Each order is folded, judged and written once a turn, however many
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
    /** What the last batch was: how many were `found`, and ms that deciding took. */
    note(found: number, ms: number): void {
      if (ms > LONG_MS) size = Math.max(BATCH_SIZE, Math.floor(size / 2));
      else size = Math.min(MOST, Math.max(BATCH_SIZE, found * 2));
    },
  };
}
