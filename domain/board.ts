/**
 * The board: one row an order, live metrics, the trucks and the sources. Schema first, then type; then the read model as pure functions,
 * the same in server and browser. Instants are epoch milliseconds.
 */
import { Type, type Static } from "typebox";
import { Instant } from "./names-and-times.ts";
import { Severity, Stage } from "./stages.ts";

const maybe = Type.Optional;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const Row = Type.Object(
  {
    id: Type.String(),
    /** number of the commit that last changed this row; rises within an epoch */
    v: Type.Integer(),
    customerOrder: maybe(Type.String()),
    stage: Stage,
    stageSince: Instant,
    sev: Severity,
    /** last moment at which acting still meets the next deadline; null when there is none */
    actBy: nullable(Instant),
    due: nullable(Instant),
    dueKind: Type.Enum(["ship", "deliver"]),
    /** probability of missing it, in steps of 0.05; null while unknown */
    risk: nullable(Type.Number()),
    why: maybe(Type.String()),
    carrier: Type.String(),
    service: Type.String(),
    /** the truck the order aims at; null when it has left or has none */
    pickup: nullable(Type.Object({ id: Type.String(), at: Instant })),
    station: maybe(Type.String()),
    /** where most of its units are picked; absent when no line names a zone */
    zone: maybe(Type.String()),
    /** P1 to P4, as the shop gave it */
    priority: maybe(Type.String()),
    flags: Type.Array(Type.String()),
    holds: Type.Array(Type.Object({ code: Type.String(), until: maybe(Instant) })),
    exceptions: Type.Array(Type.String()),
    owner: maybe(Type.String()),
    incident: maybe(Type.String()),
    parcels: Type.Object({
      total: Type.Integer(),
      packed: Type.Integer(),
      shipped: Type.Integer(),
    }),
    lines: Type.Integer(),
    units: Type.Integer(),
    value: maybe(Type.Number()),
    tier: maybe(Type.String()),
    /** what search finds it by besides its id: SKUs, parcel and tracking ids (<= 20) */
    find: Type.Array(Type.String(), { maxItems: 20 }),
    shipTo: maybe(Type.Object({ city: maybe(Type.String()), country: maybe(Type.String()) })),
    placedAt: Instant,
  },
  { title: "Row" },
);
export type Row = Static<typeof Row>;

export const StageMetrics = Type.Object({
  wip: Type.Integer(),
  /** entries and exits in the last 30 minutes, as a rate per hour */
  inPerHour: Type.Number(),
  outPerHour: Type.Number(),
  /** dwell of the orders that left it in the last 24 h; null with none */
  p50Ms: nullable(Type.Integer()),
  p90Ms: nullable(Type.Integer()),
  /** when the stage would be empty at these rates; null = never */
  emptiesAt: nullable(Instant),
});
export type StageMetrics = Static<typeof StageMetrics>;

/** Incidents that are not resolved. */
export const IncidentMetrics = Type.Object({
  open: Type.Integer(),
  /** in none's hands and not shelved */
  unowned: Type.Integer(),
  acknowledged: Type.Integer(),
  shelved: Type.Integer(),
  bySeverity: Type.Record(Type.String(), Type.Integer()),
  /** age of the one that nobody has owned for longest; null when all are owned */
  unownedAgeMs: nullable(Type.Integer()),
});
export type IncidentMetrics = Static<typeof IncidentMetrics>;

export const LiveMetrics = Type.Object({
  at: Instant,
  open: Type.Integer(),
  severities: Type.Record(Type.String(), Type.Integer()),
  stages: Type.Record(Type.String(), StageMetrics),
  onHold: Type.Integer(),
  /** open, savable orders whose actBy is less than 30 minutes away */
  actWithin30Min: Type.Integer(),
  handedOverToday: Type.Integer(),
  /** hand-overs in the last 60 minutes */
  shippedPerHour: Type.Integer(),
  /** events on the dead-letter list, and events waiting for their order */
  deadLetters: Type.Integer(),
  waiting: Type.Integer(),
  /** events accepted and not yet applied */
  inboxLag: Type.Integer(),
  /** all orders ever closed here, by the stage they ended in, and how their promises ended */
  closed: Type.Record(Type.String(), Type.Integer()),
  incidents: maybe(IncidentMetrics),
  promises: Type.Object({
    shippedOnTime: Type.Integer(),
    shippedLate: Type.Integer(),
    deliveredOnTime: Type.Integer(),
    deliveredLate: Type.Integer(),
  }),
});
export type LiveMetrics = Static<typeof LiveMetrics>;

/** A truck: lost + savable + blind + safe = due. */
export const PickupState = Type.Object({
  id: Type.String(),
  carrier: Type.String(),
  at: Instant,
  due: Type.Integer(),
  safe: Type.Integer(),
  savable: Type.Integer(),
  lost: Type.Integer(),
  blind: Type.Integer(),
  notPacked: Type.Integer(),
});
export type PickupState = Static<typeof PickupState>;

export const SourceState = Type.Object({
  source: Type.String(),
  /** as the site calls it, for people: `3PL North` */
  name: maybe(Type.String()),
  ageMs: Type.Integer(),
  state: Type.Enum(["live", "silent"]),
  lastAt: maybe(Instant),
  silentAfterMs: maybe(Type.Integer()),
});
export type SourceState = Static<typeof SourceState>;

/** Changes of a site between two cursors; each id once, in its last state. */
export const BoardDelta = Type.Object({
  site: Type.String(),
  epoch: Type.String(),
  /** covers (from, to] */
  from: Type.Integer(),
  to: Type.Integer(),
  upserts: Type.Array(Row),
  removed: Type.Array(Type.String()),
  at: Instant,
});
export type BoardDelta = Static<typeof BoardDelta>;

/** Where a follower of a site's log stands. */
export type Cursor = { epoch: string; seq: number };
