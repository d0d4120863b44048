/** Reading and acting over HTTP (contract, section 4). Instants are RFC 3339 strings here. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { EffectKind } from "../order.ts";
import { SEVERITIES, Severity, Stage, STAGES } from "../stages.ts";

const paging = {
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
};

/** How every list is read page by page. */
export const ListQuery = Type.Object(paging, { additionalProperties: false });
export type ListQuery = Static<typeof ListQuery>;

/** One or more of these, separated by commas. */
const anyOf = (values: readonly string[]) =>
  Type.String({
    maxLength: 512,
    pattern: `^(?:${values.join("|")})(?:, ?(?:${values.join("|")}))*$`,
    description: "one or more, separated by commas",
  });

const SORTS = [
  "urgency",
  "severity",
  "actBy",
  "due",
  "risk",
  "placedAt",
  "stageSince",
  "id",
] as const;
/** `-due`: the other way round. What has no value comes last either way. */
const ORDER_SORTS = [...SORTS, ...SORTS.map((sort) => `-${sort}` as const)] as const;

export const OrderListQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    stage: Type.Optional(anyOf(STAGES)),
    severity: Type.Optional(anyOf(SEVERITIES)),
    carrier: Type.Optional(Type.String({ maxLength: 128 })),
    pickup: Type.Optional(Type.String({ maxLength: 128 })),
    exception: Type.Optional(Type.String({ maxLength: 64 })),
    hold: Type.Optional(Type.String({ maxLength: 64 })),
    q: Type.Optional(Type.String({ maxLength: 128 })),
    sort: Type.Optional(
      Type.Enum([...ORDER_SORTS], {
        description:
          "`urgency` (also `severity`): the most urgent first; `risk`: the most likely to miss first; with a minus the other way round. Pages go on behind the place at which the one before ended: by `id` and `placedAt`, which do not change, each order comes once; by what changes, one that moves meanwhile may come again. Ended orders follow those that are open, the last ended first, whatever the sort",
      }),
    ),
    ...paging,
  },
  { additionalProperties: false },
);
export type OrderListQuery = Static<typeof OrderListQuery>;

/** A promise or milestone with how it was computed, in sentences. */
export const Deadline = Type.Object({
  name: Type.String(),
  kind: Type.Enum(["ship", "deliver", "milestone"]),
  at: WireInstant,
  /** who set it: the shop, or our rules */
  basis: Type.Enum(["given", "computed"]),
  how: Type.Array(Type.String()),
  /** paused: our own clock stands still while a hold is open */
  state: Type.Enum(["open", "met", "missed", "paused"]),
});

export const TimelineEntry = Type.Object({
  at: Type.Union([WireInstant, Type.Null()]),
  source: Type.String(),
  id: Type.String(),
  type: Type.String(),
  recordedAt: WireInstant,
  seq: Type.Optional(Type.Integer()),
  effect: EffectKind,
  words: Type.String(),
});

export const ACTIONS = [
  "hold",
  "release",
  "assign",
  "expedite",
  "note",
  "cancel",
  "correct",
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** `GET /metrics/trends`: five-minute buckets, oldest first; all arrays have the same length. */
export const Trends = Type.Object({
  site: Type.String(),
  bucketMs: Type.Integer(),
  /** start of the first bucket */
  from: WireInstant,
  stages: Type.Record(
    Type.String(),
    Type.Object({
      in: Type.Array(Type.Integer()),
      out: Type.Array(Type.Integer()),
      /** orders in the stage at the end of the bucket */
      wip: Type.Array(Type.Integer()),
      /** of the orders that left it in the hour of the bucket */
      dwellP50Ms: Type.Array(Type.Union([Type.Integer(), Type.Null()])),
      dwellP90Ms: Type.Array(Type.Union([Type.Integer(), Type.Null()])),
    }),
  ),
});
export type Trends = Static<typeof Trends>;

/** What the forecast says of an order's next deadline. */
export const OrderForecast = Type.Object({
  /** probability of missing it, 0 to 1 */
  p: Type.Number(),
  likelihood: Type.Enum(["unlikely", "possible", "likely", "very likely"]),
  /** both in one sentence */
  words: Type.String(),
  reasons: Type.Array(Type.String()),
  /** when it was said */
  at: WireInstant,
});
export type OrderForecast = Static<typeof OrderForecast>;

const instantOrNull = Type.Union([WireInstant, Type.Null()]);
const list = (description: string) => Type.Array(Type.Unknown(), { description });

/** `GET /orders/{id}`: the order itself (schema Order, instants as RFC 3339), and what is known about it. */
export const OrderDetail = Type.Object(
  {
    id: Type.String(),
    site: Type.String(),
    /** number of the commit that last wrote it: what `ifVersion` compares; the `v` of its row does as well, while nothing happened to the order since */
    v: Type.Integer(),
    customerOrder: Type.String(),
    stage: Stage,
    stageSince: WireInstant,
    lines: list("schema OrderLine"),
    parcels: list("schema Parcel"),
    timeline: list("schema Milestone: when each stage was reached and the dwell before it"),
    holds: list("schema Hold"),
    exceptions: list("schema OrderException"),
    sev: Severity,
    /** the same as `sev`, under the name of the list's filter */
    severity: Severity,
    actBy: instantOrNull,
    slackMs: Type.Union([Type.Integer(), Type.Null()]),
    due: instantOrNull,
    dueKind: Type.Enum(["ship", "deliver"]),
    risk: Type.Union([Type.Number(), Type.Null()]),
    pickup: Type.Union([Type.Object({ id: Type.String(), at: WireInstant }), Type.Null()]),
    reasons: Type.Array(Type.String()),
    blockers: Type.Array(Type.String()),
    deadlines: Type.Array(Deadline),
    /** null without a fresh forecast: then the plan decides */
    forecast: Type.Union([OrderForecast, Type.Null()]),
    /** every event kept for it, in the order of the fold, with what it did */
    events: Type.Array(TimelineEntry),
    /** the one that explains it, the most urgent if it stands in several; null when it stands in none that is open */
    incident: Type.Union([
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        kind: Type.String(),
        severity: Type.String(),
        state: Type.String(),
        actBy: instantOrNull,
        /** null for viewers too: then `isOwned` says what they may know */
        owner: Type.Union([Type.String(), Type.Null()]),
        isOwned: Type.Boolean(),
      }),
      Type.Null(),
    ]),
    /** name, postal code and other personal fields; null when the reader may not see them or there are none */
    personal: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
    personalHidden: Type.Boolean(),
    /** when the personal fields were erased for good; null while they were not */
    personalErasedAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  { additionalProperties: true, title: "Order" },
);
export type OrderDetail = Static<typeof OrderDetail>;

