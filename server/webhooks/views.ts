/** Webhooks and deliveries as they leave over HTTP: instants are RFC 3339, no secret, no body. */
import {
  liveWebhookSecrets,
  type DeliveryView,
  type StoredDelivery,
  type StoredWebhook,
  type WebhookView,
} from "../../domain/contract/webhooks.ts";

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

function stateOf({ enabled, generation }: StoredWebhook, gone: string | undefined) {
  if (!enabled) return "disabled";
  return gone === String(generation) ? "gone" : "active";
}

export function viewOf(webhook: StoredWebhook, gone: string | undefined, now: number): WebhookView {
  const { id, name, site, url, types, createdBy, createdAt } = webhook;
  const secrets = liveWebhookSecrets(webhook, now).map((secret) => ({
    createdAt: iso(secret.createdAt),
    endsAt: isoOrNull(secret.endsAt),
  }));
  const state = stateOf(webhook, gone);
  return { id, name, site, url, types, state, createdBy, createdAt: iso(createdAt), secrets };
}

/** What the audit tells of it: not the path of its address, which may be a secret of the receiver's. */
export function auditView({ secrets, url, ...webhook }: StoredWebhook): object {
  const times = secrets.map(({ createdAt, endsAt }) => ({ createdAt, endsAt }));
  return { ...webhook, url: URL.parse(url)?.origin ?? "", secrets: times };
}

export function deliveryViewOf(delivery: StoredDelivery): DeliveryView {
  const { id, effect, state, attempts, lastAt, nextAt, status, error, durationMs } = delivery;
  return {
    id,
    effect: effect.id,
    type: effect.type,
    orderId: effect.orderId,
    at: iso(effect.at),
    state,
    attempts,
    lastAt: iso(lastAt),
    nextAt: isoOrNull(nextAt),
    status,
    ...(error !== undefined && { error }),
    durationMs,
  };
}
