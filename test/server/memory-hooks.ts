/** The store of signed webhooks in memory: reads what the audit in memory wrote, and keeps what the door remembers. */
import type { StoredConnectors } from "../../domain/contract/connectors.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { NO_MEMORY, type OrderMemory } from "../../server/hooks/order-memory.ts";
import type { Activity, HookStore, LastDelivery, Unmatched } from "../../server/hooks/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryHooks = HookStore & {
  notes: (LastDelivery & { site: string; connector: string })[];
  waiting: Map<string, string>;
  /** as if nothing had ever come */
  forget: () => void;
};

export function memoryHooks(audit: Pick<MemoryAudit, "hashes">): MemoryHooks {
  const texts = () => audit.hashes.get(GLOBAL_KEYS.connectors) ?? new Map<string, string>();
  const memories = new Map<string, OrderMemory>();
  const codes = new Map<string, string>();
  const waiting = new Map<string, string>();
  const notes: MemoryHooks["notes"] = [];
  return {
    notes,
    waiting,
    forget() {
      for (const kept of [memories, codes, waiting]) kept.clear();
      notes.length = 0;
    },
    connectors: async (site) => texts().get(site) ?? null,
    all: async () => [...texts().values()].map((text) => JSON.parse(text) as StoredConnectors),
    memory: async (...names) => memories.get(names.join(" ")) ?? NO_MEMORY,
    async remember(site, connector, order, change) {
      const name = `${site} ${connector} ${order}`;
      const before = memories.get(name) ?? NO_MEMORY;
      memories.set(name, structuredClone(change(before)));
      return before;
    },
    tracked: async (site, asked) =>
      new Map(
        asked.flatMap((code) => {
          const order = codes.get(`${site} ${code}`);
          return order === undefined ? [] : [[code, order] as const];
        }),
      ),
    async track(site, asked, order) {
      for (const code of asked) codes.set(`${site} ${code}`, order);
    },
    unmatched: async (site) =>
      [...waiting]
        .filter(([name]) => name.startsWith(`${site} `))
        .map(([name, text]) => ({
          ...(JSON.parse(text) as Unmatched),
          field: name.slice(site.length + 1),
          text,
        })),
    async wait(site, field, change) {
      const name = `${site} ${field}`;
      const text = waiting.get(name);
      const before = text === undefined ? undefined : (JSON.parse(text) as Unmatched);
      waiting.set(name, JSON.stringify(change(before)));
      return true;
    },
    matched: async (site, { field }) => void waiting.delete(`${site} ${field}`),
    note: async (site, connector, last) => void notes.push({ site, connector, ...last }),
    async activity(site) {
      const all = new Map<string, Activity>();
      for (const { site: of, connector, ...last } of notes) {
        if (of !== site) continue;
        const counts = all.get(connector)?.counts ?? {};
        const count = (counts[last.outcome] ?? 0) + 1;
        all.set(connector, { last, counts: { ...counts, [last.outcome]: count } });
      }
      return all;
    },
  };
}
