/** The webhooks of this tower: read, made, changed, tried. Every call throws `ProblemError` when refused. */
import type {
  DeliveryList,
  WebhookCreate,
  WebhookList,
  WebhookPatch,
  WebhookQueued,
  WebhookView,
  WebhookWithSecret,
} from "../../domain/contract/webhooks.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/webhooks";
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

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

export const useWebhooks = () => useReading(() => http<WebhookList>("GET", PATH));

export const useDeliveries = (id: string) =>
  useReading(() => http<DeliveryList>("GET", `${pathOf(id)}/deliveries?limit=200`));
