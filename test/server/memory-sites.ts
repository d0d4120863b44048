/** The store of the sites in memory, of the same contract as the one in Redis: written by the audit alone. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import type { Site } from "../../domain/site.ts";
import { fingerprint, type SitesStore, writesOf } from "../../server/sites/store.ts";
import type { MemoryAudit } from "./memory-audit.ts";

/** `kept`: what is in it already, as a start would have left it. */
export function memorySites(
  { hashes }: Pick<MemoryAudit, "hashes">,
  current?: SitesConfig,
  kept: Site[] = [],
): SitesStore {
  const key = GLOBAL_KEYS.sites;
  const field = (name: string): string | null => hashes.get(key)?.get(name) ?? null;
  if (current !== undefined && !hashes.has(key)) {
    const { version, sites } = current;
    const line = { version, at: 0, by: "system", from: "file" as const, changes: [] };
    const state = { version, sites: kept, file: fingerprint(kept), history: [line] };
    const written = writesOf(null, state, sites, null).flatMap(({ field: name, value }) =>
      value === null ? [] : [[name, value] as const],
    );
    hashes.set(key, new Map(written));
  }
  return {
    stamp: async () => field("stamp"),
    read: async () => ({ current: field("current"), state: field("state"), stamp: field("stamp") }),
    before: async () => hashes.get(GLOBAL_KEYS.sitesBefore)?.get("") ?? null,
    tellBefore: async (text) => void hashes.set(GLOBAL_KEYS.sitesBefore, new Map([["", text]])),
    undos: async (versions) => versions.map((version) => field(`undo:${version}`)),
  };
}
