/**
 * An incident: one cause, one owner, one next step. Schema first, then type; all instants are epoch milliseconds.
 *
 * - It is opened by the system when a rule finds its cause, or by a person. `cause` names that cause for good: at most one incident that is not resolved has it, so an order
 *   stands in at most one incident of each cause.
 * - The machine opens and closes it, people own it. Its owner is who acknowledged it, until `ackUntil` at the latest; then nobody owns it again.
 * - `generation` rises whenever its ladder begins anew; with step and incident it names what was fired (`ladder.ts`).
 * - Its orders are kept apart (`incident-members`), the most urgent of them are named here.
 */
import { Type, type Static } from "typebox";
import { Instant } from "../names-and-times.ts";
import { ROLES } from "../permissions.ts";

const maybe = Type.Optional;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** What kind of cause it has; each is found by a rule of its own (`policies.ts`). */
export const INCIDENT_KINDS = [
  /** one order at risk or late that no common cause explains */
  "order_delay",
  /** many orders at risk or late, one cause: a carrier's truck, a SKU, a station ... */
  "common_cause",
  "pickup_endangered",
  "no_scan",
  "hold_ageing",
  "source_silent",
  /** handed to a provider that neither accepts nor tells anything */
  "tpl_silent",
  "damage",
  "quality_reject",
  "poison_events",
  "manual",
] as const;
export const IncidentKind = Type.Enum([...INCIDENT_KINDS]);
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** S1 is the gravest; what it takes stands in `severity.ts`. */
export const INCIDENT_SEVERITIES = ["S1", "S2", "S3", "S4"] as const;
export const IncidentSeverity = Type.Enum([...INCIDENT_SEVERITIES]);
export type IncidentSeverity = (typeof INCIDENT_SEVERITIES)[number];

/** `open`: nobody owns it. `acknowledged`: its owner answers for it until `ackUntil`. `shelved`: put away with a reason until a moment. */
export const INCIDENT_STATES = ["open", "acknowledged", "shelved", "resolved"] as const;
export const IncidentState = Type.Enum([...INCIDENT_STATES]);
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** Orders of an incident by how they stand; `orders` is all of them. */
export const MemberCounts = Type.Object({
  orders: Type.Integer(),
  atRisk: Type.Integer(),
  late: Type.Integer(),
  lost: Type.Integer(),
  blind: Type.Integer(),
});
export type MemberCounts = Static<typeof MemberCounts>;

/** A value that its orders share: `{name: "carrier", value: "DHL"}`. */
export const Attribute = Type.Object({ name: Type.String(), value: Type.String() });
export type Attribute = Static<typeof Attribute>;

/** Whom a step told, and what came of it, is kept apart by notice id (`notice.ts`). */
export const FiredStep = Type.Object({
  /** place in the ladder, from 0; the same step of another round or generation is another firing */
  step: Type.Integer(),
  round: Type.Integer(),
  generation: Type.Integer(),
  dueAt: Instant,
  firedAt: Instant,
  /** by hand, before it was due */
  by: maybe(Type.String()),
  /** fired more than a minute after it was due: the tower was down, or the site's escalation stood still */
  late: Type.Boolean(),
  /** whom it addresses, in words: `shift lead`, `channel #dock` */
  targets: Type.Array(Type.String()),
  /** names of the people it reached for, so that their pages know */
  people: Type.Array(Type.String()),
  /** roles it called, for the same reason; absent: none */
  roles: maybe(Type.Array(Type.Enum([...ROLES]))),
});
export type FiredStep = Static<typeof FiredStep>;

/** A step that fell due and told nobody, with why: its condition did not hold. */
export const PassedStep = Type.Object({
  step: Type.Integer(),
  round: Type.Integer(),
  generation: Type.Integer(),
  dueAt: Instant,
  at: Instant,
  why: Type.String(),
});
export type PassedStep = Static<typeof PassedStep>;

/** Where its escalation stands. `nextAt` null: nothing more will be fired unless something changes; `waits` says why in words. */
export const LadderState = Type.Object({
  ladder: Type.String(),
  version: Type.Integer(),
  /** next step, and how often the ladder was gone through before */
  step: Type.Integer(),
  round: Type.Integer(),
  /** when it began to count: opening, end of an acknowledgement, inactivity */
  since: Instant,
  nextAt: nullable(Instant),
  waits: maybe(Type.String()),
  /** it runs although somebody acknowledged: the owner did nothing for too long */
  idle: maybe(Type.Boolean()),
  fired: Type.Array(FiredStep),
  passedOver: maybe(Type.Array(PassedStep)),
});
export type LadderState = Static<typeof LadderState>;

export const TIMELINE_KINDS = [
  "opened",
  "reopened",
  "changed",
  "acknowledged",
  "assigned",
  "ack-expired",
  "comment",
  "shelved",
  "unshelved",
  "escalated",
  "played",
  "noise",
  "resolved",
] as const;
export const TimelineEntry = Type.Object({
  at: Instant,
  what: Type.Enum([...TIMELINE_KINDS]),
  /** who did it; absent when the system did */
  by: maybe(Type.String()),
  words: Type.String(),
  /** a comment addresses these people */
  mentions: maybe(Type.Array(Type.String())),
  /** id of the event that did it, so that it can be undone */
  event: maybe(Type.String()),
});
export type TimelineEntry = Static<typeof TimelineEntry>;
export const MAX_TIMELINE = 200;
export const MAX_NAMED_ORDERS = 20;

