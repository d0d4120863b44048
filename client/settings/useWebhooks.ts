/** The webhooks of this tower: read, made, changed, tried. Every call throws `ProblemError` when refused. */
import { shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type {
  DeliveryList,
  DeliveryView,
  WebhookCreate,
  WebhookList,
  WebhookPatch,
  WebhookQueued,
  WebhookView,
  WebhookWithSecret,
} from "../../domain/contract/webhooks.ts";
import { http, problemOf } from "../realtime/http.ts";

const PATH = "/api/v1/webhooks";
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

export type Reading<T> =
  | { kind: "loading" }
  | { kind: "ready"; items: T[] }
  | { kind: "failed"; problem: Problem };

export const createWebhook = (wish: WebhookCreate): Promise<WebhookWithSecret> =>
  http("POST", PATH, { body: wish });
export const changeWebhook = (id: string, change: WebhookPatch): Promise<WebhookView> =>
  http("PATCH", pathOf(id), { body: change });
export const rotateWebhook = (id: string, oldForMs: number): Promise<WebhookWithSecret> =>
  http("POST", `${pathOf(id)}/rotate`, { body: { oldForMs } });
export const deleteWebhook = (id: string): Promise<void> => http("DELETE", pathOf(id));
export const testWebhook = (id: string): Promise<WebhookQueued> =>
  http("POST", `${pathOf(id)}/test`);
export const replayDelivery = (id: string, delivery: string): Promise<WebhookQueued> =>
  http("POST", `${pathOf(id)}/deliveries/${encodeURIComponent(delivery)}/replay`);

function useReading<T>(load: () => Promise<T[]>) {
  const state = shallowRef<Reading<T>>({ kind: "loading" });
  async function read(): Promise<void> {
    try {
      state.value = { kind: "ready", items: await load() };
    } catch (error) {
      state.value = { kind: "failed", problem: problemOf(error) };
    }
  }
  return { state, read };
}

export const useWebhooks = () =>
  useReading<WebhookView>(async () => (await http<WebhookList>("GET", PATH)).items);

export const useDeliveries = (id: string) =>
  useReading<DeliveryView>(
    async () => (await http<DeliveryList>("GET", `${pathOf(id)}/deliveries?limit=200`)).items,
  );
