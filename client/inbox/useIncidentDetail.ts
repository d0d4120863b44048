/** Everything that is known of one incident: read when it is opened, and again when a commit changed it. What was read stays while the next answer is on its way. */
import { shallowRef, watch } from "vue";
import type { IncidentDetail } from "../../domain/contract/incidents.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { useIncidents } from "../stores/incidents.ts";

export type DetailState = { detail: IncidentDetail | null; problem: Problem | null };
const SETTLE_MS = 150;

export function useIncidentDetail(of: () => { site: string; id: string }) {
  const incidents = useIncidents();
  const state = shallowRef<DetailState>({ detail: null, problem: null });
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(): Promise<void> {
    const { site, id } = of();
    if (id === "") return;
    const mine = ++asked;
    const path = `/api/v1/incidents/${encodeURIComponent(id)}?site=${encodeURIComponent(site)}`;
    try {
      const found = withInstants(await http("GET", path)) as IncidentDetail;
      if (mine === asked) state.value = { detail: found, problem: null };
    } catch (error) {
      if (mine === asked) state.value = { ...state.value, problem: problemOf(error) };
    }
  }

  watch(
    () => `${of().site} ${of().id}`,
    () => {
      state.value = { detail: null, problem: null };
      void read();
    },
    { immediate: true },
  );
  watch(
    () => incidents.all.get(of().id)?.v,
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), SETTLE_MS);
    },
  );
  return { state, read };
}
