/**
 * What people do to incidents. An action is an event like all others: it goes through the site's inbox, is applied once, in the order of arrival, and can be explained afterwards.
 * It is never posted through `POST /api/v1/events`; the server makes it from `POST /api/v1/incidents/...`.
 */
import { Type, type Static } from "typebox";
import { Instant, OutsideId } from "../names-and-times.ts";
import type { Role } from "../permissions.ts";
import { IncidentSeverity } from "./incident.ts";

const strict = { additionalProperties: false } as const;
const maybe = Type.Optional;
const Person = Type.String({ minLength: 1, maxLength: 64 });
const prose = (maxLength: number) => Type.String({ minLength: 1, maxLength });
/** `ifVersion`: only as long as the incident is at this version of it (`v`) */
const incident = {
  incident: Type.String({ minLength: 1, maxLength: 64 }),
  ifVersion: maybe(Type.Integer({ minimum: 0 })),
};

/** `force`: take it although somebody else owns it; their name is kept in the timeline. */
export const incidentData = {
  "incident.opened": Type.Object(
    {
      title: prose(200),
      orders: Type.Array(OutsideId, { maxItems: 500 }),
      severity: maybe(IncidentSeverity),
      comment: maybe(prose(4_096)),
      actBy: maybe(Instant),
    },
    strict,
  ),
  /** `until` absent: half of the slack that is left */
  "incident.acknowledged": Type.Object(
    {
      ...incident,
      until: maybe(Instant),
      comment: maybe(prose(4_096)),
      force: maybe(Type.Boolean()),
    },
    strict,
  ),
  /** null: nobody owns it any more */
  "incident.assigned": Type.Object(
    {
      ...incident,
      assignee: Type.Union([Person, Type.Null()]),
      until: maybe(Instant),
      comment: maybe(prose(4_096)),
      force: maybe(Type.Boolean()),
    },
    strict,
  ),
  "incident.shelved": Type.Object({ ...incident, reason: prose(1_000), until: Instant }, strict),
  "incident.unshelved": Type.Object({ ...incident, comment: maybe(prose(4_096)) }, strict),
  "incident.resolved": Type.Object(
    {
      ...incident,
      code: Type.String({ minLength: 1, maxLength: 64 }),
      comment: maybe(prose(4_096)),
    },
    strict,
  ),
  /** it should never have been raised: counts against the precision of its rule */
  "incident.noise": Type.Object({ ...incident, comment: maybe(prose(4_096)) }, strict),
  "incident.commented": Type.Object(
    { ...incident, text: prose(4_096), mentions: maybe(Type.Array(Person, { maxItems: 20 })) },
    strict,
  ),
  /** fires the next step of its ladder now */
  "incident.escalated": Type.Object({ ...incident, reason: prose(1_000) }, strict),
  /** a step of the playbook that somebody did or recorded */
  "incident.played": Type.Object(
    {
      ...incident,
      step: Type.String({ minLength: 1, maxLength: 64 }),
      result: maybe(prose(1_000)),
    },
    strict,
  ),
  /** takes an action back */
  "incident.undone": Type.Object({ ...incident, event: OutsideId }, strict),
  /** ownership of these moves in one step at the end of a shift; both signed it */
  "incident.handed_over": Type.Object(
    {
      incidents: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 2_000 }),
      from: Person,
      to: Person,
      handover: Type.String({ maxLength: 64 }),
    },
    strict,
  ),
};
export type IncidentEventType = keyof typeof incidentData;
export const INCIDENT_EVENT_TYPES = Object.keys(incidentData) as IncidentEventType[];
export const isIncidentEventType = (type: string): type is IncidentEventType =>
  Object.hasOwn(incidentData, type);
export type IncidentData = { [T in IncidentEventType]: Static<(typeof incidentData)[T]> };

type Envelope<T extends IncidentEventType> = {
  id: string;
  /** `people/<name>` (`PEOPLE_SOURCE`) or that of a machine key */
  source: string;
  type: T;
  site: string;
  /** epoch ms */
  occurredAt: number;
  /** who */
  actor: string;
  /** shelving past the promise takes a lead */
  role?: Role;
  data: IncidentData[T];
};
/** Opened by a person, or done to one that is there (several at a handover). */
export type IncidentEvent = { [T in IncidentEventType]: Envelope<T> }[IncidentEventType];

export const isIncidentEvent = (event: { type: string }): event is IncidentEvent =>
  isIncidentEventType(event.type);
