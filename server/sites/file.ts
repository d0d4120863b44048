/** The sites file: read once at start, with every mistake named. */
import { readFile } from "node:fs/promises";
import { countOf } from "../../domain/counted.ts";
import type { SitesFile } from "../../domain/contract/sites.ts";
import type { Site } from "../../domain/site.ts";
import { expandSites, strangePlace } from "./holidays.ts";
import { mistakesOfSites, wordsAt } from "./mistakes.ts";

const EXAMPLE = new URL("../example-sites.json", import.meta.url);

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

/** Sites whose country or region has no holidays that are known: without a word each of those days would be a working day. */
async function strangeHolidays({ sites }: SitesFile): Promise<string[]> {
  const found = await Promise.all(
    sites.map(async ({ id, holidays }, at) => {
      const field = holidays === undefined ? null : await strangePlace(holidays);
      if (field === null) return [];
      const message = `${holidays?.[field]} has no known holidays`;
      return [wordsAt(`/sites/${at}/holidays/${field}`, message, id)];
    }),
  );
  return found.flat();
}

/** Reads `file`, or the example without one, as it is written. Throws one Error that names every mistake, one a line. */
export async function readSitesFile(file: string | undefined): Promise<Site[]> {
  const found = await readJson(file);
  const wrong = mistakesOfSites(found);
  const mistakes = wrong.length > 0 ? wrong : await strangeHolidays(found as SitesFile);
  if (mistakes.length > 0)
    throw new Error(
      `CT_SITES_FILE: ${file ?? "the example"} has ${countOf(mistakes.length, "mistake")}:\n${mistakes.join("\n")}`,
    );
  return (found as SitesFile).sites;
}

/** The same with the public holidays of its sites. */
export const readSites = async (file: string | undefined, year: number): Promise<Site[]> =>
  expandSites(await readSitesFile(file), year);
