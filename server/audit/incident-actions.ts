/**
 * What an action on an incident leaves in the audit log: who owned it and in which state before, what was asked for. Text that somebody typed is not copied: nothing is ever taken out
 * of the chain, and it may name a customer. It stands in the event, which the entry names.
 */
import type { FastifyRequest } from "fastify";
import type { AuditInput } from "../../domain/contract/audit.ts";
import type { Incident } from "../../domain/incidents/incident.ts";

/** Fields whose text is only counted. */
const TYPED: ReadonlySet<string> = new Set(["comment", "text", "reason", "result", "title"]);

function asked(body: object): Record<string, unknown> {
  const fields = Object.entries(body).filter(([name]) => name !== "ifVersion");
  return Object.fromEntries(
    fields.map(([name, value]) =>
      TYPED.has(name) ? [name, { characters: String(value).length }] : [name, value],
    ),
  );
}

type Doing = { site: string; name: string; incident?: Incident; body: object; event: string };

export function incidentActionEntry(
  { principal, ip }: FastifyRequest,
  { site, name, incident, body, event }: Doing,
): AuditInput {
  const before =
    incident === undefined
      ? undefined
      : { state: incident.state, owner: incident.owner, ackUntil: incident.ackUntil };
  return {
    who: principal.name,
    where: ip,
    what: `incident.${name}`,
    site,
    ...(incident !== undefined && { subject: incident.id }),
    ...(before !== undefined && { before }),
    after: { ...asked(body), event },
  };
}

export const incidentUndo = (
  { principal, ip }: FastifyRequest,
  { site, incident, undone }: { site: string; incident: string; undone: string },
): AuditInput => ({
  who: principal.name,
  where: ip,
  what: "incident.undo",
  site,
  subject: incident,
  after: { undoes: undone },
});
