/**
 * What a site has decided about its incidents, as data: which rules find them, up which ladder they go, who is on duty, when nothing is escalated. One document a site, versioned as a
 * whole; an incident keeps the version of rule and ladder that it was opened and is escalated under. Wall-clock times are local to the site.
 */
import { Type, type Static } from "typebox";
import { SiteId, WireInstant } from "../names-and-times.ts";
import { ROLES } from "../permissions.ts";
import { WallTime, Weekday } from "../local-time.ts";
import {
  IncidentKind,
  IncidentSeverity,
  INCIDENT_KINDS,
  type IncidentKind as Kind,
} from "./incident.ts";
import { THRESHOLDS } from "./thresholds.ts";

const strict = { additionalProperties: false } as const;
const maybe = Type.Optional;
const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" });
const Name = Type.String({ minLength: 1, maxLength: 255 });
const Person = Type.String({ minLength: 1, maxLength: 64 });
const Days = Type.Array(Weekday, { minItems: 1, maxItems: 7, uniqueItems: true });
const minutes = (minimum: number, maximum: number) => Type.Number({ minimum, maximum });

export const Rule = Type.Object(
  {
    kind: IncidentKind,
    enabled: Type.Boolean(),
    /** only those that differ from what holds by default */
    thresholds: maybe(
      Type.Record(Type.String({ maxLength: 64 }), Type.Number({ minimum: 0, maximum: 1e6 })),
    ),
  },
  strict,
);
export type Rule = Static<typeof Rule>;

export const Target = Type.Union([
  Type.Object({ to: Type.Literal("owner") }, strict),
  Type.Object({ to: Type.Literal("role"), role: Type.Enum([...ROLES]) }, strict),
  Type.Object({ to: Type.Literal("person"), name: Person }, strict),
  Type.Object({ to: Type.Literal("duty"), schedule: Id }, strict),
  Type.Object({ to: Type.Literal("channel"), channel: Id }, strict),
  Type.Object({ to: Type.Literal("wall") }, strict),
  Type.Object({ to: Type.Literal("webhooks") }, strict),
]);
export type Target = Static<typeof Target>;

/** All of it must hold when the step falls due; a step whose condition does not hold is passed over, and said so. */
export const Condition = Type.Object(
  {
    days: maybe(Days),
    from: maybe(WallTime),
    /** at or before `from`: over midnight */
    to: maybe(WallTime),
    severities: maybe(Type.Array(IncidentSeverity, { minItems: 1 })),
    /** acting helps for at most so long */
    minutesToActBy: maybe(minutes(0, 100_000)),
    minimumValue: maybe(Type.Number({ minimum: 0 })),
    tiers: maybe(Type.Array(Type.String({ maxLength: 64 }), { minItems: 1 })),
    /** at least so many incidents were opened here within so many minutes */
    countInWindow: maybe(
      Type.Object(
        { count: Type.Integer({ minimum: 1, maximum: 1000 }), minutes: minutes(1, 1_440) },
        strict,
      ),
    ),
  },
  strict,
);
export type Condition = Static<typeof Condition>;

/** So long after the step before, or after the ladder began: fixed minutes, or a share of the slack that was left then, kept within bounds. */
export const Wait = Type.Union([
  Type.Object({ minutes: minutes(0, 9_000) }, strict),
  Type.Object(
    {
      slackShare: Type.Number({ minimum: 0.05, maximum: 1 }),
      atLeastMin: minutes(0, 9_000),
      atMostMin: maybe(minutes(0, 9_000)),
    },
    strict,
  ),
]);
export type Wait = Static<typeof Wait>;

export const LadderStep = Type.Object(
  {
    wait: Wait,
    targets: Type.Array(Target, { minItems: 1, maxItems: 10 }),
    condition: maybe(Condition),
    /** picks each person's loud profile */
    important: maybe(Type.Boolean()),
    /** goes on telling the others of this step after the first acknowledged */
    multiAck: maybe(Type.Boolean()),
    /** `resolve`: an acknowledgement does not stop it */
    stopOn: maybe(Type.Enum(["acknowledge", "resolve"])),
  },
  strict,
);
export type LadderStep = Static<typeof LadderStep>;

export const OFF_HOURS = ["continue", "hold_until_open", "next_role"] as const;
export const Ladder = Type.Object(
  {
    id: Id,
    name: Name,
    description: maybe(Type.String({ maxLength: 1_000 })),
    /** for which incidents; the first ladder that fits counts. Absent: all */
    severities: maybe(Type.Array(IncidentSeverity, { minItems: 1, uniqueItems: true })),
    kinds: maybe(Type.Array(IncidentKind, { minItems: 1, uniqueItems: true })),
    steps: Type.Array(LadderStep, { minItems: 1, maxItems: 20 }),
    /** gone through again so often */
    repeat: Type.Integer({ minimum: 0, maximum: 5 }),
    /** default: half of the slack that is left, 5 minutes to 7 days */
    reEscalateAfterAckMin: maybe(minutes(5, 10_080)),
    reEscalateAfterInactivityMin: maybe(minutes(5, 10_080)),
    /** outside the site's shifts */
    offHours: Type.Enum([...OFF_HOURS]),
  },
  strict,
);
export type Ladder = Static<typeof Ladder>;

