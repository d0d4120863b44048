/** Everything that is wrong with a sites file, each mistake with its place (RFC 6901) and as a sentence that stands alone. */
import { Ajv, type ErrorObject } from "ajv";
import { SitesFile } from "../../domain/contract/sites.ts";
import { policyMistakes } from "../../domain/incidents/policy-check.ts";
import { policiesOfSite, strangeThresholds } from "../../domain/incidents/site-policies.ts";
import type { Site } from "../../domain/site.ts";
import { STAGES } from "../../domain/stages.ts";
import { formatDay, parseDay } from "../../domain/wall-clock.ts";
import { faultWords } from "../schema-faults.ts";

export type SiteMistake = { path: string; message: string; words: string };
type Found = { path: string; message: string };

const check = new Ajv({ allErrors: true, strict: false }).compile<SitesFile>(SitesFile);

const isZone = (timeZone: string): boolean => {
  try {
    Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
};

/** The schema knows the form of a date; that there is such a day, the calendar knows. */
const isDay = (text: string): boolean =>
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && formatDay(parseDay(text)) === text;

/** A name as one step of a path. */
const step = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Each that was there before, at its place. */
const repeated = (kind: string, ids: readonly string[], path: (at: number) => string): Found[] =>
  ids.flatMap((id, at) =>
    ids.indexOf(id) < at ? [{ path: path(at), message: `${kind} ${id} is there twice` }] : [],
  );

const lacking = (
  kind: string,
  named: string | undefined,
  known: readonly string[],
  path: string,
): Found[] =>
  named === undefined || known.includes(named)
    ? []
    : [{ path, message: `${kind} ${named} does not exist here` }];

const noDays = (dates: readonly string[], path: (date: string, at: number) => string): Found[] =>
  dates.flatMap((date, at) =>
    isDay(date) ? [] : [{ path: path(date, at), message: `${date} is no date` }],
  );

function namesTwice({ stages, carriers, serviceLevels, stations }: Site): Found[] {
  const ids = (part: string, kind: string, all: readonly { id: string }[]) =>
    repeated(
      kind,
      all.map(({ id }) => id),
      (at) => `/${part}/${at}/id`,
    );
  return [
    ...repeated("stage", stages, (at) => `/stages/${at}`),
    ...ids("carriers", "carrier", carriers),
    ...ids("serviceLevels", "service level", serviceLevels),
    ...ids("stations", "station", stations),
  ];
}

function namesOfNothing({ carriers, serviceLevels, stageBudgets }: Site): Found[] {
  const carrierIds = carriers.map(({ id }) => id);
  const serviceIds = serviceLevels.map(({ id }) => id);
  return [
    ...Object.keys(stageBudgets).flatMap((stage) =>
      lacking("stage", stage, STAGES, `/stageBudgets/${step(stage)}`),
    ),
    ...serviceLevels.flatMap(({ carrier }, at) =>
      lacking("carrier", carrier, carrierIds, `/serviceLevels/${at}/carrier`),
    ),
    ...carriers.flatMap(({ pickups }, at) =>
      pickups.flatMap(({ services = [] }, pickup) =>
        services.flatMap((service, place) =>
          lacking(
            "service level",
            service,
            serviceIds,
            `/carriers/${at}/pickups/${pickup}/services/${place}`,
          ),
        ),
      ),
    ),
  ];
}

function datesThatAreNone({ closures = [], special = {}, carriers }: Site): Found[] {
  const closed = closures.map(({ date }) => date);
  return [
    ...noDays(closed, (_date, at) => `/closures/${at}/date`),
    ...repeated("closure", closed, (at) => `/closures/${at}/date`),
    ...noDays(Object.keys(special), (date) => `/special/${step(date)}`),
    ...carriers.flatMap(({ closed: days = [], exceptions = {} }, at) => [
      ...noDays(days, (_date, place) => `/carriers/${at}/closed/${place}`),
      ...noDays(Object.keys(exceptions), (date) => `/carriers/${at}/exceptions/${step(date)}`),
    ]),
  ];
}

/** Thresholds and ladders are those of the policies by default (`incidents/site-policies.ts`). */
function policyMistakesOf(site: Site): Found[] {
  const strange = strangeThresholds(site).map((name) => ({
    path: `/thresholds/${step(name)}`,
    message: `no rule has a threshold ${name}`,
  }));
  const ladders = policyMistakes(policiesOfSite(site), site).map(({ path, message }) => ({
    path: path.replace("/ladders", "/escalation"),
    message,
  }));
  return [...strange, ...ladders];
}

/** A file of many sites has many carriers and pickups: the sentence says which of them. */
export const wordsAt = (path: string, message: string, site: string): string =>
  `${path} (site ${site}): ${message}`;

const wordedAt = (path: string, message: string, site: string): SiteMistake => ({
  path,
  message,
  words: wordsAt(path, message, site),
});

/** What a schema cannot say. */
function mistakesOfSite(site: Site, at: number): SiteMistake[] {
  const { timeZone } = site;
  const found = [
    ...(isZone(timeZone)
      ? []
      : [{ path: "/timeZone", message: `time zone ${timeZone} is not known` }]),
    ...namesTwice(site),
    ...namesOfNothing(site),
    ...datesThatAreNone(site),
    ...policyMistakesOf(site),
  ];
  return found.map(({ path, message }) => wordedAt(`/sites/${at}${path}`, message, site.id));
}

/** The id of the site that a place is in, where it has one. */
function siteIdAt(file: unknown, path: string): string | undefined {
  const place = /^\/sites\/(\d+)/.exec(path)?.[1];
  // a place in a site means that there are sites; the file may be anything else
  if (place === undefined) return undefined;
  const id = (file as { sites: readonly { id?: unknown }[] }).sites[Number(place)]?.id;
  return typeof id === "string" ? id : undefined;
}

const ofSchema =
  (file: unknown) =>
  (error: ErrorObject): SiteMistake => {
    const { instancePath, params } = error;
    const field: unknown = params["missingProperty"] ?? params["additionalProperty"];
    const path = typeof field === "string" ? `${instancePath}/${step(field)}` : instancePath;
    const message = faultWords(error);
    const said = params["additionalProperty"] === undefined ? message : "is not known here";
    const site = siteIdAt(file, path);
    const words = site === undefined ? `${path || "/"}: ${said}` : wordsAt(path, said, site);
    return { path, message, words };
  };

/** Every mistake of a sites file; empty when it can be used. */
export function siteMistakes(file: unknown): SiteMistake[] {
  if (!check(file)) return (check.errors ?? []).map(ofSchema(file));
  const sites: Site[] = file.sites;
  const ids = sites.map(({ id }) => id);
  return [
    ...repeated("site", ids, (at) => `/sites/${at}/id`).map(({ path, message }) => ({
      path,
      message,
      words: `${path}: ${message}`,
    })),
    ...sites.flatMap(mistakesOfSite),
  ];
}

/** The same in words. */
export const mistakesOfSites = (file: unknown): string[] =>
  siteMistakes(file).map(({ words }) => words);
