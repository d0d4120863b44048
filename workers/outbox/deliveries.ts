/** What became of the last deliveries of each webhook, for whoever looks after it. */
import { keysOf } from "../../domain/contract/keys.ts";
import { DELIVERIES_KEPT, type StoredDelivery } from "../../domain/contract/webhooks.ts";
import { type Send, createScript } from "../redis.ts";

/** KEYS 1 deliveries 2 their times  ARGV 1 id 2 delivery 3 ms of the effect 4 how many are kept */
const KEEP = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[1])
local old = redis.call('ZRANGE', KEYS[2], 0, -ARGV[4] - 1)
if #old > 0 then
  redis.call('ZREM', KEYS[2], unpack(old))
  redis.call('HDEL', KEYS[1], unpack(old))
end`;

export type Deliveries = { keep: (webhook: string, delivery: StoredDelivery) => Promise<void> };

export function createDeliveries(site: string, send: Send): Deliveries {
  const { deliveries, deliveryTimes } = keysOf(site);
  const script = createScript(send, KEEP);
  return {
    keep: async (webhook, delivery) => {
      const keys = [deliveries(webhook), deliveryTimes(webhook)];
      const text = JSON.stringify(delivery);
      await script(keys, [delivery.id, text, String(delivery.lastAt), String(DELIVERIES_KEPT)]);
    },
  };
}