/** Who is on duty: by shift of the site or by times of the day, until somebody else is put in for a while. */
export const DutySchedule = Type.Object(
  {
    id: Id,
    name: Name,
    /** whoever has it when nobody below is on duty */
    role: maybe(Type.Enum([...ROLES])),
    turns: Type.Array(
      Type.Object(
        {
          days: Days,
          /** name of one of the site's shifts, or from and to */
          shift: maybe(Id),
          from: maybe(WallTime),
          to: maybe(WallTime),
          /** in this order, one a week, the first in the week of `rotateFrom`; one person: always */
          people: Type.Array(Person, { minItems: 1, maxItems: 50 }),
          rotateFrom: maybe(Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })),
        },
        strict,
      ),
      { maxItems: 200 },
    ),
    overrides: maybe(
      Type.Array(
        Type.Object(
          {
            from: WireInstant,
            to: WireInstant,
            person: Person,
            reason: maybe(Type.String({ maxLength: 255 })),
          },
          strict,
        ),
        { maxItems: 200 },
      ),
    ),
  },
  strict,
);
export type DutySchedule = Static<typeof DutySchedule>;

/** Planned work: meanwhile nothing of these kinds is escalated; it goes on afterwards. */
export const Maintenance = Type.Object(
  {
    id: Id,
    from: WireInstant,
    to: WireInstant,
    reason: Type.String({ minLength: 1, maxLength: 255 }),
    kinds: maybe(Type.Array(IncidentKind, { minItems: 1, uniqueItems: true })),
  },
  strict,
);
export type Maintenance = Static<typeof Maintenance>;

export const Policies = Type.Object(
  {
    rules: Type.Array(Rule, { maxItems: INCIDENT_KINDS.length }),
    ladders: Type.Array(Ladder, { maxItems: 50 }),
    schedules: maybe(Type.Array(DutySchedule, { maxItems: 50 })),
    maintenance: maybe(Type.Array(Maintenance, { maxItems: 100 })),
  },
  { ...strict, title: "Policies" },
);
export type Policies = Static<typeof Policies>;

/** The policies of a site as they are kept; the newest changes first. Version 0: what holds while nobody decided. */
export const StoredPolicies = Type.Object({
  site: SiteId,
  version: Type.Integer(),
  policies: Policies,
  history: Type.Array(
    Type.Object({
      version: Type.Integer(),
      by: Type.String(),
      at: Type.Integer(),
      words: Type.Array(Type.String()),
    }),
  ),
});
export type StoredPolicies = Static<typeof StoredPolicies>;

const ALWAYS = { atLeastMin: 3, atMostMin: 15 } as const;
/** Owner and wall at once; a quarter of the slack later the coordinators, at half the lead, at three quarters the administrators and whoever listens outside. */
export const DEFAULT_LADDER: Ladder = {
  id: "default",
  name: "By what is left of the time",
  repeat: 2,
  offHours: "hold_until_open",
  reEscalateAfterInactivityMin: 30,
  steps: [
    { wait: { minutes: 0 }, targets: [{ to: "owner" }, { to: "wall" }, { to: "webhooks" }] },
    { wait: { slackShare: 0.25, ...ALWAYS }, targets: [{ to: "role", role: "coordinator" }] },
    {
      wait: { slackShare: 0.25, atLeastMin: 3 },
      targets: [{ to: "role", role: "lead" }],
      important: true,
    },
    {
      wait: { slackShare: 0.25, atLeastMin: 3 },
      targets: [{ to: "role", role: "admin" }],
      important: true,
    },
  ],
};

/** What is grave does not wait until somebody opens the site (design page 4.8). */
export const GRAVE_LADDER: Ladder = {
  ...DEFAULT_LADDER,
  id: "grave",
  name: "Grave, at any hour, by what is left of the time",
  severities: ["S1", "S2"],
  offHours: "continue",
};

export const DEFAULT_POLICIES: Policies = {
  rules: INCIDENT_KINDS.map((kind) => ({ kind, enabled: true })),
  ladders: [GRAVE_LADDER, DEFAULT_LADDER],
};

export const ruleOf = ({ rules }: Policies, kind: Kind): Rule =>
  rules.find((rule) => rule.kind === kind) ?? { kind, enabled: true };

/** The thresholds of a rule, its own before those of its kind. */
export function thresholdsOf<K extends Kind>(
  policies: Policies,
  kind: K,
): Record<keyof (typeof THRESHOLDS)[K], number> {
  return { ...THRESHOLDS[kind], ...ruleOf(policies, kind).thresholds } as Record<
    keyof (typeof THRESHOLDS)[K],
    number
  >;
}
