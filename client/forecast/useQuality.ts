/** The quality of a site's forecasts over some days: read when it is looked at, again every five minutes. */
import { useIntervalFn } from "@vueuse/core";
import { shallowRef, watch } from "vue";
import type { ForecastQuality } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";

export type QualityAnswer =
  | { kind: "loading" }
  | { kind: "ready"; quality: ForecastQuality }
  | { kind: "failed"; problem: Problem };

const EVERY_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export function useQuality(site: () => string, days: () => number) {
  const state = shallowRef<QualityAnswer>({ kind: "loading" });
  let asked = 0;

  async function read(): Promise<void> {
    const mine = ++asked;
    const from = new Date(Date.now() - days() * DAY_MS).toISOString();
    const query = new URLSearchParams({ site: site(), from });
    try {
      const quality = await http<ForecastQuality>(
        "GET",
        `/api/v1/analytics/forecast-quality?${query}`,
      );
      if (mine === asked) state.value = { kind: "ready", quality };
    } catch (error) {
      if (mine === asked) state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  useIntervalFn(() => void read(), EVERY_MS);
  watch(
    [site, days],
    () => {
      state.value = { kind: "loading" };
      void read();
    },
    { immediate: true },
  );
  return { state, read };
}
