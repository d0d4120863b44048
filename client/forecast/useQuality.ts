/** The quality of a site's forecasts over some days: read when it is looked at, again every five minutes. */
import { useIntervalFn } from "@vueuse/core";
import { watch } from "vue";
import type { ForecastQuality } from "../../domain/contract/api.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const EVERY_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

export function useQuality(site: () => string, days: () => number) {
  const { state, read, readAfresh } = useReading(async () => {
    const from = new Date(Date.now() - days() * DAY_MS).toISOString();
    const query = new URLSearchParams({ site: site(), from });
    return {
      quality: await http<ForecastQuality>("GET", `/api/v1/analytics/forecast-quality?${query}`),
    };
  });
  useIntervalFn(() => void read(), EVERY_MS);
  watch([site, days], readAfresh, { immediate: true });
  return { state, read };
}
