/** A site's policies: read, tried without changing anything, saved, rehearsed, carried away and brought in as one file. */
import { shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { PoliciesView, RehearsalView } from "../../domain/contract/policies.ts";
import type { Policies } from "../../domain/incidents/policies.ts";
import { http, problemOf } from "../realtime/http.ts";

export type PoliciesState = { view: PoliciesView | null; problem: Problem | null };
export type Trial = { changes: readonly string[]; warnings: readonly string[] };

export function usePolicies(site: () => string) {
  const state = shallowRef<PoliciesState>({ view: null, problem: null });
  const path = (rest = "", more = ""): string =>
    `/api/v1/config/policies${rest}?site=${encodeURIComponent(site())}${more}`;

  async function read(): Promise<void> {
    const asked = site();
    try {
      const view = await http<PoliciesView>("GET", path());
      if (asked === site()) state.value = { view, problem: null };
    } catch (error) {
      if (asked === site()) state.value = { view: state.value.view, problem: problemOf(error) };
    }
  }
  const bodyOf = (policies: Policies) => {
    const version = state.value.view?.version;
    return version === undefined ? { policies } : { policies, ifVersion: version };
  };

  /** What would change, or the refusal that names every mistake. */
  const tryOut = (policies: Policies): Promise<Trial> =>
    http<PoliciesView>("PUT", path("", "&dryRun=true"), { body: bodyOf(policies) });
  async function save(policies: Policies): Promise<Trial> {
    const view = await http<PoliciesView>("PUT", path(), { body: bodyOf(policies) });
    state.value = { view, problem: null };
    return view;
  }
  const rehearse = (
    policies: Policies,
    hours: number,
    signal: AbortSignal,
  ): Promise<RehearsalView> =>
    http<RehearsalView>("POST", path("/rehearse"), { body: { policies, hours }, signal });

  watch(
    site,
    () => {
      state.value = { view: null, problem: null };
      void read();
    },
    { immediate: true },
  );
  return { state, read, tryOut, save, rehearse };
}
