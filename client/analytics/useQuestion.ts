/** One question at a time that may take long: since when it is out, and a way to stop it. A new one ends the one before. */
import { useIntervalFn } from "@vueuse/core";
import { computed, onScopeDispose, ref } from "vue";

/** What is answered sooner needs no progress: it would only flicker. */
const SLOW_MS = 1_000;
const TICK_MS = 250;

export function useQuestion() {
  const isRunning = ref(false);
  const isCancelled = ref(false);
  const waitedMs = ref(0);
  let running: AbortController | null = null;
  let startedAt = 0;

  const { pause, resume } = useIntervalFn(
    () => {
      waitedMs.value = Date.now() - startedAt;
    },
    TICK_MS,
    { immediate: false },
  );

  function stop(): void {
    running?.abort();
    running = null;
    isRunning.value = false;
    pause();
  }

  /** @param work must look at the signal before it shows anything */
  async function run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    stop();
    const mine = new AbortController();
    running = mine;
    [startedAt, waitedMs.value] = [Date.now(), 0];
    [isRunning.value, isCancelled.value] = [true, false];
    resume();
    await work(mine.signal);
    if (!mine.signal.aborted) stop();
  }

  function cancel(): void {
    if (!isRunning.value) return;
    stop();
    isCancelled.value = true;
  }
  onScopeDispose(stop);

  const isSlow = computed(() => isRunning.value && waitedMs.value >= SLOW_MS);
  return { isRunning, isCancelled, isSlow, waitedMs, run, cancel };
}
