/** How many alarms reached whom (design: at most one in 10 minutes for a person; more than 10 in 10 minutes is a flood), and what the auditor of the ladders found. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { IncidentKind } from "../incidents/incident.ts";

const PersonLoad = Type.Object({
  person: Type.String(),
  last10Min: Type.Integer(),
  lastHour: Type.Integer(),
  /** of the last 24 hours: 10-minute windows with more than 10, of all */
  floodedWindows: Type.Integer(),
  windows: Type.Integer(),
  perHour: Type.Array(Type.Integer(), {
    description: "alarms in each of the last 24 hours, oldest first",
  }),
  state: Type.Enum(["ok", "busy", "flood"]),
  /** since when the flood lasts */
  floodSince: Type.Union([WireInstant, Type.Null()]),
  words: Type.String(),
});
export type PersonLoad = Static<typeof PersonLoad>;

/** `GET /alarm-load`: one's own, and for leads everybody's and the rules that cost the most attention. */
export const AlarmLoad = Type.Object(
  {
    site: Type.String(),
    at: WireInstant,
    budget: Type.Object({ per10Min: Type.Integer(), floodAbove: Type.Integer() }),
    own: PersonLoad,
    people: Type.Optional(Type.Array(PersonLoad)),
    rules: Type.Optional(
      Type.Array(
        Type.Object({
          kind: IncidentKind,
          alarms: Type.Integer(),
          share: Type.Number(),
          /** marked as noise, of those that were resolved */
          noise: Type.Integer(),
          resolved: Type.Integer(),
          /** another threshold that would have cost less; null when none is known to */
          proposal: Type.Union([
            Type.Object({
              threshold: Type.String(),
              now: Type.Number(),
              proposed: Type.Number(),
              words: Type.String(),
            }),
            Type.Null(),
          ]),
        }),
      ),
    ),
  },
  { title: "AlarmLoad" },
);
export type AlarmLoad = Static<typeof AlarmLoad>;

const Fault = Type.Object({ incident: Type.String(), dueAt: WireInstant });

/** `GET /escalation-audit`: what was due against what was fired, compared every minute. */
export const EscalationAuditView = Type.Object(
  {
    site: Type.String(),
    /** null: it did not run yet */
    at: Type.Union([WireInstant, Type.Null()]),
    due: Type.Integer({ description: "steps that fell due since it looked before" }),
    fired: Type.Integer(),
    missed: Type.Array(Fault),
    doubled: Type.Array(Fault),
    words: Type.String(),
  },
  { additionalProperties: true, title: "EscalationAudit" },
);
export type EscalationAuditView = Static<typeof EscalationAuditView>;
