/**
 * Public holidays of a site's country and region. Where rules are used they are closures as others are; where rules are kept they are not, so that another
 * country or another year has its own.
 */
import type { Site } from "../../domain/site.ts";

export type Holiday = { date: string; name: string };
export type HolidayFinder = (
  country: string,
  region: string | undefined,
  year: number,
) => Holiday[];
type Place = NonNullable<Site["holidays"]>;

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

const NOBODY: HolidayFinder = () => [];
const finderFor = async (sites: readonly Site[]): Promise<HolidayFinder> =>
  sites.every(({ holidays }) => holidays === undefined) ? NOBODY : loadHolidays();

/** Those of last, this and next year. */
function holidaysAround({ holidays }: Site, find: HolidayFinder, year: number): Holiday[] {
  if (holidays === undefined) return [];
  const { country, region } = holidays;
  return [year - 1, year, year + 1].flatMap((one) => find(country, region, one));
}

/** Adds the public holidays of last, this and next year to the closures; a closure that is written down keeps its name. */
export function withHolidays(site: Site, find: HolidayFinder, year: number): Site {
  if (site.holidays === undefined) return site;
  const days = holidaysAround(site, find, year);
  const byDate = new Map([...days, ...(site.closures ?? [])].map((day) => [day.date, day]));
  return { ...site, closures: [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1)) };
}

/** Sites as they hold. */
export async function expandSites(sites: readonly Site[], year: number): Promise<Site[]> {
  const find = await finderFor(sites);
  return sites.map((site) => withHolidays(site, find, year));
}

export const readHolidays = async (site: Site, year: number): Promise<Holiday[]> =>
  holidaysAround(site, await finderFor([site]), year);

/**
 * A site as it is kept: whoever sends back what was read sends the holidays along, by date and name. Those of the country it had before are no closures of its own
 * either.
 */
export async function withoutHolidays(site: Site, before: Site): Promise<Site> {
  const find = await finderFor([site, before]);
  const isHoliday = ({ date, name }: { date: string; name?: string | undefined }): boolean =>
    [site, before].some(({ holidays }) =>
      (holidays === undefined
        ? []
        : find(holidays.country, holidays.region, Number(date.slice(0, 4)))
      ).some((day) => day.date === date && day.name === name),
    );
  const { closures = [], ...rest } = site;
  const own = closures.filter((closure) => !isHoliday(closure));
  return own.length === 0 && (before.closures ?? []).length === 0
    ? rest
    : { ...rest, closures: own };
}

/** What of a place is not known, as a field of it; null when it has holidays. */
export async function strangePlace({ country, region }: Place): Promise<keyof Place | null> {
  const { default: Holidays } = await import("date-holidays");
  const tables = new Holidays();
  if (!Object.hasOwn(tables.getCountries(), country)) return "country";
  if (region === undefined) return null;
  return Object.hasOwn(tables.getStates(country) ?? {}, region.toUpperCase()) ? null : "region";
}
