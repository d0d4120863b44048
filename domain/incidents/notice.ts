/**
 * What is to be told to people about an incident: written by the commit that changed it, into the outbox, under an id that is always the same. Who that is by name, and by which ways,
 * is found when it is sent: people's own rules and duty schedules decide it then.
 */
import { Type, type Static } from "typebox";
import { Instant } from "../names-and-times.ts";
import { ROLES } from "../permissions.ts";
import { IncidentKind, IncidentSeverity } from "./incident.ts";
import { Target } from "./policies.ts";

export const NOTICE_REASONS = [
  "escalated",
  "assigned",
  "mentioned",
  "ack-expired",
  "returned",
  "worse",
  "flood",
  "handover",
] as const;

export const Notice = Type.Object(
  {
    /** hash of site, incident, generation, round, step (or what else was the reason) */
    id: Type.String(),
    site: Type.String(),
    incident: Type.String(),
    why: Type.Enum([...NOTICE_REASONS]),
    at: Instant,
    targets: Type.Array(Target),
    /** by name, besides the targets: an assignee, who was mentioned */
    people: Type.Array(Type.String()),
    important: Type.Boolean(),
    /** what the message says is taken from these, as they were */
    title: Type.String(),
    severity: IncidentSeverity,
    kind: IncidentKind,
    actBy: Type.Union([Instant, Type.Null()]),
    orders: Type.Integer(),
    /** carriers that it is about; absent: not about carriers */
    carriers: Type.Optional(Type.Array(Type.String())),
    doThis: Type.Union([Type.String(), Type.Null()]),
    words: Type.String(),
    step: Type.Optional(Type.Integer()),
    round: Type.Optional(Type.Integer()),
    generation: Type.Integer(),
    /** it fell due long before it was fired: those of one group go to a person as one message */
    group: Type.Optional(Type.String()),
    /** the others of the step are told although somebody has acknowledged meanwhile */
    multiAck: Type.Optional(Type.Boolean()),
    /** people of these roles are flooded with alarms since then, and this can wait: they are not called */
    heldFor: Type.Optional(
      Type.Object({ roles: Type.Array(Type.Enum([...ROLES])), since: Instant }),
    ),
  },
  { title: "Notice" },
);
export type Notice = Static<typeof Notice>;
