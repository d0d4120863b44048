/** The calendar of a site: the part of its rules that says when it works, read and changed alone. A change is one of the sites, under their version. */
import type {
  CalendarChanged,
  CalendarView,
  CalendarWish,
} from "../../domain/contract/calendars.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { Site } from "../../domain/site.ts";
import { isProblem, problem } from "../problem.ts";
import type { SitesDesk } from "./desk.ts";
import type { SitesAsker } from "./history.ts";
import { readHolidays } from "./holidays.ts";

type Asked = { ifVersion: number | undefined; dryRun: boolean };

export type CalendarDesk = {
  read(site: string): Promise<CalendarView>;
  /** @throws problem as a change of the sites, with the places of the calendar */
  change(
    site: string,
    asker: SitesAsker,
    wish: CalendarWish,
    asked: Asked,
  ): Promise<CalendarChanged>;
};

/** What is read here and changed elsewhere may be sent back, as it was. */
function refuseOther({ id, timeZone }: Site, wish: CalendarWish): void {
  const given = { site: [wish.site, id], timeZone: [wish.timeZone, timeZone] };
  const errors = Object.entries(given).flatMap(([field, [sent, is]]): ItemError[] =>
    sent === undefined || sent === is
      ? []
      : [{ index: 0, path: `/${field}`, message: `body is ${is}, and not changed here` }],
  );
  if (errors.length > 0)
    throw problem("CT_ERR_INVALID", "A calendar changes neither site nor zone.", { errors });
}

/** As it would be kept; what is left out is not there any more. */
function withCalendar(site: Site, { shifts, closures, special, holidays }: CalendarWish): Site {
  const { closures: _closures, special: _special, holidays: _holidays, ...rest } = site;
  return {
    ...rest,
    shifts,
    ...(closures !== undefined && { closures }),
    ...(special !== undefined && { special }),
    ...(holidays != null && { holidays }),
  };
}

/** Of a list of one site: the calendar's own places. */
function withOwnPlaces(error: unknown): unknown {
  if (!isProblem(error) || error.code !== "CT_ERR_INVALID") return error;
  const errors = (error.extra.errors ?? []).map((one) => ({
    ...one,
    path: one.path.replace(/^\/sites\/0/, ""),
  }));
  return problem(error.code, error.message, { ...error.extra, errors });
}

async function viewOf(site: Site, version: number, year: number): Promise<CalendarView> {
  const { id, timeZone, shifts, closures = [], special = {}, holidays } = site;
  const days = await readHolidays(site, year);
  return {
    site: id,
    version,
    timeZone,
    shifts,
    closures,
    special,
    holidays: holidays ?? null,
    publicHolidays: days.map((day) => ({ ...day, closed: !Object.hasOwn(special, day.date) })),
  };
}

export function createCalendarDesk(desk: SitesDesk, now: () => number): CalendarDesk {
  const yearNow = (): number => new Date(now()).getUTCFullYear();

  async function keptSite(id: string): Promise<{ site: Site; version: number }> {
    const { sites, version } = await desk.kept();
    const site = sites.find((one) => one.id === id);
    if (site === undefined) throw problem("CT_ERR_NOT_FOUND", "There is no such site for you.");
    return { site, version };
  }

  return {
    async read(id) {
      const { site, version } = await keptSite(id);
      return viewOf(site, version, yearNow());
    },
    async change(id, asker, wish, { ifVersion, dryRun }) {
      const { site } = await keptSite(id);
      refuseOther(site, wish);
      const wished = { sites: [withCalendar(site, wish)], own: [id], ifVersion, dryRun };
      const { version, changes, kept } = await desk
        .change(asker, wished)
        .catch((error: unknown) => {
          throw withOwnPlaces(error);
        });
      const after = kept.find((one) => one.id === id) ?? site;
      return { ...(await viewOf(after, version, yearNow())), dryRun, changes };
    },
  };
}
