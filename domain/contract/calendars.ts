/** The calendar of one site over HTTP: when it works. The same rules as in the sites file, and changed under the same version. */
import { Type, type Static } from "typebox";
import { LocalDate } from "../local-time.ts";
import { Site } from "../site.ts";
import { IF_VERSION, SiteChangeView } from "./sites.ts";

const maybe = Type.Optional;
const { shifts, closures, special, holidays } = Site.properties;

const PublicHolidays = Type.Array(
  Type.Object({
    date: LocalDate,
    name: Type.String(),
    closed: Type.Boolean({ description: "false: that date has shifts of its own" }),
  }),
);

export const CalendarView = Type.Object(
  {
    site: Type.String(),
    version: Type.Integer({ description: "of the sites" }),
    timeZone: Type.String({ description: "read here, changed at /config/sites" }),
    shifts,
    closures: Type.Array(closures.items, { description: "without public holidays" }),
    special: Type.Record(Type.String(), Type.Unknown(), {
      description: "a date's shifts instead of its weekday's, also on a public holiday",
    }),
    holidays: Type.Union([holidays, Type.Null()]),
    publicHolidays: PublicHolidays,
  },
  { title: "Calendar" },
);
export type CalendarView = Static<typeof CalendarView>;

/** What GET answers, changed. What only GET tells may come along: a zone or site that is another is refused, public holidays are not read. */
export const CalendarWish = Type.Object(
  {
    ...IF_VERSION,
    site: maybe(Type.String()),
    timeZone: maybe(Type.String()),
    shifts,
    closures,
    special,
    holidays: maybe(Type.Union([holidays, Type.Null()])),
    publicHolidays: maybe(Type.Unknown()),
  },
  { additionalProperties: false, title: "CalendarWish" },
);
export type CalendarWish = Static<typeof CalendarWish>;

export const CalendarChanged = Type.Object(
  {
    ...CalendarView.properties,
    dryRun: Type.Boolean(),
    changes: Type.Array(SiteChangeView),
  },
  { title: "CalendarChanged" },
);
export type CalendarChanged = Static<typeof CalendarChanged>;
