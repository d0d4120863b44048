/** How many alarms reach this person, as the server counts them: read now and then while the page can be seen. */
import { useDocumentVisibility, useIntervalFn } from "@vueuse/core";
import { shallowRef, watch } from "vue";
import type { AlarmLoad } from "../../domain/contract/alarms.ts";
import { http } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";

const EVERY_MS = 15_000;

export function useAlarmLoad(site: () => string) {
  const load = shallowRef<AlarmLoad | null>(null);
  const tab = useDocumentVisibility();

  async function read(): Promise<void> {
    const query = `site=${encodeURIComponent(site())}`;
    // without an answer the box says that it does not know
    load.value = await http("GET", `/api/v1/alarm-load?${query}`).then(
      (found) => withInstants(found) as AlarmLoad,
      () => null,
    );
  }
  const { pause, resume } = useIntervalFn(() => void read(), EVERY_MS);
  watch(tab, (seen) => (seen === "visible" ? resume() : pause()));
  watch(site, () => void read(), { immediate: true });
  return { load, read };
}
