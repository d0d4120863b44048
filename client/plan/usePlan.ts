/** The shift plan of a site: read when it is looked at, changed by its leads. */
import { watch } from "vue";
import type { PlanBody, PlanView } from "../../domain/contract/plans.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const pathOf = (site: string, dryRun = false): string =>
  `/api/v1/config/plans?${new URLSearchParams({ site, ...(dryRun && { dryRun: "true" }) })}`;

/** Both throw `ProblemError` when refused. */
export const tryPlan = (site: string, plan: PlanBody): Promise<PlanView> =>
  http("PUT", pathOf(site, true), { body: { plan } });
export const savePlan = (site: string, plan: PlanBody, ifVersion: number): Promise<PlanView> =>
  http("PUT", pathOf(site), { body: { plan, ifVersion } });

export function usePlan(site: () => string) {
  const { state, read, readAfresh } = useReading(async () => ({
    view: await http<PlanView>("GET", pathOf(site())),
  }));
  watch(site, readAfresh, { immediate: true });
  return { state, read };
}
