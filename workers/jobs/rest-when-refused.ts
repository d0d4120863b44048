/**
 * BullMQ asks for the next job again at once when Redis refused to give one: a Redis that is full, read-only or allows no scripts was asked as fast as a core can, and
 * every refusal was a line in the log, five megabytes a second. A queue that is refused over and over rests for some seconds. What it is woken for is found by the
 * lookouts all the same, and what is kept is kept.
 */
import type { Worker } from "bullmq";

/** Single refusals are ordinary: a job whose lock ran out, a script that Redis does not know yet. */
const MOST_A_SECOND = 20;
const REST_MS = 3_000;

/** `onError` hears of each error up to the one that is too much, and of that one. */
export function restWhenRefused(worker: Worker, onError: (error: Error) => void): void {
  let since = 0;
  let count = 0;
  let isResting = false;
  const goOn = (): void => {
    isResting = false;
    void worker.resume().catch(onError);
  };
  const rest = (): void => {
    isResting = true;
    void worker.pause(true).catch(onError);
    setTimeout(goOn, REST_MS).unref();
  };
  worker.on("error", (error) => {
    if (isResting) return;
    const now = performance.now();
    if (now - since > 1_000) [since, count] = [now, 0];
    count += 1;
    onError(error);
    if (count >= MOST_A_SECOND) rest();
  });
}
