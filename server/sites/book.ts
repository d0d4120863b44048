/** The sites in force, in the memory of one server. Which sites there are is decided at its start; their rules may be others at any moment. */
import type { SitesConfig } from "../../domain/contract/sites.ts";
import type { Site } from "../../domain/site.ts";
import { isSameSite } from "../../domain/site-words.ts";
import type { SiteBook } from "../decorators.ts";

export type SitesBook = SiteBook & {
  /** Takes other rules. Says which sites it cannot take, because this server started without them. */
  take(config: SitesConfig): { strange: string[] };
};

export function createSites(started: Site[]): SitesBook {
  const known = new Set(started.map(({ id }) => id));
  let version = 1;
  let sites = started;
  let byId = new Map(sites.map((site) => [site.id, site]));

  /** What did not change stays the same thing: calendars are kept by it. */
  function unchanged(site: Site): Site {
    const before = byId.get(site.id);
    return before !== undefined && isSameSite(before, site) ? before : site;
  }

  return {
    version: () => version,
    all: () => sites,
    get(id) {
      const site = byId.get(id);
      return site === undefined ? undefined : { version, site };
    },
    take(config) {
      version = config.version;
      sites = config.sites.filter(({ id }) => known.has(id)).map(unchanged);
      byId = new Map(sites.map((site) => [site.id, site]));
      return { strange: config.sites.flatMap(({ id }) => (known.has(id) ? [] : [id])) };
    },
  };
}
