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

/** So long after a change other workers may still keep a version that this one never saw: it is looked for before a turn. */
const SETTLING_MS = 10_000;

/** The versions of a site's rules that orders may name. */
function createStored(send: Send) {
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

  return { load, keep };
}

export function createPolicyBook(send: Send): PolicyBook {
  let text: string | null = null;
  let config: SitesConfig = { version: 0, sites: [] };
  let changedAt = -Infinity;
  const { load, keep } = createStored(send);
  const kept = new Map<string, Versions>();
  /** by site: what is in force since which version of all sites */
  const inForce = new Map<string, { version: number; policy: SitePolicy }>();

  async function refresh(): Promise<string[]> {
    const found =
      (await send<string | null>("HGET", GLOBAL_KEYS.sites, "current")) ??
      // a tower whose server is still of a version before
      (await send<string | null>("GET", GLOBAL_KEYS.sitesBefore));
    if (found !== null && found !== text) {
      config = JSON.parse(found) as SitesConfig;
      changedAt = performance.now();
      text = found;
    }
    return config.sites.map(({ id }) => id);
  }

  /** A version in which other sites changed is none of this one: its rules are kept once. */
  async function currentOf(rules: Site, versions: Versions): Promise<SitePolicy> {
    const known = inForce.get(rules.id);
    if (known?.version === config.version) return known.policy;
    const { version } = config;
    const newest = versions.get(Math.max(...versions.keys()));
    const isSame = newest !== undefined && JSON.stringify(newest.site) === JSON.stringify(rules);
    const policy = isSame ? newest : { version, site: rules };
    if (!isSame) await keep(rules.id, versions, policy);
    inForce.set(rules.id, { version, policy });
    return policy;
  }

  /** Those of the others too: an order that another worker took in a moment ago names one. */
  async function versionsOf(site: string): Promise<Versions> {
    const known = kept.get(site);
    if (known !== undefined && performance.now() - changedAt > SETTLING_MS) return known;
    const count = known && (await send<number>("HLEN", keysOf(site).policies));
    if (known !== undefined && count === known.size) return known;
    // what is known stays the same thing: calendars are kept by it
    const versions = new Map([...(await load(site)), ...(known ?? [])]);
    kept.set(site, versions);
    return versions;
  }

  async function of(site: string): Promise<Policies> {
    const versions = await versionsOf(site);
    const rules = config.sites.find(({ id }) => id === site);
    if (rules === undefined) throw new Error(`there are no rules for site ${site}`);
    const current = await currentOf(rules, versions);
    return { current, of: (version) => versions.get(version) ?? current };
  }

  return { refresh, of };
}

const pairsOf = (flat: string[]): [string, string][] =>
  flat.flatMap((field, place): [string, string][] =>
    place % 2 === 0 ? [[field, flat[place + 1] ?? ""]] : [],
  );
