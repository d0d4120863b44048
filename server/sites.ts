/**
 * The sites file: read once at start, checked with every mistake named, holidays turned into closures, then published for the workers under a version
 * that rises when the content changed. Nothing here waits for Redis: publishing is tried until it works.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { SitesFile, type SitesConfig } from "../domain/contract/sites.ts";
import { policyMistakes } from "../domain/incidents/policy-check.ts";
import { policiesOfSite, strangeThresholds } from "../domain/incidents/site-policies.ts";
import type { Site } from "../domain/site.ts";
import type { SiteBook } from "./decorators.ts";

const EXAMPLE = new URL("example-sites.json", import.meta.url);

/** The two commands publishing needs; `main.ts` hands in those of Redis. */
export type SitesStore = {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
};

const check = new Ajv({ allErrors: true, strict: false }).compile<SitesFile>(SitesFile);

const isZone = (timeZone: string): boolean => {
  try {
    Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
};

function repeated(kind: string, ids: string[]): string[] {
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  return [...new Set(twice)].map((id) => `${kind} ${id} is there twice`);
}

const lacking = (kind: string, named: (string | undefined)[], known: string[]): string[] =>
  named.flatMap((id) =>
    id === undefined || known.includes(id) ? [] : [`${kind} ${id} does not exist here`],
  );

/** Thresholds and ladders are those of the policies by default (`incidents/site-policies.ts`). */
function policyMistakesOf(site: Site): string[] {
  const strange = strangeThresholds(site).map((name) => `no rule has a threshold ${name}`);
  const ladders = policyMistakes(policiesOfSite(site), site).map(
    ({ path, message }) => `${path.replace("/ladders", "/escalation")}: ${message}`,
  );
  return [...strange, ...ladders];
}

/** What a schema cannot say. */
function mistakesOfSite(site: Site): string[] {
  const carriers = site.carriers.map(({ id }) => id);
  const services = site.serviceLevels.map(({ id }) => id);
  const taken = site.carriers.flatMap(({ pickups }) =>
    pickups.flatMap((one) => one.services ?? []),
  );
  const mistakes = [
    ...(isZone(site.timeZone) ? [] : [`time zone ${site.timeZone} is not known`]),
    ...repeated("stage", site.stages),
    ...repeated("carrier", carriers),
    ...repeated("service level", services),
    ...repeated(
      "station",
      site.stations.map(({ id }) => id),
    ),
    ...lacking(
      "carrier",
      site.serviceLevels.map(({ carrier }) => carrier),
      carriers,
    ),
    ...lacking("service level", taken, services),
    ...policyMistakesOf(site),
  ];
  return mistakes.map((mistake) => `site ${site.id}: ${mistake}`);
}

/** Every mistake of a sites file, in words; empty when it can be used. */
export function mistakesOfSites(file: unknown): string[] {
  if (!check(file))
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
    );
  const sites: Site[] = file.sites;
  return [
    ...repeated(
      "site",
      sites.map(({ id }) => id),
    ),
    ...sites.flatMap(mistakesOfSite),
  ];
}

type HolidayFinder = (country: string, region: string | undefined, year: number) => Day[];
type Day = { date: string; name: string };

/** Loaded only when a site names a country: the tables are large. */
async function loadHolidays(): Promise<HolidayFinder> {
  const { default: Holidays } = await import("date-holidays");
  return (country, region, year) => {
    const calendar = region === undefined ? new Holidays(country) : new Holidays(country, region);
    const found = calendar.getHolidays(year) ?? [];
    return found.flatMap(({ type, date, name }) =>
      type === "public" ? [{ date: date.slice(0, 10), name: name.slice(0, 64) }] : [],
    );
  };
}

/** Adds the public holidays of last, this and next year to the closures; a closure that is written down keeps its name. */
export function withHolidays(site: Site, find: HolidayFinder, year: number): Site {
  if (site.holidays === undefined) return site;
  const { country, region } = site.holidays;
  const days = [year - 1, year, year + 1].flatMap((one) => find(country, region, one));
  const byDate = new Map([...days, ...(site.closures ?? [])].map((day) => [day.date, day]));
  return { ...site, closures: [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1)) };
}

async function expand(sites: Site[], year: number): Promise<Site[]> {
  if (sites.every(({ holidays }) => holidays === undefined)) return sites;
  const find = await loadHolidays();
  return sites.map((site) => withHolidays(site, find, year));
}

async function readJson(file: string | undefined): Promise<unknown> {
  const name = file ?? "the example sites";
  const text = await readFile(file ?? EXAMPLE, "utf8").catch((cause: Error) => {
    throw new Error(`CT_SITES_FILE: ${name} cannot be read: ${cause.message}`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`CT_SITES_FILE: ${name} is not JSON: ${String(cause)}`, { cause });
  }
}

/** Reads `file`, or the example without one. Throws one Error that names every mistake, one a line. */
export async function readSites(file: string | undefined, year: number): Promise<Site[]> {
  const found = await readJson(file);
  const mistakes = mistakesOfSites(found);
  if (mistakes.length > 0)
    throw new Error(
      `CT_SITES_FILE: ${file ?? "the example"} has ${mistakes.length} mistake(s):\n${mistakes.join("\n")}`,
    );
  return expand((found as SitesFile).sites, year);
}

export type PublishedSites = SiteBook & {
  /** compares with what is stored and writes when it differs; rejects when the store is away */
  publish(): Promise<void>;
};

const fingerprint = (sites: Site[]): string =>
  createHash("sha256").update(JSON.stringify(sites)).digest("hex");

function decode(text: string | null): SitesConfig | null {
  try {
    return text === null ? null : (JSON.parse(text) as SitesConfig);
  } catch {
    return null;
  }
}

export function createSites(sites: Site[], store: SitesStore): PublishedSites {
  let version = 1;
  const byId = new Map(sites.map((site) => [site.id, site]));
  return {
    version: () => version,
    all: () => sites,
    get(id) {
      const site = byId.get(id);
      return site === undefined ? undefined : { version, site };
    },
    async publish() {
      const stored = decode(await store.read());
      const isSame = stored !== null && fingerprint(stored.sites) === fingerprint(sites);
      version = isSame ? stored.version : (stored?.version ?? 0) + 1;
      if (!isSame) await store.write(JSON.stringify({ version, sites } satisfies SitesConfig));
    },
  };
}
