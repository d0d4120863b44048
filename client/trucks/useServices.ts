/** Service levels of a site, for upgrades; none while they cannot be read. */
import { shallowRef, watch } from "vue";
import type { Site } from "../../domain/site.ts";
import { http } from "../realtime/http.ts";

export type Service = { id: string; name: string };

export function useServices(site: () => string) {
  const services = shallowRef<Service[]>([]);
  async function read(): Promise<void> {
    const wanted = site();
    const answer = await http<{ sites: Site[] }>("GET", "/api/v1/config/sites").catch(() => null);
    if (wanted !== site()) return;
    const levels = answer?.sites.find(({ id }) => id === wanted)?.serviceLevels ?? [];
    services.value = levels.map(({ id, name }) => ({ id, name: name ?? id }));
  }
  watch(site, () => void read(), { immediate: true });
  return services;
}
