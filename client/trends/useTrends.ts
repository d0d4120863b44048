/** The trends of a site: read when they can be seen, again every minute while they can, and never in a hidden tab. */
import { useDocumentVisibility, useIntervalFn } from "@vueuse/core";
import { shallowRef, watch } from "vue";
import type { Trends } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";

export type TrendsState =
  | { kind: "loading" }
  | { kind: "ready"; trends: Trends; problem: Problem | null }
  | { kind: "failed"; problem: Problem };

const EVERY_MS = 60_000;

export function useTrends(site: () => string, hours: () => number) {
  const state = shallowRef<TrendsState>({ kind: "loading" });
  const tab = useDocumentVisibility();
  let asked = 0;

  function failed(problem: Problem): void {
    const { value } = state;
    state.value = value.kind === "ready" ? { ...value, problem } : { kind: "failed", problem };
  }

  async function read(): Promise<void> {
    const mine = ++asked;
    const query = new URLSearchParams({ site: site(), hours: String(hours()) });
    try {
      const trends = await http<Trends>("GET", `/api/v1/metrics/trends?${query}`);
      if (mine === asked) state.value = { kind: "ready", trends, problem: null };
    } catch (error) {
      if (mine === asked) failed(problemOf(error));
    }
  }

  const { pause, resume } = useIntervalFn(() => void read(), EVERY_MS);
  watch(tab, (seen) => {
    if (seen !== "visible") return pause();
    void read();
    resume();
  });
  watch(site, () => {
    state.value = { kind: "loading" };
  });
  watch([site, hours], () => void read(), { immediate: true });

  return { state, read };
}
