/** The signed webhooks that a site listens to: read, and changed as one list. Throws `ProblemError` when refused. */
import { watch } from "vue";
import type { ConnectorsView, ConnectorWish } from "../../domain/contract/connectors.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const pathOf = (site: string): string =>
  `/api/v1/config/connectors?${new URLSearchParams({ site })}`;

export const saveConnectors = (
  site: string,
  connectors: readonly ConnectorWish[],
  ifVersion: number,
): Promise<ConnectorsView> => http("PUT", pathOf(site), { body: { connectors, ifVersion } });

export function useConnectors(site: () => string) {
  const { state, read, readAfresh } = useReading(() => http<ConnectorsView>("GET", pathOf(site())));
  watch(site, readAfresh, { immediate: true });
  return { state, read };
}
