/** Names of the shifts of each site, for the schedules of slides. */
import { shallowRef } from "vue";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import { http } from "../realtime/http.ts";

export function useShifts() {
  const bySite = shallowRef<ReadonlyMap<string, readonly string[]>>(new Map());
  return {
    shiftsOf: (site: string): readonly string[] => bySite.value.get(site) ?? [],
    /** Without an answer slides have no shifts to choose from. */
    async readShifts(): Promise<void> {
      const config = await http<SitesConfig>("GET", "/api/v1/config/sites").catch(() => null);
      const named = (config?.sites ?? []).map(({ id, shifts }) => {
        const names = shifts.flatMap(({ name }) => name ?? []);
        return [id, [...new Set(names)]] as const;
      });
      bySite.value = new Map(named);
    },
  };
}
