/** A site of a test's own in a real Redis, with the door in front of it and workers made by hand. */
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import type { EffectType } from "../../domain/effects.ts";
import type { AnyEvent } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import type { Rules } from "../../domain/turn/rules.ts";
import { type Append, createAppend } from "../../server/inbox/append.ts";
import { createFastClient } from "../../server/redis.ts";
import type { Foresee } from "../../domain/turn/order-view.ts";
import type { Log } from "../../workers/log.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import { createPatientClient, senderOf } from "../../workers/redis.ts";
import { type SiteWorker, createSiteWorker } from "../../workers/site-worker.ts";
import { noWatchdog } from "../../workers/watchdog.ts";
import { anOrderReceived, aSite } from "../support/builders.ts";
import { startRedis } from "../support/redis.ts";

export type WorkerOptions = {
  log?: Pick<Log, "error">;
  rules?: Rules;
  lua?: string;
  wanted?: () => ReadonlySet<EffectType>;
  foreseer?: () => Foresee | undefined;
};

let sites = 0;

export async function startStand() {
  const redis = await startRedis();
  const fast = createFastClient(redis.url, () => {});
  const slow = createPatientClient(redis.url, () => {});
  await Promise.all([fast.connect(), slow.connect()]);
  const send = senderOf(slow);

  /** A fresh site: nothing of another test is in it. */
  async function newSite(more: Partial<Site> = {}) {
    const id = `T${sites++}`;
    const rules = { version: 1, sites: [aSite({ ...more, id })] };
    await send("HSET", GLOBAL_KEYS.sites, "current", JSON.stringify(rules));
    const append: Append = createAppend(id, { client: fast });
    const keys = keysOf(id);
    const worker = async (options: WorkerOptions = {}): Promise<SiteWorker> => {
      const book = createPolicyBook(send);
      await book.refresh();
      return createSiteWorker({ site: id, send, book, watchdog: noWatchdog, ...options });
    };
    const post = (events: AnyEvent[], more: Partial<InboxEvent> = {}) =>
      append({
        how: "some",
        entries: events.map((event) => ({ event, hash: `h-${event.id}`, ...more })),
      });
    const event = (type: string, order: string, data: object = {}, id = `${type}-${order}`) =>
      ({
        id,
        source: "wms",
        type,
        site: keys.inbox.slice(4, -7),
        orderId: order,
        occurredAt: Date.now(),
        data,
      }) as unknown as AnyEvent;
    const received = (order: string): AnyEvent =>
      event("order.received", order, anOrderReceived(Date.now() - 60_000).data);
    return { id, keys, append, worker, post, event, received };
  }

  const stop = async (): Promise<void> => {
    fast.destroy();
    slow.destroy();
    await redis.stop();
  };
  return { redis, send, newSite, stop };
}
export type Stand = Awaited<ReturnType<typeof startStand>>;
