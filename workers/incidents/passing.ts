/** Turns over what fell due of incidents, until there is nothing: each takes the lane for itself, so that events and other sweeps have theirs in between. One at a time in this process. */
import type { Drained } from "../jobs/drain-inbox.ts";
import type { Lane } from "../lane.ts";

/** Somebody else commits all the time: the clock comes back in half a second. */
const MOST_REFUSALS = 10;

type Deps = { lane: Lane; isStopping: () => boolean };

/** One turn, until it is written or others were too busy for it. */
export async function untilWritten(lane: Lane, turn: () => Promise<Drained>): Promise<void> {
  for (let tries = 0; tries < MOST_REFUSALS; tries += 1)
    if ((await lane.run(turn)) !== "refused") return;
}

export function createPassing({ lane, isStopping }: Deps, sweepBatch: () => Promise<Drained>) {
  let underWay: Promise<void> | null = null;

  async function untilPassed(): Promise<void> {
    let refusals = 0;
    while (!isStopping() && refusals < MOST_REFUSALS) {
      const drained = await lane.run(sweepBatch);
      if (drained === "empty") return;
      refusals = drained === "refused" ? refusals + 1 : 0;
    }
  }

  return (): Promise<void> =>
    (underWay ??= untilPassed().finally(() => {
      underWay = null;
    }));
}
