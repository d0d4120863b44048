/** The site's live numbers, as the server counts them: exact before all rows are here. `null` = not known yet. */
import { defineStore } from "pinia";
import { computed, shallowRef, type ShallowUnwrapRef } from "vue";
import type { LiveMetrics, PickupState } from "../../domain/board.ts";

/** one sample a second: five minutes */
const KEPT = 300;

function createMetrics() {
  const live = shallowRef<LiveMetrics | null>(null);
  const pickups = shallowRef<readonly PickupState[]>([]);
  /** recent samples, oldest first */
  const history = shallowRef<readonly LiveMetrics[]>([]);

  function take(sample: LiveMetrics): void {
    if (live.value !== null && sample.at < live.value.at) return;
    live.value = sample;
    history.value = [...history.value.slice(1 - KEPT), sample];
  }

  function takePickups(list: readonly PickupState[]): void {
    pickups.value = list;
  }

  function clear(): void {
    live.value = null;
    pickups.value = [];
    history.value = [];
  }

  /** trucks that have not left, soonest first */
  const trucks = computed(() => pickups.value.toSorted((a, b) => a.at - b.at));
  return { live, pickups, trucks, history, take, takePickups, clear };
}

export type MetricsStore = ShallowUnwrapRef<ReturnType<typeof createMetrics>>;

export const useMetrics = defineStore("metrics", createMetrics);
/** The same of a moment that was. */
export const usePastMetrics = defineStore("past-metrics", createMetrics);
