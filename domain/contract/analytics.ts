/** Analytics over HTTP: what may be asked, and what is answered. Instants are RFC 3339; durations in ms; shares 0 to 1 with numerator and denominator. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { INCIDENT_KINDS, INCIDENT_SEVERITIES, INCIDENT_STATES } from "../incidents/incident.ts";
import { ANALYTICS, GROUPS } from "./analytics-names.ts";

export * from "./analytics-names.ts";

/** an instant, or a day of the site: from its beginning, to its end */
export const Moment = Type.Optional(
  Type.Union([
    Type.String({ format: "date-time" }),
    Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "a day of the site" }),
  ]),
);
const name = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const SPAN = {
  site: Type.Optional(Type.String({ maxLength: 32 })),
  from: Moment,
  to: Moment,
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
    truck: name,
    heat: Type.Optional(
      Type.String({
        pattern: "^[1-7] ([01]?\\d|2[0-4])$",
        description:
          "weekday (1 is Monday) and hour of the site, as the split by `heat` names them",
      }),
    ),
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
  /** whether the orders (or incidents) behind it can be asked for */
  hasOrders: Type.Boolean(),
});
export type AnalyticsMetric = Static<typeof AnalyticsMetric>;

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

/** How far history follows what is live; absent while nobody ever copied. */
export const CopyState = Type.Object({
  state: Type.Enum(["current", "copying", "reading", "failing", "refused", "silent"]),
  /** commits that are not in it yet */
  behind: Type.Integer(),
  /** for so long, at most, the oldest of them waits already; absent while it is not known */
  behindMs: Type.Optional(Type.Integer()),
  at: WireInstant,
});
export type CopyState = Static<typeof CopyState>;

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
    history: Type.Optional(CopyState),
    /** quantiles are exact (0), or off by this share at most */
    quantileError: Type.Number(),
  },
  { title: "Analytics", additionalProperties: true },
);
export type Analytics = Static<typeof Analytics>;

const nullableInstant = Type.Union([WireInstant, Type.Null()]);

export const OrderBehind = Type.Object({
  id: Type.String(),
  customerOrder: Type.String(),
  stage: Type.String(),
  carrier: Type.String(),
  service: Type.String(),
  channel: Type.String(),
  /** the moment it is counted by */
  at: WireInstant,
  isFailed: Type.Boolean(),
  /** its own figure, in the metric's unit, and of what only counts orders the time it took in ms; null where there is none */
  value: nullable(Type.Number()),
  /** what it adds to a share of units, lines, parcels or amounts: those of all orders make up the figure's own */
  of: Type.Union([Type.Object({ n: Type.Number(), d: Type.Number() }), Type.Null()]),
  shipBy: nullableInstant,
  departedAt: nullableInstant,
  deliverBy: nullableInstant,
  deliveredAt: nullableInstant,
});
export type OrderBehind = Static<typeof OrderBehind>;

export const OrdersBehind = Type.Object(
  {
    site: Type.String(),
    zone: Type.String(),
    from: WireInstant,
    to: WireInstant,
    /** what they are behind; null for orders that no metric speaks of */
    metric: Type.Union([AnalyticsMetric, Type.Null()]),
    items: Type.Array(OrderBehind),
    next: Type.Union([Type.String(), Type.Null()]),
  },
  { title: "OrdersBehind" },
);
export type OrdersBehind = Static<typeof OrdersBehind>;

export const IncidentBehind = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...INCIDENT_KINDS]),
  severity: Type.Enum([...INCIDENT_SEVERITIES]),
  state: Type.Enum([...INCIDENT_STATES]),
  orders: Type.Integer(),
  /** when it was raised */
  at: WireInstant,
  acknowledgedAt: nullableInstant,
  resolvedAt: nullableInstant,
  isAutoCleared: Type.Boolean({ description: "over by itself before anybody took it" }),
  isEscalated: Type.Boolean(),
  isEscalatedByHand: Type.Boolean(),
  isNoise: Type.Boolean(),
  toAck: nullable(Type.Number({ description: "ms while the site works" })),
  toResolve: nullable(Type.Number({ description: "ms, elapsed" })),
});
export type IncidentBehind = Static<typeof IncidentBehind>;

export const IncidentsBehind = Type.Object(
  {
    site: Type.String(),
    zone: Type.String(),
    from: WireInstant,
    to: WireInstant,
    metric: Type.Union([AnalyticsMetric, Type.Null()]),
    items: Type.Array(IncidentBehind),
    next: Type.Union([Type.String(), Type.Null()]),
  },
  { title: "IncidentsBehind" },
);
export type IncidentsBehind = Static<typeof IncidentsBehind>;
