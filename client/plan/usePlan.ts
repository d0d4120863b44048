/** The shift plan of a site: read when it is looked at, changed by its leads. */
import { shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { PlanBody, PlanView } from "../../domain/contract/plans.ts";
import { http, problemOf } from "../realtime/http.ts";

export type PlanState =
  | { kind: "loading" }
  | { kind: "ready"; view: PlanView }
  | { kind: "failed"; problem: Problem };

const pathOf = (site: string, dryRun = false): string =>
  `/api/v1/config/plans?${new URLSearchParams({ site, ...(dryRun && { dryRun: "true" }) })}`;

/** Both throw `ProblemError` when refused. */
export const tryPlan = (site: string, plan: PlanBody): Promise<PlanView> =>
  http("PUT", pathOf(site, true), { body: { plan } });
export const savePlan = (site: string, plan: PlanBody, ifVersion: number): Promise<PlanView> =>
  http("PUT", pathOf(site), { body: { plan, ifVersion } });

export function usePlan(site: () => string) {
  const state = shallowRef<PlanState>({ kind: "loading" });
  let asked = 0;

  async function read(): Promise<void> {
    const mine = ++asked;
    try {
      const view = await http<PlanView>("GET", pathOf(site()));
      if (mine === asked) state.value = { kind: "ready", view };
    } catch (error) {
      if (mine === asked) state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  watch(
    site,
    () => {
      state.value = { kind: "loading" };
      void read();
    },
    { immediate: true },
  );
  return { state, read };
}
