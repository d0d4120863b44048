/** Analytics over HTTP: what may be asked, and what is answered. Instants are RFC 3339; durations in ms; shares 0 to 1 with numerator and denominator. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../event.ts";

export const ANALYTICS = [
  "otif",
  "cycle-times",
  "throughput",
  "delays",
  "carriers",
  "alarms",
  "quality",
  "packaging",
  "backlog",
  "budgets",
  "incidents",
] as const;
export type AnalyticsName = (typeof ANALYTICS)[number];

export const TIME_GROUPS = ["hour", "day", "week", "month"] as const;
export type TimeGroup = (typeof TIME_GROUPS)[number];
export const VALUE_GROUPS = [
  "carrier",
  "service",
  "channel",
  "client",
  "stage",
  "station",
  "reason",
  "owner",
  "lossStage",
  "kind",
  "severity",
] as const;
export type ValueGroup = (typeof VALUE_GROUPS)[number];
/** `heat`: hour of the day by weekday */
export const GROUPS = ["none", ...TIME_GROUPS, ...VALUE_GROUPS, "heat"] as const;
export type Group = (typeof GROUPS)[number];

const moment = Type.Optional(Type.String({ format: "date-time" }));
const name = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const SPAN = {
  site: Type.Optional(Type.String({ maxLength: 32 })),
  from: moment,
  to: moment,
};
const WHERE = {
  carrier: name,
  service: name,
  channel: name,
  client: name,
  stage: name,
  station: name,
  reason: name,
  owner: name,
  kind: name,
  severity: name,
};
export const FILTERS = Object.keys(WHERE) as (keyof typeof WHERE)[];

export const AnalyticsQuery = Type.Object(
  {
    ...SPAN,
    by: Type.Optional(Type.Enum([...GROUPS], { description: "what the window is split by" })),
    ...WHERE,
    exact: Type.Optional(
      Type.Boolean({
        description: "quantiles from the orders themselves instead of histograms; slower",
      }),
    ),
  },
  { additionalProperties: false },
);
export type AnalyticsQuery = Static<typeof AnalyticsQuery>;

export const AnalyticsOrdersQuery = Type.Object(
  {
    ...SPAN,
    metric: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z]{1,40}$",
        description: "key of the metric; the name's first when left out",
      }),
    ),
    ...WHERE,
    lossStage: name,
    failed: Type.Optional(Type.Boolean({ description: "only those that failed there" })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type AnalyticsOrdersQuery = Static<typeof AnalyticsOrdersQuery>;

const nullable = (schema: ReturnType<typeof Type.Number>) => Type.Union([schema, Type.Null()]);
export const AnalyticsFigure = Type.Object({
  value: nullable(Type.Number()),
  of: Type.Optional(Type.Object({ n: Type.Number(), d: Type.Number() })),
  p50: Type.Optional(nullable(Type.Number())),
  p90: Type.Optional(nullable(Type.Number())),
  p95: Type.Optional(nullable(Type.Number())),
  p99: Type.Optional(nullable(Type.Number())),
});
const Figures = Type.Record(Type.String(), AnalyticsFigure);

export const AnalyticsMetric = Type.Object({
  id: Type.String(),
  key: Type.String(),
  name: Type.String(),
  unit: Type.Enum(["share", "count", "ms", "kg", "perHour"]),
  formula: Type.String(),
  window: Type.String(),
  clock: Type.Enum(["elapsed", "working", "none"]),
  rules: Type.String(),
  better: Type.Enum(["more", "less", "none"]),
  target: Type.Optional(Type.Number()),
  amber: Type.Optional(Type.Number()),
  red: Type.Optional(Type.Number()),
});

export const AnalyticsItem = Type.Object({
  key: Type.String(),
  from: Type.Optional(WireInstant),
  to: Type.Optional(WireInstant),
  figures: Figures,
  /** the same in the period before; absent where there is none to compare */
  before: Type.Optional(Figures),
  /** where the orders behind it are */
  orders: Type.Optional(Type.String()),
});
export type AnalyticsItem = Static<typeof AnalyticsItem>;

export const Analytics = Type.Object(
  {
    site: Type.String(),
    name: Type.Enum([...ANALYTICS]),
    by: Type.Enum([...GROUPS]),
    zone: Type.String(),
    /** in whole hours of the site, and no further than the hour that is running */
    from: WireInstant,
    to: WireInstant,
    metrics: Type.Array(AnalyticsMetric),
    total: Figures,
    orders: Type.Optional(Type.String()),
    before: Type.Object({ from: WireInstant, to: WireInstant, total: Figures }),
    items: Type.Array(AnalyticsItem),
    next: Type.Null(),
    /** quantiles are exact (0), or off by this share at most */
    quantileError: Type.Number(),
  },
  { title: "Analytics", additionalProperties: true },
);
export type Analytics = Static<typeof Analytics>;
