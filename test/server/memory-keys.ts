/** The store of machine keys in memory: reads what the audit in memory wrote, as the one in Redis does. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { KeyStore } from "../../server/machines/key-store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryKeys = KeyStore & {
  /** what was noted as used, newest last */
  notes: { id: string; at: number }[];
};

export function memoryKeys(audit: Pick<MemoryAudit, "hashes" | "version">): MemoryKeys {
  const notes: { id: string; at: number }[] = [];
  return {
    notes,
    version: async () => String(audit.version()),
    keys: async () => Object.fromEntries(audit.hashes.get(GLOBAL_KEYS.machineKeys) ?? []),
    used: async () => Object.fromEntries(notes.map(({ id, at }) => [id, String(at)])),
    noteUsed: async (id, at) => void notes.push({ id, at }),
  };
}
