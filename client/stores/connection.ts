/** What the page knows about its own freshness. The feed reports here; `tick` is called four times a second and after every pulse. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { SourceState } from "../../domain/board.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
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

const START: Link = { isOnline: true, isConnected: false, isCaughtUp: false };
const TRUSTED = new Set<Freshness["state"]>(["live", "slow", "blind", "catching_up"]);
type NotLive = Extract<Freshness, { state: "stale" | "offline" }>;
const isBroken = (freshness: Freshness): freshness is NotLive =>
  freshness.state === "stale" || freshness.state === "offline";

/** The newest proof and the offset of the clocks, from pulses. */
function createProofs() {
  let offset: Offset | null = null;
  let first: Moment | null = null;
  const latest = shallowRef<Proof | null>(null);
  return {
    latest,
    take(pulse: TowerPulse, now: Moment): void {
      offset = nextOffset(offset, now.mono - pulse.at);
      first ??= now;
      latest.value = nextProof(latest.value, pulse, now, offset);
    },
    /** What was proven there proves nothing here; the offset of the clocks stays. */
    forget(): void {
      latest.value = null;
      first = null;
    },
    freshness: (now: Moment, link: Link) => freshnessOf(latest.value, first, now, link),
  };
}

/** How old things are by this machine's clock: the site's stands still while nothing is proven. */
function createAges() {
  const notLiveMs = ref(0);
  const canaryAgeMs = ref<number | null>(null);
  const retryInMs = ref<number | null>(null);
  let notLiveFrom: number | null = null;
  let retryAt: number | null = null;
  return {
    shown: {
      /** for how long nothing may be believed; 0 while it may */
      notLiveMs,
      /** age of the newest proof that the whole way works; null before the first */
      canaryAgeMs,
      /** until the next try to connect, ms; null while connected */
      retryInMs,
    },
    retryAt: (at: number | null) => void (retryAt = at),
    note(last: Proof | null, freshness: Freshness, moment: Moment): void {
      if (isBroken(freshness)) notLiveFrom ??= moment.mono - freshness.forMs;
      else notLiveFrom = null;
      notLiveMs.value = notLiveFrom === null ? 0 : Math.max(0, moment.mono - notLiveFrom);
      retryInMs.value = retryAt === null ? null : Math.max(0, retryAt - moment.mono);
      const canary = last?.canaryAgeMs ?? null;
      canaryAgeMs.value =
        last === null || canary === null ? null : canary + since(last.sentAt, moment);
    },
  };
}

export const useConnection = defineStore("connection", () => {
  let clock = (): Moment => ({ mono: performance.now(), wall: Date.now() });
  const proofs = createProofs();
  const link = shallowRef<Link>(START);
  const freshness = shallowRef<Freshness>({ state: "connecting" });
  /** the site's time, counted on from the last proof; stands still while nothing is proven. This machine's clock until the first one */
  const now = ref(clock().wall);
  const ages = createAges();
  const isUpdateReady = ref(false);
  /** the board could not be opened: the server's own words */
  const openProblem = shallowRef<Problem | null>(null);
  const isTrusted = computed(() => TRUSTED.has(freshness.value.state));

  function tick(): void {
    const moment = clock();
    freshness.value = proofs.freshness(moment, link.value);
    ages.note(proofs.latest.value, freshness.value, moment);
    const last = proofs.latest.value;
    if (last === null) now.value = moment.wall;
    else if (isTrusted.value) now.value = last.at + since(last.sentAt, moment);
  }

  function pulse(received: TowerPulse): void {
    proofs.take(received, clock());
    tick();
  }

  function report(change: Partial<Link>): void {
    link.value = { ...link.value, ...change };
    if (change.isConnected === true) ages.retryAt(null);
    tick();
  }

  function willRetry(inMs: number): void {
    ages.retryAt(clock().mono + inMs);
    tick();
  }

  function changeSite(): void {
    proofs.forget();
    openProblem.value = null;
    report({ isCaughtUp: false });
  }

  return {
    freshness,
    isTrusted,
    /** data is shown that may not be believed: hatch and greyscale */
    isNotLive: computed(() => isBroken(freshness.value)),
    sources: computed<readonly SourceState[]>(() => proofs.latest.value?.sources ?? []),
    ...ages.shown,
    now,
    /** the same to the second: what counts down on the screen listens to this */
    second: computed(() => Math.floor(now.value / 1000) * 1000),
    link,
    isUpdateReady,
    openProblem,
    tick,
    pulse,
    report,
    willRetry,
    changeSite,
    reset: () => {
      link.value = START;
      changeSite();
    },
    /** for tests: other clocks */
    useClock: (other: () => Moment) => void (clock = other),
  };
});
