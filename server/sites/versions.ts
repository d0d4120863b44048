/** From one version of the sites to the next, and back. Pure. */
import type { SitesHistoryLine, SitesUndo, StoredSites } from "../../domain/contract/sites.ts";
import { siteChange } from "../../domain/site-words.ts";
import type { Site } from "../../domain/site.ts";
import { KEPT_VERSIONS } from "./store.ts";

export type SiteDifference = SitesHistoryLine["changes"][number];

/** Site by site what is another, sites that come and go too. */
export function differences(before: readonly Site[], after: readonly Site[]): SiteDifference[] {
  const gone = before.filter(({ id }) => !after.some((site) => site.id === id));
  return [
    ...after.flatMap((site): SiteDifference[] => {
      const was = before.find(({ id }) => id === site.id);
      if (was === undefined) return [{ site: site.id, parts: [], words: ["is new"] }];
      const change = siteChange(was, site);
      return change === null ? [] : [{ site: site.id, ...change }];
    }),
    ...gone.map(({ id }): SiteDifference => ({ site: id, parts: [], words: ["is gone"] })),
  ];
}

type Author = Pick<SitesHistoryLine, "by" | "at" | "from">;

export function nextVersion(
  before: StoredSites,
  sites: Site[],
  changes: SiteDifference[],
  author: Author,
): { after: StoredSites; undo: SitesUndo } {
  const version = before.version + 1;
  const changed = new Set(changes.map(({ site }) => site));
  return {
    after: {
      ...before,
      version,
      sites,
      history: [{ version, ...author, changes }, ...before.history].slice(0, KEPT_VERSIONS),
    },
    undo: {
      replaced: before.sites.filter(({ id }) => changed.has(id)),
      ids: before.sites.map(({ id }) => id),
    },
  };
}

/** The sites before that version. */
export function undone(sites: readonly Site[], { replaced, ids }: SitesUndo): Site[] {
  const byId = new Map([...sites, ...replaced].map((site) => [site.id, site]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
