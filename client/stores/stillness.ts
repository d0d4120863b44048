/** Nothing moves under a hand or an eye: who holds the list, and until two seconds after the last hand is gone. */
import { computed, shallowReactive } from "vue";

/** Why the order stands still. */
export type Hold = "pointer" | "focus" | "selection" | "drawer" | "hand";
export const SETTLE_MS = 2_000;

/** `clock` is the browser's monotonic time, ms. */
export function createStillness(clock: () => number) {
  const holds = shallowReactive(new Set<Hold>());
  let releasedAt = -Infinity;

  function hold(why: Hold, isOn: boolean): void {
    if (isOn) holds.add(why);
    else if (holds.delete(why) && holds.size === 0) releasedAt = clock();
  }

  return {
    hold,
    isHeld: (now: number) => holds.size > 0 || now - releasedAt < SETTLE_MS,
    isStill: computed(() => holds.size > 0),
    isHeldByHand: computed(() => holds.has("hand")),
  };
}
