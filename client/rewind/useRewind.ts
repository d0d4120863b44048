/** Rewind as it is used: jumps, steps and playing, within what is kept. */
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import type { BoardScene } from "../board/useBoardScene.ts";
import { problemOf } from "../realtime/http.ts";
import { clamp, type Span } from "./moment.ts";
import { readRange } from "./past-frame.ts";
import { createPastReader } from "./past-reader.ts";

const TICK_MS = 500;
const RANGE_MS = 30_000;
const DEFAULT_SPEED = 60;

/** Calls `tick` with the time that passed, while the component lives. */
function useTicks(tick: (passedMs: number) => void): void {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    tick(now - last);
    last = now;
  }, TICK_MS);
  onScopeDispose(() => clearInterval(timer));
}

/** What is kept of the site; looked at again now and then, since it grows. */
function createRange(site: () => string) {
  const span = shallowRef<Span | null>(null);
  const isKnown = ref(false);
  async function read(): Promise<void> {
    const { from, to } = await readRange(site());
    span.value = from === null || to === null ? null : { from, to };
    isKnown.value = true;
  }
  function forget(): void {
    span.value = null;
    isKnown.value = false;
  }
  return { span, isKnown, read, forget };
}

export function useRewind(site: () => string, scene: BoardScene) {
  const reader = createPastReader(site, scene);
  const range = createRange(site);
  const isPlaying = ref(false);
  const speed = ref(DEFAULT_SPEED);

  /** Shows that moment, or the nearest that is kept. */
  function go(at: number): void {
    reader.show(range.span.value === null ? at : clamp(at, range.span.value));
  }

  function step(ms: number): void {
    isPlaying.value = false;
    go(reader.wanted.value + ms);
  }

  // a slow answer holds the film up: nothing is skipped
  function tick(passedMs: number): void {
    const end = range.span.value?.to;
    if (!isPlaying.value || reader.isReading.value || end === undefined) return;
    const next = Math.min(end, reader.wanted.value + passedMs * speed.value);
    if (next >= end) isPlaying.value = false;
    go(next);
  }

  async function readKept(): Promise<void> {
    await range.read().catch((error: unknown) => (reader.problem.value = problemOf(error)));
  }

  function forget(): void {
    isPlaying.value = false;
    reader.forget();
    range.forget();
  }

  useTicks(tick);
  const ranging = setInterval(() => void range.read().catch(() => undefined), RANGE_MS);
  watch(reader.problem, (problem) => {
    if (problem !== null) isPlaying.value = false;
  });
  onScopeDispose(() => {
    clearInterval(ranging);
    forget();
  });

  return {
    ...reader,
    range: range.span,
    isRangeKnown: range.isKnown,
    isPlaying,
    speed,
    go,
    step,
    toggle: (): void => void (isPlaying.value = !isPlaying.value),
    readKept,
    forget,
    retry: () => void reader.run(),
  };
}
export type Rewind = ReturnType<typeof useRewind>;
