/** A site and its rules: schema first, then type. Wall-clock values are local to `timeZone`; weekdays are ISO, 1 = Monday. */
import { Type, type Static } from "typebox";
import { BudgetRule } from "./analytics/budgets.ts";
import { SiteId } from "./names-and-times.ts";
import { Ladder } from "./incidents/policies.ts";
import { LocalDate, WallTime, Weekday } from "./local-time.ts";
import { Stage } from "./stages.ts";

export const Duration = Type.String({
  pattern: "^P(?:[0-9]+D(?:T(?:[0-9]+H(?:[0-9]+M)?|[0-9]+M))?|T(?:[0-9]+H(?:[0-9]+M)?|[0-9]+M))$",
  description: "ISO 8601 duration in days, hours and minutes",
});
const Id = Type.String({ minLength: 1, maxLength: 64 });
const Days = Type.Array(Weekday, { minItems: 1, maxItems: 7 });
const strict = { additionalProperties: false } as const;

/** Time within a shift in which nobody works; over midnight as the shift itself. */
const Breaks = Type.Optional(
  Type.Array(Type.Object({ from: WallTime, to: WallTime }, strict), { maxItems: 12 }),
);

/** A shift `[from, to]` with `to <= from` ends on the next calendar day. */
export const Shift = Type.Object(
  { name: Type.Optional(Id), days: Days, from: WallTime, to: WallTime, breaks: Breaks },
  strict,
);

export const Pickup = Type.Object(
  {
    days: Days,
    at: WallTime,
    /** service levels this truck takes; all when absent */
    services: Type.Optional(Type.Array(Id)),
  },
  strict,
);

export const Carrier = Type.Object(
  {
    id: Id,
    name: Type.Optional(Id),
    pickups: Type.Array(Pickup),
    /** dates without pickups */
    closed: Type.Optional(Type.Array(LocalDate)),
    /** a date's pickups instead of its weekday's; empty = none */
    exceptions: Type.Optional(Type.Record(Type.String(), Type.Array(WallTime))),
    /** local dates on which it delivers; default Monday to Saturday */
    deliveryDays: Type.Optional(Days),
    /** days after hand-over until delivery; default 2 */
    transitDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 60 })),
    /** end of the delivery day, site time; default 20:00 */
    deliverEnd: Type.Optional(WallTime),
  },
  strict,
);

export const ServiceLevel = Type.Object(
  {
    id: Id,
    name: Type.Optional(Id),
    /** used when an order names no carrier; else the site's first */
    carrier: Type.Optional(Id),
    /** day mode counts handling days after the cut-off; minutes mode counts working minutes from receipt */
    mode: Type.Enum(["day", "minutes"]),
    /** `P1D` in day mode, `PT2H` in minutes mode; `P0D` ships the same day */
    shipWithin: Duration,
    /** from hand-over, by the carrier's delivery days; default the carrier's transit days */
    deliverWithin: Type.Optional(Duration),
    /** ordered by then ships today; a weekday without an entry has no cut-off. Default: the site's */
    cutOff: Type.Optional(Type.Array(Type.Object({ days: Days, at: WallTime }, strict))),
  },
  strict,
);

export const Station = Type.Object(
  {
    id: Id,
    name: Type.Optional(Id),
    stage: Stage,
    ratePerHour: Type.Number({ exclusiveMinimum: 0 }),
  },
  strict,
);

export const FulfillmentNode = Type.Object({ id: Id, name: Type.Optional(Id) }, strict);

export const Site = Type.Object(
  {
    id: SiteId,
    name: Id,
    timeZone: Type.String({ minLength: 1, maxLength: 64, description: "IANA zone" }),
    /** stages this site scans, in their order; a stage that is not listed is never missed */
    stages: Type.Array(Stage, { minItems: 1 }),
    shifts: Type.Array(Shift),
    /** dates on which nobody works */
    closures: Type.Optional(
      Type.Array(Type.Object({ date: LocalDate, name: Type.Optional(Id) }, strict)),
    ),
    holidays: Type.Optional(
      Type.Object(
        {
          country: Type.String({ pattern: "^[A-Z]{2}$" }),
          region: Type.Optional(Type.String({ maxLength: 16 })),
        },
        strict,
      ),
    ),
    /** a date's shifts instead of its weekday's */
    special: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Array(
          Type.Object(
            { name: Type.Optional(Id), from: WallTime, to: WallTime, breaks: Breaks },
            strict,
          ),
        ),
      ),
    ),
    stations: Type.Array(Station),
    carriers: Type.Array(Carrier, { minItems: 1 }),
    serviceLevels: Type.Array(ServiceLevel, { minItems: 1 }),
    cutOff: Type.Optional(Type.Array(Type.Object({ days: Days, at: WallTime }, strict))),
    /** planned time from entering a stage to leaving it */
    stageBudgets: Type.Record(Type.String(), Duration),
    /** before the truck leaves, goods must stand on the dock; default PT15M */
    dockBuffer: Type.Optional(Duration),
    nodes: Type.Optional(Type.Array(FulfillmentNode)),
    /** sources whose silence makes a board blind, with the longest silence that is normal */
    sources: Type.Optional(
      Type.Array(
        Type.Object({ source: Id, silentAfter: Duration, name: Type.Optional(Id) }, strict),
      ),
    ),
    /** of the rules that find incidents, by default: `common_cause.minimumOrders`; changed for good by `PUT /config/policies` */
    thresholds: Type.Optional(
      Type.Record(Type.String({ maxLength: 128 }), Type.Number({ minimum: 0, maximum: 1e6 })),
    ),
    /** ladders by default, in the place of those that ship with the tower */
    escalation: Type.Optional(Type.Array(Ladder, { minItems: 1, maxItems: 50 })),
    /** what a marketplace allows, by channel, in the place of the limits that ship with the tower */
    budgets: Type.Optional(Type.Array(BudgetRule, { maxItems: 100 })),
    /** days after closing for which names and addresses are kept; default 90 */
    personalDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  { ...strict, title: "Site" },
);
export type Site = Static<typeof Site>;
export type Carrier = Static<typeof Carrier>;
export type Pickup = Static<typeof Pickup>;
export type ServiceLevel = Static<typeof ServiceLevel>;
export type Shift = Static<typeof Shift>;
export type Station = Static<typeof Station>;

/** A site with the version of its rules; the version is kept with each order (architecture, rule 7). */
export type SitePolicy = { version: number; site: Site };
