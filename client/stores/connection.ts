/** What the page knows about its own freshness. The feed reports here; `tick` is called four times a second and after every pulse. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { SourceState } from "../../domain/board.ts";
import type { TowerPulse } from "../../domain/contract/realtime.ts";
import {
  freshnessOf,
  nextOffset,
  nextProof,
  since,
  type Freshness,
  type Link,
  type Moment,
  type Offset,
  type Proof,
} from "./freshness.ts";

/** this machine's clocks; tests hand in their own */
const browserClock = (): Moment => ({ mono: performance.now(), wall: Date.now() });

const START: Link = { isOnline: true, isConnected: false, isCaughtUp: false, endedBecause: "" };

export const useConnection = defineStore("connection", () => {
  let clock = browserClock;
  let offset: Offset | null = null;
  let firstPulse: Moment | null = null;
  const proof = shallowRef<Proof | null>(null);
  const link = shallowRef<Link>(START);
  const freshness = shallowRef<Freshness>({ state: "connecting" });
  /** on the monotonic clock, when the next try to connect is made; null while connected */
  const retryAt = ref<number | null>(null);
  const retryInMs = ref<number | null>(null);
  /** the site's time, counted on from the last proof; stands still while nothing is proven */
  const now = ref(0);
  const isUpdateReady = ref(false);
  /** the rows could not be opened: the server's own words */
  const openProblem = shallowRef<unknown>(null);

  function tick(): void {
    const moment = clock();
    const last = proof.value;
    freshness.value = freshnessOf(last, firstPulse, moment, link.value);
    retryInMs.value = retryAt.value === null ? null : Math.max(0, retryAt.value - moment.mono);
    if (last !== null && isTrusted.value) now.value = last.at + since(last.sentAt, moment);
  }

  function pulse(received: TowerPulse): void {
    const moment = clock();
    offset = nextOffset(offset, moment.mono - received.at);
    firstPulse ??= moment;
    proof.value = nextProof(proof.value, received, moment, offset);
    tick();
  }

  function report(change: Partial<Link>): void {
    link.value = { ...link.value, ...change };
    if (change.isConnected === true) retryAt.value = null;
    tick();
  }

  /** The socket will try again then (`inMs` from now). */
  function willRetry(inMs: number): void {
    retryAt.value = clock().mono + inMs;
    tick();
  }

  /** Another site: what was proven there proves nothing here. The offset of the clocks stays. */
  function changeSite(): void {
    proof.value = null;
    firstPulse = null;
    openProblem.value = null;
    report({ isCaughtUp: false });
  }

  function reset(): void {
    link.value = START;
    changeSite();
  }

  /** for tests: other clocks */
  function useClock(other: () => Moment): void {
    clock = other;
  }

  const isTrusted = computed(() =>
    ["live", "slow", "blind", "catching_up"].includes(freshness.value.state),
  );
  /** data is shown that may not be believed: hatch and greyscale */
  const isNotLive = computed(() => ["stale", "offline"].includes(freshness.value.state));
  /** the same to the second: what counts down on the screen listens to this */
  const second = computed(() => Math.floor(now.value / 1000) * 1000);
  const sources = computed<readonly SourceState[]>(() => proof.value?.sources ?? []);

  return {
    freshness,
    isTrusted,
    isNotLive,
    sources,
    now,
    second,
    link,
    retryInMs,
    isUpdateReady,
    openProblem,
    tick,
    pulse,
    report,
    willRetry,
    changeSite,
    reset,
    useClock,
  };
});