export const Shelved = Type.Object({
  by: Type.String(),
  at: Instant,
  reason: Type.String(),
  /** comes back then; at the latest when its cause is over */
  until: Instant,
});
export type Shelved = Static<typeof Shelved>;

export const Resolution = Type.Object({
  at: Instant,
  /** absent: it ended by itself */
  by: maybe(Type.String()),
  /** cause code as a person gave it, or `cleared` */
  code: Type.String(),
  words: Type.String(),
});

/** A step of its playbook that somebody did or recorded. */
export const PlayedStep = Type.Object({
  id: Type.String(),
  at: Instant,
  by: Type.String(),
  result: maybe(Type.String()),
});

export const Noise = Type.Object({ by: Type.String(), at: Instant });

/** What people can take back for a minute: the last thing that one of them changed, and how it was before. */
export const LastChange = Type.Object({
  event: Type.String(),
  by: Type.String(),
  at: Instant,
  before: Type.Object({
    state: IncidentState,
    owner: nullable(Type.String()),
    ackUntil: nullable(Instant),
    shelved: nullable(Shelved),
    noise: nullable(Noise),
  }),
});
export type LastChange = Static<typeof LastChange>;

export const Incident = Type.Object(
  {
    /** `INC-<n>`, counted by site */
    id: Type.String(),
    site: Type.String(),
    /** number of the commit that last changed it */
    v: Type.Integer(),
    kind: IncidentKind,
    /** identity of the cause, for machines */
    cause: Type.String(),
    /** the cause in the words of the floor */
    title: Type.String(),
    severity: IncidentSeverity,
    /** 0 to 100: what can still be saved, by hurry */
    priority: Type.Number(),
    /** value that can still be saved by minute of work; what the inbox is sorted by */
    savingRate: Type.Number(),
    state: IncidentState,
    openedAt: Instant,
    /** absent: the system */
    openedBy: maybe(Type.String()),
    changedAt: Instant,
    /** last moment at which acting still helps; null when nothing can be saved, or it is not about a promise */
    actBy: nullable(Instant),
    /** sum of the values of orders that can still be saved; null when no order has a value */
    valueAtStake: nullable(Type.Number()),
    counts: MemberCounts,
    /** the most urgent of its orders, at most 20 */
    orders: Type.Array(Type.String()),
    attributes: Type.Array(Attribute),
    /** silent sources it is about or depends on */
    sources: Type.Array(Type.String()),
    reasons: Type.Array(Type.String()),
    /** what to do, in words with a time; null when nothing is known to help */
    doThis: nullable(Type.String()),
    rule: Type.Object({ id: Type.String(), version: Type.Integer() }),
    /** what the rule saw when it last changed the incident */
    inputs: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
    owner: nullable(Type.String()),
    ackUntil: nullable(Instant),
    /** last time that a person or its cause did anything */
    activeAt: Instant,
    shelved: nullable(Shelved),
    resolution: nullable(Resolution),
    /** how often it came back after it was resolved */
    reopened: Type.Integer(),
    /** its cause was last seen then; it closes by itself when that is long enough ago */
    seenAt: Instant,
    generation: Type.Integer(),
    /** null where no ladder applies */
    ladder: nullable(LadderState),
    /** rings anew when more than this many orders are in it (design page 4.4) */
    announcedOrders: Type.Integer(),
    /** how grave it was when it last rang; absent: it never did */
    announcedSeverity: maybe(IncidentSeverity),
    played: Type.Array(PlayedStep),
    noise: nullable(Noise),
    /** tiers of its orders, as the shops name them */
    tiers: maybe(Type.Array(Type.String())),
    lastChange: maybe(LastChange),
    timeline: Type.Array(TimelineEntry),
  },
  { title: "Incident" },
);
export type Incident = Static<typeof Incident>;

/** What every incident begins with, whoever opened it and whatever it is about. */
export const asOpened = (now: number) => ({
  v: 0,
  state: "open" as const,
  openedAt: now,
  changedAt: now,
  owner: null,
  ackUntil: null,
  activeAt: now,
  shelved: null,
  resolution: null,
  reopened: 0,
  seenAt: now,
  generation: 0,
  ladder: null,
  announcedOrders: 0,
  played: [],
  noise: null,
});

export const isOpenIncident = ({ state }: Pick<Incident, "state">): boolean => state !== "resolved";

/** Its next moment: the first at which something about it falls due; null when only people or its cause can change it. */
export function nextMomentOf({ state, ackUntil, shelved, ladder }: Incident): number | null {
  if (state === "resolved") return null;
  const moments = [
    state === "acknowledged" ? ackUntil : null,
    state === "shelved" ? (shelved?.until ?? null) : null,
    ladder?.nextAt ?? null,
  ].filter((at) => at !== null);
  return moments.length === 0 ? null : Math.min(...moments);
}
