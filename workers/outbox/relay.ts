/**
 * Makes jobs of what stands in a site's outbox: one for each entry and webhook, with an id that is always the same, and only then moves on and trims. Whoever dies in
 * between, and whoever does it a second time, adds what is there already: nothing is lost, nothing is doubled.
 */
import {
  deliverJobId,
  type DeliverWebhookJob,
  notifyJobId,
  type NotifyJob,
} from "../../domain/contract/jobs.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { START_POSITION } from "../../domain/contract/positions.ts";
import {
  decodeOutboxEntry,
  deliveryId,
  type EffectEntry,
  type StoredWebhook,
} from "../../domain/contract/webhooks.ts";
import type { Send } from "../redis.ts";
import type { Line } from "./line.ts";
import type { WebhookBook } from "./webhook-book.ts";

const BATCH = 100;
const TAKEN_BACK = ".cancelled";

export type AddJob = (job: DeliverWebhookJob, jobId: string) => Promise<void>;
export type AddNotice = (job: NotifyJob, jobId: string) => Promise<void>;

type Deps = {
  site: string;
  send: Send;
  book: WebhookBook;
  line: Line;
  add: AddJob;
  /** for people: whom and by which ways is found when the job is done */
  notify: AddNotice;
  /** whether this process is the one that relays */
  hold: () => Promise<boolean>;
  onUnreadable?: (position: string, error: unknown) => void;
};

/** A cancellation is wanted by whoever wanted what it takes back. */
function wants({ enabled, types, id }: StoredWebhook, { effect, only }: EffectEntry): boolean {
  if (only !== undefined) return only === id;
  const { type } = effect;
  const taken = type.endsWith(TAKEN_BACK) ? type.slice(0, -TAKEN_BACK.length) : type;
  return enabled && (types.includes(type) || types.includes(taken));
}

const after = (position: string): string => {
  const [ms = "0", number = "0"] = position.split("-");
  return `${ms}-${Number(number) + 1}`;
};

/** Until the outbox is empty; how many entries were relayed. */
export function createRelay({ site, send, book, line, add, notify, hold, onUnreadable }: Deps) {
  const keys = keysOf(site);

  async function relay(position: string, text: string): Promise<void> {
    const entry = decodeOutboxEntry(text);
    if ("notice" in entry) return notify({ notice: entry.notice }, notifyJobId(entry.notice.id));
    const { effect, only } = entry;
    const delivery = deliveryId(entry);
    for (const webhook of book.of(site)) {
      if (!wants(webhook, entry)) continue;
      if (only === undefined) await line.enter(webhook.id, effect.orderId, delivery, position);
      const job = { site, webhook: webhook.id, delivery, effect };
      await add(job, deliverJobId(webhook.id, delivery));
    }
  }

  async function relayBatch(): Promise<number> {
    const cursor = (await send<string | null>("GET", keys.outboxCursor)) ?? START_POSITION;
    const range = [`(${cursor}`, "+", "COUNT", String(BATCH)];
    const found = await send<[string, string[]][]>("XRANGE", keys.outbox, ...range);
    const last = found.at(-1)?.[0];
    if (last === undefined) return 0;
    // after reading: a webhook that the writer of these knew is known here too
    await book.refresh();
    for (const [position, fields] of found)
      await relay(position, fields[1] ?? "").catch((error: unknown) => {
        if (!(error instanceof SyntaxError)) throw error;
        onUnreadable?.(position, error);
      });
    await send("SET", keys.outboxCursor, last);
    await send("XTRIM", keys.outbox, "MINID", after(last));
    return found.length;
  }

  return async (): Promise<number> => {
    let relayed = 0;
    while ((await send<number>("XLEN", keys.outbox)) > 0 && (await hold())) {
      const some = await relayBatch();
      if (some === 0) break;
      relayed += some;
    }
    return relayed;
  };
}
