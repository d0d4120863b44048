/** The webhooks as the server wrote them, kept in memory; read again when anything about access changed. A commit asks only what is kept here. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { decodeWebhook, type StoredWebhook } from "../../domain/contract/webhooks.ts";
import { EFFECT_TYPES, type EffectType } from "../../domain/effects.ts";
import type { Send } from "../redis.ts";

export type WebhookBook = {
  refresh: () => Promise<void>;
  /** what the enabled webhooks of a site want to be told of */
  wanted: (site: string) => ReadonlySet<EffectType>;
  of: (site: string) => readonly StoredWebhook[];
  get: (id: string) => StoredWebhook | undefined;
};

const NOTHING: ReadonlySet<EffectType> = new Set();

function wantedBy(webhooks: readonly StoredWebhook[]): ReadonlySet<EffectType> {
  const enabled = webhooks.filter((webhook) => webhook.enabled);
  return new Set(EFFECT_TYPES.filter((type) => enabled.some(({ types }) => types.includes(type))));
}

function readable(text: string): StoredWebhook[] {
  try {
    return [decodeWebhook(text)];
  } catch {
    // what cannot be read wants nothing
    return [];
  }
}

export function createWebhookBook(send: Send): WebhookBook {
  let version: string | null | undefined;
  let known = new Map<string, StoredWebhook>();
  let bySite = new Map<string, StoredWebhook[]>();
  let wanted = new Map<string, ReadonlySet<EffectType>>();

  async function refresh(): Promise<void> {
    const now = await send<string | null>("GET", GLOBAL_KEYS.accessVersion);
    if (now === version) return;
    const texts = await send<string[]>("HVALS", GLOBAL_KEYS.webhooks);
    const all = texts.flatMap(readable);
    known = new Map(all.map((webhook) => [webhook.id, webhook]));
    bySite = Map.groupBy(all, ({ site }) => site);
    wanted = new Map([...bySite].map(([site, webhooks]) => [site, wantedBy(webhooks)]));
    version = now;
  }

  return {
    refresh,
    wanted: (site) => wanted.get(site) ?? NOTHING,
    of: (site) => bySite.get(site) ?? [],
    get: (id) => known.get(id),
  };
}
