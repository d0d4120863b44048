/** Doing what a link says, once, in the name of the person it was sent to: with what that person may now, not when it was sent. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { LinkClaims } from "../../domain/contract/links.ts";
import type { IncidentAction, IncidentActionBody } from "../../domain/contract/incidents.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { hasSite, may, type Principal } from "../../domain/permissions.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/wall-clock.ts";
import { incidentActionEntry } from "../audit/incident-actions.ts";
import { placeAudited } from "../orders/act.ts";
import { principalOf } from "../people/account.ts";
import { problem } from "../problem.ts";
import { settle } from "./act.ts";
import { incidentActionEvent } from "./action-event.ts";
import { noSuchIncident } from "./find.ts";
import type { OpenedLink } from "./links.ts";

const MOST_ACK_MS = 7 * DAY_MS;
/** remembered a little longer than the link could be used */
const BEYOND_MS = HOUR_MS;
/** a server that dies while it does it gives the link back after so long */
const DOING_MS = MINUTE_MS;

const isOver = () =>
  problem("CT_ERR_LINK_USED", "This link was used already, or is too old. Open the inbox.");

export type Found = { incident: Incident; principal: Principal; link: OpenedLink };

/** With what that person may now; null when they may not do this any more. */
function principalFor(app: FastifyInstance, { person, site }: LinkClaims): Principal | null {
  const account = app.users.get(person);
  if (account === undefined || account.disabled) return null;
  const principal = principalOf(account);
  return hasSite(principal, site) && may(principal, "incidents:act") ? principal : null;
}

/** @throws problem when the link is none of ours, over, or its person may not do this any more */
export async function findLinked(app: FastifyInstance, token: string): Promise<Found> {
  const link = app.links.open(token);
  if (link === null) throw isOver();
  const { site, incident: id, person, until } = link.claims;
  if (app.now() >= until || (await app.incidents.isUsed(link.signature))) throw isOver();
  const principal = principalFor(app, link.claims);
  if (principal === null) throw problem("CT_ERR_FORBIDDEN", `${person} may not do this any more.`);
  const incident = app.live.board(site)?.incidents.get(id) ?? (await app.incidents.past(site, id));
  if (incident === null) throw noSuchIncident();
  return { incident, principal, link };
}

function bodyOf(
  { action, person }: LinkClaims,
  { actBy }: Incident,
  now: number,
): IncidentActionBody {
  if (action === "shelve") {
    const until = new Date(now + HOUR_MS).toISOString();
    return { reason: "shelved for an hour from a message", until };
  }
  if (action === "acknowledge") return {};
  const isAhead = actBy !== null && actBy > now && actBy - now <= MOST_ACK_MS;
  return { assignee: person, ...(isAhead && { until: new Date(actBy).toISOString() }) };
}

/** Of two that use the same link one does it; what did not happen gives the link back. */
export async function useLink(
  app: FastifyInstance,
  request: FastifyRequest,
  { incident, principal, link }: Found,
): Promise<void> {
  const { claims, signature } = link;
  const now = app.now();
  if (!(await app.incidents.useOnce(signature, DOING_MS))) throw isOver();
  const { site } = incident;
  const name: IncidentAction = claims.action;
  // the same for the same link: what was applied once is not applied again, whatever is forgotten
  const id = `link-${signature.slice(0, 32)}`;
  const body = bodyOf(claims, incident, now);
  const entry = incidentActionEvent(name, incident.id, body, { principal, site, id, now });
  request.principal = principal;
  const input = incidentActionEntry(request, { site, name, incident, body, event: id });
  try {
    const why = `link of notice ${claims.notice}`;
    const placed = await placeAudited(app, site, entry, { ...input, why });
    await settle(app, request, site, entry, placed, incident.id);
  } catch (error) {
    await app.incidents.unuse(signature).catch(() => undefined);
    throw error;
  }
  // done is done: used again it would be the same event, which is taken once
  await app.incidents.keepUsed(signature, claims.until - now + BEYOND_MS).catch(() => undefined);
}
