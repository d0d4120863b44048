/**
 * The nouns of an order: schema first, then type. All instants are epoch milliseconds.
 *
 * An `Order` is what `fold.ts` makes of an order's events; nothing else ever writes one.
 */
import { Type, type Static } from "typebox";
import { EVENT_TYPES } from "./event.ts";
import { Instant } from "./names-and-times.ts";
import { Stage, STAGE_RANK } from "./stages.ts";

const maybe = Type.Optional;
const nullableInstant = Type.Union([Instant, Type.Null()]);

export const OrderLine = Type.Object({
  line: Type.Integer(),
  sku: Type.String(),
  name: maybe(Type.String()),
  /** units ordered */
  quantity: Type.Integer(),
  unitPrice: maybe(Type.Number()),
  weightG: maybe(Type.Number()),
  zone: maybe(Type.String()),
  /** units picked and packed in the current attempt, and units reported missing */
  picked: Type.Integer(),
  packed: Type.Integer(),
  short: Type.Integer(),
});
export type OrderLine = Static<typeof OrderLine>;

export const Parcel = Type.Object({
  parcelId: Type.String(),
  stage: Stage,
  stageSince: Instant,
  carrier: maybe(Type.String()),
  service: maybe(Type.String()),
  trackingCode: maybe(Type.String()),
  weightG: maybe(Type.Number()),
  lines: maybe(Type.Array(Type.Object({ line: Type.Integer(), quantity: Type.Integer() }))),
  carrierStatus: maybe(Type.String()),
  location: maybe(Type.String()),
  eta: maybe(Instant),
});
export type Parcel = Static<typeof Parcel>;

/** An overlay: it never changes the stage. `clock` says whether our responsibility clock pauses in it (the customer's never does). */
export const Hold = Type.Object({
  code: Type.String(),
  reason: maybe(Type.String()),
  owner: maybe(Type.String()),
  placedAt: Instant,
  until: maybe(Instant),
  releasedAt: maybe(Instant),
  clock: Type.Enum(["run", "pause"]),
});
export type Hold = Static<typeof Hold>;

export const OrderException = Type.Object({
  code: Type.String(),
  raisedAt: Instant,
  clearedAt: maybe(Instant),
  note: maybe(Type.String()),
  /** what it is about, when that is less than the order: a stage, a parcel, a line */
  about: maybe(Type.String()),
});
export type OrderException = Static<typeof OrderException>;

/** A completed fact on the way, or one that must have happened because a later one did (`inferred`, `at` null). */
export const Milestone = Type.Object({
  stage: Stage,
  at: nullableInstant,
  /** start scan of the process before it (`pick.started` for picked), null when there was none */
  startedAt: nullableInstant,
  attempt: Type.Integer(),
  inferred: Type.Boolean(),
  /** elapsed ms since the previous recorded milestone; null when either end is unknown */
  dwellMs: Type.Union([Type.Integer(), Type.Null()]),
  /** stages the dwell covers: more than one when those between were inferred ("pick+pack") */
  covers: Type.Array(Stage),
  source: maybe(Type.String()),
  station: maybe(Type.String()),
  actor: maybe(Type.String()),
});
export type Milestone = Static<typeof Milestone>;

/**
 * What one event did, in the end state of the fold:
 * applied (changed something), duplicate (says what is known already), late (filled in the past, moved nothing), inferred (a milestone it implies was
 * inferred, and it moved the order), waiting (its order is not known yet), impossible (kept as evidence), corrected (taken back by a later event).
 */
export const EffectKind = Type.Enum([
  "applied",
  "duplicate",
  "late",
  "inferred",
  "waiting",
  "impossible",
  "corrected",
]);
export type EffectKind = Static<typeof EffectKind>;

export const EventOutcome = Type.Object({
  source: Type.String(),
  id: Type.String(),
  type: Type.Enum(EVENT_TYPES),
  occurredAt: Instant,
  recordedAt: Instant,
  effect: EffectKind,
  /** one sentence for people */
  words: Type.String(),
});
export type EventOutcome = Static<typeof EventOutcome>;

export const Note = Type.Object({ at: Instant, by: maybe(Type.String()), text: Type.String() });
export type Note = Static<typeof Note>;

export const Order = Type.Object({
  id: Type.String(),
  site: Type.String(),
  customerOrder: Type.String(),
  channel: Type.String(),
  service: Type.String(),
  /** as the shop named it: what was promised counts on it */
  carrier: maybe(Type.String()),
  /** who took the goods: it has them, and promised nothing */
  takenBy: maybe(Type.String()),
  priority: maybe(Type.String()),
  client: maybe(Type.String()),
  tier: maybe(Type.String()),
  currency: maybe(Type.String()),
  replaces: maybe(Type.String()),
  /** sum of quantity x unitPrice, in `currency`; absent when no line has a price */
  value: maybe(Type.Number()),
  placedAt: Instant,
  receivedAt: Instant,
  /** promises as the shop gave them; when absent, `promise.ts` computes them from the service level */
  promisedShipBy: maybe(Instant),
  promisedDeliverBy: maybe(Instant),
  /** city and country only; what may identify a person is kept encrypted elsewhere */
  shipTo: Type.Object({
    city: maybe(Type.String()),
    region: maybe(Type.String()),
    country: maybe(Type.String()),
  }),
  lines: Type.Array(OrderLine),
  parcels: Type.Array(Parcel),
  stage: Stage,
  stageSince: Instant,
  /** 1, and one more for every failed check or rejection */
  attempt: Type.Integer(),
  timeline: Type.Array(Milestone),
  holds: Type.Array(Hold),
  exceptions: Type.Array(OrderException),
  /** CLOCK_SKEW, OLD, EXPEDITED, REWORK ... : short marks that need no action by themselves */
  flags: Type.Array(Type.String()),
  notes: Type.Array(Note),
  owner: maybe(Type.String()),
  station: maybe(Type.String()),
  /** where it is fulfilled: `floor` or a 3PL's id */
  node: maybe(Type.String()),
  wave: maybe(Type.String()),
  truck: maybe(Type.String()),
  handedOverAt: maybe(Instant),
  deliveredAt: maybe(Instant),
  /** when it ended (delivered, returned, lost, cancelled) with no open hold; absent while open */
  closedAt: maybe(Instant),
});
export type Order = Static<typeof Order>;

/** True while something is still to be done about it: not ended, or ended with a hold still open (architecture, rule 10). */
export const isOpenOrder = (order: Order): boolean => order.closedAt === undefined;

/**
 * When it left the house as far as it is known: handed over, or where nobody scanned that, when the carrier was first heard of with it. What is judged by its ship-by is judged by
 * this; what is measured from the hand-over is measured only where that was scanned.
 */
export const leftAt = ({ handedOverAt, timeline }: Order): number | undefined =>
  handedOverAt ??
  timeline.find(
    ({ stage, at }) =>
      at !== null &&
      STAGE_RANK[stage] > STAGE_RANK.handed_over &&
      STAGE_RANK[stage] <= STAGE_RANK.delivered,
  )?.at ??
  undefined;
