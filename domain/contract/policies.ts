/** The policies of a site over HTTP: read, tried, changed, rehearsed, carried to another installation as one file. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { IncidentKind } from "../incidents/incident.ts";
import { Policies } from "../incidents/policies.ts";
import { IF_VERSION } from "./sites.ts";

const maybe = Type.Optional;
const strict = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** What GET answers, changed. What only GET tells may come along and is not read. */
export const PoliciesChange = Type.Object(
  {
    ...IF_VERSION,
    site: maybe(Type.String()),
    policies: Policies,
    history: maybe(Type.Unknown()),
    thresholds: maybe(Type.Unknown()),
    warnings: maybe(Type.Unknown()),
    changes: maybe(Type.Unknown()),
  },
  strict,
);
export type PoliciesChange = Static<typeof PoliciesChange>;

export const PoliciesView = Type.Object(
  {
    site: Type.String(),
    /** 0: what holds while nobody decided */
    version: Type.Integer(),
    policies: Policies,
    history: Type.Array(
      Type.Object({
        version: Type.Integer(),
        /** only for those who may see people */
        by: maybe(Type.String()),
        at: WireInstant,
        words: Type.Array(Type.String()),
      }),
    ),
    /** thresholds that each rule has, with what holds by default at this site */
    thresholds: Type.Record(Type.String(), Type.Record(Type.String(), Type.Number())),
    /** what is allowed but probably not meant, in sentences */
    warnings: Type.Array(Type.String()),
    /** after a change, or what would change; in sentences */
    changes: Type.Array(Type.String()),
  },
  { title: "PoliciesView" },
);
export type PoliciesView = Static<typeof PoliciesView>;

/** The file of an export: what an import takes. */
export const PoliciesFile = Type.Object(
  {
    $schema: maybe(Type.String()),
    kind: Type.Literal("control-tower-policies"),
    site: maybe(Type.String()),
    version: maybe(Type.Integer()),
    exportedAt: maybe(WireInstant),
    policies: Policies,
  },
  { ...strict, title: "PoliciesFile" },
);
export type PoliciesFile = Static<typeof PoliciesFile>;

/** Over the last hours, at most as far as what is kept reaches. */
export const RehearsalRequest = Type.Object(
  { policies: Policies, hours: maybe(Type.Integer({ minimum: 1, maximum: 336 })) },
  strict,
);
export type RehearsalRequest = Static<typeof RehearsalRequest>;

export const RuleScore = Type.Object({
  raised: Type.Integer(),
  /** raised, and at least one of its orders missed (or the source was silent, the event was poison ...) */
  right: Type.Integer(),
  /** raised, and its outcome is not known yet: neither right nor wrong */
  undecided: Type.Integer(),
  /** from raising to the miss, of those that were right; null without one */
  medianLeadMin: nullable(Type.Number()),
  /** orders that missed and stood in none */
  missedUncovered: Type.Integer(),
  /** most in any 10 minutes */
  most10Min: Type.Integer(),
});
export type RuleScore = Static<typeof RuleScore>;

export const RehearsalView = Type.Object(
  {
    site: Type.String(),
    from: WireInstant,
    to: WireInstant,
    /** moments looked at, and orders seen in them */
    frames: Type.Integer(),
    orders: Type.Integer(),
    proposed: RuleScore,
    current: RuleScore,
    rules: Type.Array(Type.Object({ kind: IncidentKind, proposed: RuleScore, current: RuleScore })),
    /** `would have raised 61, 48 true, median 37 min early; the rules in force 112, 50, 21` */
    words: Type.String(),
    /** what it could not see, in sentences */
    limits: Type.Array(Type.String()),
  },
  { title: "Rehearsal" },
);
export type RehearsalView = Static<typeof RehearsalView>;
