/**
 * The rules of the sites, as the server wrote them. Every version under which an order was first folded is kept with its site, so that an old order does
 * not fold differently after a change of settings (architecture, rule 7).
 */
import { GLOBAL_KEYS, keysOf } from "../domain/contract/keys.ts";
import type { SitesConfig } from "../domain/contract/sites.ts";
import type { Site, SitePolicy } from "../domain/site.ts";
import type { Send } from "./redis.ts";
import type { Policies } from "./store/opener.ts";

export type PolicyBook = {
  /** Reads the rules in force; ids of all sites. Empty until a server has written them. */
  refresh: () => Promise<string[]>;
  /** Of a site that `refresh` named. */
  of: (site: string) => Promise<Policies>;
};

type Versions = Map<number, SitePolicy>;

export function createPolicyBook(send: Send): PolicyBook {
  let text: string | null = null;
  let config: SitesConfig = { version: 0, sites: [] };
  const kept = new Map<string, Versions>();

  async function refresh(): Promise<string[]> {
    const found = await send<string | null>("GET", GLOBAL_KEYS.sites);
    if (found !== null && found !== text) {
      config = JSON.parse(found) as SitesConfig;
      text = found;
    }
    return config.sites.map(({ id }) => id);
  }

  async function load(site: string): Promise<Versions> {
    const found = await send<Record<string, string> | string[]>("HGETALL", keysOf(site).policies);
    const pairs = Array.isArray(found) ? pairsOf(found) : Object.entries(found);
    return new Map(
      pairs.map(([version, rules]) => [
        Number(version),
        { version: Number(version), site: JSON.parse(rules) as Site },
      ]),
    );
  }

  /** Keeps the version in force, once. */
  async function keep(site: string, versions: Versions, policy: SitePolicy): Promise<void> {
    const rules = JSON.stringify(policy.site);
    await send("HSET", keysOf(site).policies, String(policy.version), rules);
    versions.set(policy.version, policy);
  }

  async function of(site: string): Promise<Policies> {
    const versions = kept.get(site) ?? (await load(site));
    kept.set(site, versions);
    const rules = config.sites.find(({ id }) => id === site);
    if (rules === undefined) throw new Error(`there are no rules for site ${site}`);
    const current = versions.get(config.version) ?? { version: config.version, site: rules };
    if (!versions.has(config.version)) await keep(site, versions, current);
    return { current, of: (version) => versions.get(version) ?? current };
  }

  return { refresh, of };
}

const pairsOf = (flat: string[]): [string, string][] =>
  flat.flatMap((field, place): [string, string][] =>
    place % 2 === 0 ? [[field, flat[place + 1] ?? ""]] : [],
  );