export const SessionView = Type.Object({
  name: Type.String(),
  /** what single sign-on calls the person */
  shownName: Type.Optional(Type.String()),
  role: Type.Optional(Type.String()),
  permissions: Type.Array(Type.String()),
  sites: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      timeZone: Type.String(),
      stages: Type.Array(Stage),
    }),
  ),
  demo: Type.Boolean(),
  /** there when somebody logged in with a one-time password: nothing but choosing an own one is allowed */
  mustChoosePassword: Type.Optional(Type.Literal(true)),
});
export type SessionView = Static<typeof SessionView>;

const figure = (description: string) =>
  Type.Union([Type.Number(), Type.Null()], { description: `${description}; null without orders` });

const QualityFigures = Type.Object({
  orders: Type.Integer({
    description: "orders whose end is known and of which something was shown",
  }),
  missed: Type.Integer(),
  baseRate: figure("part of the orders that missed"),
  brier: figure("mean squared error of the probabilities shown"),
  baseBrier: figure("the same for always saying the base rate"),
  calibrationError: figure("mean distance between shown and seen"),
  auc: figure("chance that an order that missed was shown more than one that did not"),
  etaErrorMinutes: figure("median error of the expected time, as the upper end of its class"),
  etaRelativeError: figure("mean error of the expected time over the mean remaining time"),
  alarms: Type.Object({
    right: Type.Integer(),
    wrong: Type.Integer(),
    silent: Type.Integer({ description: "orders that missed without an alarm" }),
    precision: figure("right of all alarms"),
    recall: figure("right of all orders that missed"),
  }),
  leadMinutes: figure("median time from a right alarm to the deadline, upper end of its class"),
});

/** `GET /analytics/forecast-quality`: how often the forecasts were right, by how much and how early. */
export const ForecastQuality = Type.Object(
  {
    site: Type.String(),
    /** what forecasts rest on: the planned budgets alone, a few days, or enough */
    basis: Type.Enum(["budgets", "learning", "learned"]),
    /** since when it learns; null before anything was seen */
    since: Type.Union([WireInstant, Type.Null()]),
    settled: Type.Integer({ description: "orders it has learned from" }),
    providers: Type.Array(
      Type.Object({
        node: Type.String(),
        name: Type.String({ description: "as the site calls it" }),
        orders: Type.Integer(),
        isEnough: Type.Boolean(),
      }),
      {
        description:
          "3PLs, with orders of theirs that were learned from; with too few their plan is used",
      },
    ),
    total: QualityFigures,
    bins: Type.Array(
      Type.Object({
        from: Type.Number(),
        to: Type.Number(),
        shown: figure("mean of what was shown"),
        seen: figure("part of these looks whose order missed"),
        n: Type.Integer({ description: "looks" }),
      }),
    ),
    days: Type.Array(Type.Object({ day: Type.String(), figures: QualityFigures })),
  },
  { title: "ForecastQuality" },
);
export type ForecastQuality = Static<typeof ForecastQuality>;
export type QualityFigures = Static<typeof QualityFigures>;
