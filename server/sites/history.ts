/** The versions of the sites that are kept: who made which, and the sites as they were. */
import type { SitesHistoryLine, SitesUndo, SitesVersion } from "../../domain/contract/sites.ts";
import type { Site } from "../../domain/site.ts";
import { readKept, type SitesStore } from "./store.ts";
import { undone } from "./versions.ts";

export type SitesAsker = { name: string; where: string; seesPeople: boolean };

/** Also of a site that is gone: it was somebody's. */
export type IsOwn = (site: string) => boolean;

export type SitesHistory = {
  /** those that changed something at these sites, the newest first */
  versions(asker: SitesAsker, isOwn: IsOwn): Promise<SitesVersion[]>;
  /** null when that version is not kept (any more) */
  at(version: number): Promise<Site[] | null>;
};

const lineFor = (
  { version, at, by, from, changes }: SitesHistoryLine,
  { seesPeople }: SitesAsker,
  isOwn: IsOwn,
): SitesVersion[] => {
  const seen = changes.filter(({ site }) => isOwn(site));
  if (seen.length === 0) return [];
  const who = seesPeople && { by };
  return [{ version, at: new Date(at).toISOString(), ...who, from, changes: seen }];
};

export const createSitesHistory = (store: Pick<SitesStore, "read" | "undos">): SitesHistory => ({
  async versions(asker, isOwn) {
    const { kept } = await readKept(store);
    return kept.history.flatMap((line) => lineFor(line, asker, isOwn));
  },
  async at(version) {
    const { kept } = await readKept(store);
    if (!kept.history.some((line) => line.version === version)) return null;
    const later = kept.history.map((line) => line.version).filter((one) => one > version);
    const undos = await store.undos(later);
    if (undos.includes(null)) return null;
    return undos.reduce(
      (sites, text) => undone(sites, JSON.parse(text ?? "") as SitesUndo),
      kept.sites,
    );
  },
});
