/** The store of channels in memory: reads what the audit in memory wrote, keeps browsers, remembers what was told. */
import type { StoredChannel, StoredPush, StoredPushKeys } from "../../domain/contract/channels.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { OutboxEntry } from "../../domain/contract/webhooks.ts";
import type { ChannelStore } from "../../server/channels/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryChannels = ChannelStore & {
  told: { site: string; entry: OutboxEntry }[];
  browsers: Map<string, Map<string, StoredPush>>;
};

export function memoryChannels(audit: Pick<MemoryAudit, "hashes">): MemoryChannels {
  const told: MemoryChannels["told"] = [];
  const browsers: MemoryChannels["browsers"] = new Map();
  let keys: StoredPushKeys | null = null;
  const texts = () => audit.hashes.get(GLOBAL_KEYS.channels) ?? new Map<string, string>();
  return {
    told,
    browsers,
    all: async () => [...texts().values()].map((text) => JSON.parse(text) as StoredChannel),
    async get(id) {
      const text = texts().get(id);
      return text === undefined ? null : (JSON.parse(text) as StoredChannel);
    },
    tell: async (site, entry) => void told.push({ site, entry }),
    pushKeys: async () => keys,
    keepPushKeys: async (made) => (keys ??= made),
    pushes: async (name) => [...(browsers.get(name)?.keys() ?? [])],
    async putPush(name, mark, push) {
      browsers.set(name, (browsers.get(name) ?? new Map<string, StoredPush>()).set(mark, push));
    },
    async dropPushes(name, marks) {
      for (const mark of marks) browsers.get(name)?.delete(mark);
    },
  };
}
