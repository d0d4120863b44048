/** The webhook store in memory: reads what the audit in memory wrote, keeps deliveries that a test puts in, remembers what was sent. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import {
  decodeWebhook,
  type EffectEntry,
  type StoredDelivery,
} from "../../domain/contract/webhooks.ts";
import type { WebhookStore } from "../../server/webhooks/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryWebhooks = WebhookStore & {
  /** webhook id -> its deliveries, the newest first */
  kept: Map<string, StoredDelivery[]>;
  goneIds: Record<string, string>;
  sent: { site: string; entry: EffectEntry }[];
};

export function memoryWebhooks(audit: Pick<MemoryAudit, "hashes">): MemoryWebhooks {
  const kept = new Map<string, StoredDelivery[]>();
  const goneIds: Record<string, string> = {};
  const sent: MemoryWebhooks["sent"] = [];
  const texts = () => audit.hashes.get(GLOBAL_KEYS.webhooks) ?? new Map<string, string>();
  return {
    kept,
    goneIds,
    sent,
    all: async () => [...texts().values()].map(decodeWebhook),
    async get(id) {
      const text = texts().get(id);
      return text === undefined ? null : decodeWebhook(text);
    },
    gone: async () => goneIds,
    deliveries: async ({ id }, offset, limit) => (kept.get(id) ?? []).slice(offset, offset + limit),
    delivery: async ({ id }, delivery) => kept.get(id)?.find((one) => one.id === delivery) ?? null,
    send: async (site, entry) => void sent.push({ site, entry }),
    forget: async ({ id }) => void kept.delete(id),
  };
}
