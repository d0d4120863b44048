/** The answer to "why was this not escalated?" for any order, open or over. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EscalationAnswer } from "../../domain/contract/incidents.ts";
import { escalationAnswer } from "../../domain/incidents/escalation-answer.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { audienceOf } from "../audience.ts";
import { findOrder, showOrder, type FoundOrder } from "../orders/read-detail.ts";
import { problem } from "../problem.ts";
import { siteFloodSince } from "./alarms.ts";
import { toldOf } from "./ladder-view.ts";

/** The incident that it stands in, or stood in last. */
export async function incidentOfOrder(
  app: FastifyInstance,
  site: string,
  order: string,
): Promise<Incident | null> {
  const board = app.live.board(site);
  const id = board?.rows.get(order)?.incident ?? (await app.incidents.ofOrder(site, order));
  if (id === null) return null;
  return board?.incidents.get(id) ?? (await app.incidents.past(site, id));
}

function endedWords(app: FastifyInstance, request: FastifyRequest, found: FoundOrder): string {
  return showOrder(app, request, found).stage.replaceAll("_", " ");
}

export async function explainEscalation(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<EscalationAnswer> {
  const found = await findOrder(app, request, asked, id);
  const policy = app.sites.get(found.site);
  if (policy === undefined) throw problem("CT_ERR_NOT_FOUND", "There is no such order for you.");
  const seesPeople = audienceOf(request.principal) === "full";
  const incident = await incidentOfOrder(app, found.site, id);
  const [{ policies }, notices, floodSince] = await Promise.all([
    app.policyDesk.current(policy.site),
    seesPeople && incident !== null ? app.incidents.notices(found.site, incident.id) : {},
    siteFloodSince(app, found.site),
  ]);
  const row = app.live.board(found.site)?.rows.get(id) ?? null;
  const answer = escalationAnswer({
    site: policy.site,
    policies,
    now: app.now(),
    row,
    ...(row === null && { ended: endedWords(app, request, found) }),
    incident,
    told: toldOf(notices).toSorted((a, b) => a.at - b.at),
    floodSince,
    seesPeople,
  });
  return {
    order: id,
    site: found.site,
    at: new Date(app.now()).toISOString(),
    incident: incident?.id ?? null,
    escalated: answer.escalated,
    words: answer.words,
    facts: answer.facts.map(({ at, ...fact }) => ({
      ...fact,
      ...(at !== undefined && { at: new Date(at).toISOString() }),
    })),
  };
}
