/** People in memory, of the same contract as in Redis; accounts are those that the audit in memory wrote. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { PeopleStore } from "../../server/people/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

export type MemoryPeople = PeopleStore & {
  /** session key -> session as text */
  kept: Map<string, string>;
};

export function memoryPeople(audit: MemoryAudit): MemoryPeople {
  const kept = new Map<string, string>();
  const seen: Record<string, string> = {};
  const indexes = new Map<string, Set<string>>();
  const guesses = new Map<string, Map<string, number>>();
  const tickets = new Map<string, string>();
  const users = () => Object.fromEntries(audit.hashes.get(GLOBAL_KEYS.users) ?? []);
  const indexOf = (name: string): Set<string> => {
    const index = indexes.get(name) ?? new Set<string>();
    indexes.set(name, index);
    return index;
  };
  return {
    kept,
    version: async () => String(audit.version()),
    users: async () => users(),
    user: async (name) => users()[name] ?? null,
    lastLogins: async () => ({ ...seen }),
    getSession: async (key) => kept.get(key) ?? null,
    async addSession({ name, key }, value, _ttlMs, now) {
      kept.set(key, value);
      indexOf(name).add(key);
      seen[name] = String(now);
    },
    async renewSession(key, value) {
      if (!kept.has(key)) return false;
      kept.set(key, value);
      return true;
    },
    async dropSessions(name, keys) {
      for (const key of keys) {
        kept.delete(key);
        indexOf(name).delete(key);
      }
    },
    sessionKeys: async (name) => [...indexOf(name)],
    async addGuess(of, id, now, withinMs) {
      const tries = guesses.get(of) ?? new Map<string, number>();
      guesses.set(of, tries);
      for (const [one, at] of tries) if (at <= now - withinMs) tries.delete(one);
      tries.set(id, now);
      return { count: tries.size, oldestAt: Math.min(...tries.values()) };
    },
    dropGuess: async (of, id) => void guesses.get(of)?.delete(id),
    addTicket: async (id, value) => void tickets.set(id, value),
    async takeTicket(id) {
      const value = tickets.get(id) ?? null;
      tickets.delete(id);
      return value;
    },
  };
}
