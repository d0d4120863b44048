/** What people do to incidents are events of the inbox like all others: what each action becomes. */
import { createHash } from "node:crypto";
import type {
  IncidentAction,
  IncidentActionBody,
  NewIncident,
} from "../../domain/contract/incidents.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import type { IncidentEvent, IncidentEventType } from "../../domain/incidents/action.ts";
import type { Principal } from "../../domain/permissions.ts";
import { sourceOf } from "../orders/action-event.ts";

const TYPES: Record<IncidentAction, IncidentEventType> = {
  acknowledge: "incident.acknowledged",
  assign: "incident.assigned",
  shelve: "incident.shelved",
  unshelve: "incident.unshelved",
  resolve: "incident.resolved",
  noise: "incident.noise",
  comment: "incident.commented",
  escalate: "incident.escalated",
  play: "incident.played",
};

type Data = Record<string, unknown>;
const INSTANTS = ["until", "actBy"];

/** With moments as everything inside has them. */
function dataOf(body: object): Data {
  const data = { ...body } as Data;
  for (const name of INSTANTS)
    if (typeof data[name] === "string") data[name] = Date.parse(data[name]);
  return data;
}

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

export type Doing = { principal: Principal; site: string; id: string; now: number };

/** Its fingerprint leaves the time and the version out: the same action sent again is the same action. */
export function incidentEvent(type: IncidentEventType, data: Data, doing: Doing): InboxEvent {
  const { principal, site, id, now } = doing;
  const event = {
    id,
    source: sourceOf(principal),
    type,
    site,
    occurredAt: now,
    actor: principal.name,
    ...(principal.role !== undefined && { role: principal.role }),
    data,
  } as IncidentEvent;
  const { ifVersion: _version, ...said } = data;
  return { event, hash: digest([type, said]) };
}

export const incidentActionEvent = (
  name: IncidentAction,
  incident: string,
  body: IncidentActionBody,
  doing: Doing,
): InboxEvent => incidentEvent(TYPES[name], { incident, ...dataOf(body) }, doing);

export const openingEvent = (wish: NewIncident, doing: Doing): InboxEvent =>
  incidentEvent("incident.opened", dataOf(wish), doing);

export const undoEvent = (incident: string, event: string, doing: Doing): InboxEvent =>
  incidentEvent("incident.undone", { incident, event }, doing);
