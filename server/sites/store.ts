/** Where the sites are kept. Read here; written by the audit alone, in one step with the entry that tells of it. */
import { createHash } from "node:crypto";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { SitesConfig, SitesUndo, StoredSites } from "../../domain/contract/sites.ts";
import type { Site } from "../../domain/site.ts";
import type { AuditWrite } from "../audit/store.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

/** Versions that can be read again, and are named in the history. */
export const KEPT_VERSIONS = 50;

export type SitesTexts = {
  /** `SitesConfig`, `StoredSites` as JSON */
  current: string | null;
  state: string | null;
  stamp: string | null;
};
export type SitesStore = {
  /** another with every change */
  stamp(): Promise<string | null>;
  read(): Promise<SitesTexts>;
  /** `current` where servers and workers of the version before have it; they may have written it too */
  before(): Promise<string | null>;
  tellBefore(current: string): Promise<void>;
  /** `SitesUndo` of these versions */
  undos(versions: readonly number[]): Promise<(string | null)[]>;
};

const unavailable = (cause: unknown): never => {
  throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
    retryAfterSeconds: 1,
    cause,
  });
};

const undoField = (version: number): string => `undo:${version}`;

export function createSitesStore(client: RedisClient): SitesStore {
  const fields = (names: string[]) =>
    client.hmGet(GLOBAL_KEYS.sites, names).catch(unavailable) as Promise<(string | null)[]>;
  return {
    stamp: async () => (await fields(["stamp"]))[0] ?? null,
    async read() {
      const [current = null, state = null, stamp = null] = await fields([
        "current",
        "state",
        "stamp",
      ]);
      return { current, state, stamp };
    },
    before: () => client.get(GLOBAL_KEYS.sitesBefore).catch(unavailable),
    async tellBefore(current) {
      await client.set(GLOBAL_KEYS.sitesBefore, current).catch(unavailable);
    },
    undos: async (versions) => (versions.length === 0 ? [] : fields(versions.map(undoField))),
  };
}

export type Kept = { text: string; kept: StoredSites };

export async function readKept({ read }: Pick<SitesStore, "read">): Promise<Kept> {
  const { state } = await read();
  if (state !== null) return { text: state, kept: JSON.parse(state) as StoredSites };
  throw problem("CT_ERR_UNAVAILABLE", "The sites are not in the store yet. Try again.");
}

export const fingerprint = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** What writing a version takes, and refuses when `was` does not stand any more. */
export function writesOf(
  was: string | null,
  after: StoredSites,
  sites: Site[],
  undo: SitesUndo | null,
): AuditWrite[] {
  const key = GLOBAL_KEYS.sites;
  const current = { version: after.version, sites } satisfies SitesConfig;
  const set = (field: string, value: unknown): AuditWrite => ({
    key,
    field,
    value: JSON.stringify(value),
  });
  return [
    { ...set("state", after), was },
    set("current", current),
    set("stamp", `${after.version} ${fingerprint(current)}`),
    ...(undo === null ? [] : [set(undoField(after.version), undo)]),
    { key, field: undoField(after.version - KEPT_VERSIONS), value: null },
  ];
}
