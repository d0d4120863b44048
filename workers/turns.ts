/**
 * Turns of one site, one after the other, until there is nothing left. Each takes the lane for itself alone, so that a sweep or a forecast has its turn in the
 * middle of a flow of events that never ends.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Drained } from "./jobs/drain-inbox.ts";
import type { Lane } from "./lane.ts";
import type { OrderStore } from "./store/order-store.ts";

/**
 * Pause after a turn of a few events. A turn costs the same for one event as for fifty, and boards hear of changes four times a second: the first event of a quiet site is applied
 * at once, those that follow closely go together.
 */
const GATHER_MS = 15;
/**
 * Of a flow of thousands a second each turn is followed by three times as long as it took, so that the next is larger: an order is folded, judged, written, told and copied once a
 * turn, however many of its events came. No pause is longer than boards wait for their next change.
 */
const RESTS = 3;
const LONGEST_GATHER_MS = 200;
/** Refused that often in a row with nobody else moving on: something is wrong, let the lookout try again. */
const MAX_REFUSALS = 5;

/** ms for which more may come together after a turn that took so long; none while more than a turn takes is waiting already. */
export function gatherAfter(drained: Drained, tookMs: number): number {
  if (drained === "few") return GATHER_MS;
  if (drained !== "some") return 0;
  return Math.min(LONGEST_GATHER_MS, Math.max(GATHER_MS, RESTS * tookMs));
}

type Deps = { lane: Lane; store: OrderStore; isStopping: () => boolean };
type Turn = { drained: Drained; isTheirs: boolean };

export function createTurns({ lane, store, isStopping }: Deps) {
  /** Whoever takes turns waits until then. */
  let restUntil = 0;

  async function take(batch: () => Promise<Drained>): Promise<Turn> {
    const before = store.knownCursor();
    const startedAt = performance.now();
    const drained = await batch();
    const endedAt = performance.now();
    restUntil = Math.max(restUntil, endedAt + gatherAfter(drained, endedAt - startedAt));
    if (drained !== "refused") return { drained, isTheirs: false };
    const { cursor } = await store.begin();
    return { drained, isTheirs: before !== null && before !== cursor };
  }

  /** Until nothing is left, `isEnough` says so, or somebody else is at it: then it is theirs, and the lookout's if they fail. */
  return async (batch: () => Promise<Drained>, isEnough: () => boolean): Promise<void> => {
    let refusals = 0;
    while (!isStopping() && !isEnough()) {
      const { drained, isTheirs } = await lane.run(() => take(batch));
      refusals = drained === "refused" ? refusals + 1 : 0;
      if (drained === "empty" || isTheirs || refusals >= MAX_REFUSALS) return;
      const restMs = restUntil - performance.now();
      if (restMs > 0) await sleep(restMs);
    }
  };
}
