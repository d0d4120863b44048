/** What the server worked out for each truck: read when it can be seen, again every five seconds while it can, and never in a hidden tab. */
import { useDocumentVisibility, useIntervalFn } from "@vueuse/core";
import { shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import type { WireTruck } from "./truck-view.ts";

const EVERY_MS = 5_000;

export type TruckOutlooks = {
  trucks: ReadonlyMap<string, WireTruck>;
  /** false until the first answer for this site */
  isKnown: boolean;
  problem: Problem | null;
};

const NOTHING: TruckOutlooks = { trucks: new Map(), isKnown: false, problem: null };

export function useTrucks(site: () => string, everyMs = EVERY_MS) {
  const state = shallowRef<TruckOutlooks>(NOTHING);
  const tab = useDocumentVisibility();
  let asked = 0;

  async function read(): Promise<void> {
    const mine = ++asked;
    const query = new URLSearchParams({ site: site() });
    try {
      const { items } = await http<{ items: WireTruck[] }>("GET", `/api/v1/pickups?${query}`);
      if (mine !== asked) return;
      state.value = {
        trucks: new Map(items.map((truck) => [truck.id, truck])),
        isKnown: true,
        problem: null,
      };
    } catch (error) {
      // what was read before stays: the live counts beside it are newer than both
      if (mine === asked) state.value = { ...state.value, problem: problemOf(error) };
    }
  }

  const { pause, resume } = useIntervalFn(() => void read(), everyMs);
  watch(tab, (seen) => {
    if (seen !== "visible") return pause();
    void read();
    resume();
  });
  watch(
    site,
    () => {
      state.value = NOTHING;
      void read();
    },
    { immediate: true },
  );
  return { state, read };
}
