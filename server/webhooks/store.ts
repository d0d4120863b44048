/** What the server reads of webhooks and their deliveries. Webhooks are written by the audit's `change` alone; deliveries by the workers. */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import {
  decodeWebhook,
  encodeOutboxEntry,
  OUTBOX_FIELD,
  type EffectEntry,
  type StoredDelivery,
  type StoredWebhook,
} from "../../domain/contract/webhooks.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

export type WebhookStore = {
  all(): Promise<StoredWebhook[]>;
  get(id: string): Promise<StoredWebhook | null>;
  /** webhook id -> generation whose receiver answered 410 */
  gone(site: string): Promise<Record<string, string>>;
  /** the newest first */
  deliveries(of: StoredWebhook, offset: number, limit: number): Promise<StoredDelivery[]>;
  delivery(of: StoredWebhook, id: string): Promise<StoredDelivery | null>;
  /** on disk when it resolves */
  send(site: string, entry: EffectEntry): Promise<void>;
  /** everything that was kept of one that is no more */
  forget(of: StoredWebhook): Promise<void>;
};

const orRefuse = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });

const deliveryIn = (text: string | null | undefined): StoredDelivery[] =>
  text == null ? [] : [JSON.parse(text) as StoredDelivery];

export const createWebhookStore = (client: RedisClient): WebhookStore => ({
  async all() {
    const texts = await orRefuse(client.hVals(GLOBAL_KEYS.webhooks));
    return texts.map(decodeWebhook);
  },
  async get(id) {
    const text = await orRefuse(client.hGet(GLOBAL_KEYS.webhooks, id));
    return text == null ? null : decodeWebhook(text);
  },
  gone: (site) => orRefuse(client.hGetAll(keysOf(site).webhooksGone)),
  async deliveries({ site, id }, offset, limit) {
    const { deliveries, deliveryTimes } = keysOf(site);
    const to = offset + limit - 1;
    const ids = await orRefuse(client.zRange(deliveryTimes(id), offset, to, { REV: true }));
    if (ids.length === 0) return [];
    const texts = await orRefuse(client.hmGet(deliveries(id), ids));
    return texts.flatMap(deliveryIn);
  },
  async delivery({ site, id }, delivery) {
    const text = await orRefuse(client.hGet(keysOf(site).deliveries(id), delivery));
    return deliveryIn(text)[0] ?? null;
  },
  async send(site, entry) {
    const fields = { [OUTBOX_FIELD]: encodeOutboxEntry(entry) };
    await orRefuse(client.xAdd(keysOf(site).outbox, "*", fields));
  },
  async forget({ site, id }) {
    const { deliveries, deliveryTimes, webhooksGone } = keysOf(site);
    await orRefuse(client.del([deliveries(id), deliveryTimes(id)]));
    await orRefuse(client.hDel(webhooksGone, id));
  },
});
