/**
 * Carrying an action on an incident out: checked against its version, written into the audit, appended to the inbox, waited for until it is applied, and answered with what became of it.
 * Whether it may be done as the incident stands, and on the version it was decided on, is decided where it is applied, so that of two people who claim at the same moment one is refused.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EventFate } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { isErrorCode } from "../../domain/errors.ts";
import { anotherVersion } from "../../domain/incidents/act.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { audienceOf } from "../audience.ts";
import { deadLettered, isAppliedSoon, isRepeat, type Placed } from "../orders/act.ts";
import { isProblem, problem, type ProblemError } from "../problem.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Who has it now and until when, for whoever may see people. */
function standing(request: FastifyRequest, incident: Incident | undefined) {
  if (incident === undefined) return {};
  const { v, owner, ackUntil, state } = incident;
  const isFull = audienceOf(request.principal) === "full";
  return { version: v, state, owner: isFull ? owner : null, ackUntil: iso(ackUntil) };
}

/** Throws 409 with who has it now, until when, and its version. */
export async function checkIncidentVersion(
  app: FastifyInstance,
  request: FastifyRequest,
  incident: Incident,
  entry: { event: Pick<InboxEvent["event"], "source" | "id"> },
  ifVersion: number | undefined,
): Promise<void> {
  if (ifVersion === undefined || ifVersion === incident.v) return;
  // the same action once more: it is its own change that moved the version
  if (await isRepeat(app, incident.site, entry.event)) return;
  const detail = anotherVersion(ifVersion, incident.id, incident.v);
  throw problem("CT_ERR_CONFLICT", detail, { members: standing(request, incident) });
}

/** A mistake that only the rules see begins with the field that it is about: `until: this moment has passed.` */
function fieldErrors(code: string, message: string) {
  const field = code === "CT_ERR_INVALID" ? /^(\w+): /.exec(message)?.[1] : undefined;
  if (field === undefined) return {};
  return {
    errors: [{ index: 0, path: `/${field}`, message: `body ${message.slice(field.length + 2)}` }],
  };
}

function refusedBy(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  id: string | null,
  fate: EventFate,
): ProblemError {
  const now = id === null ? undefined : app.live.board(site)?.incidents.get(id);
  const code = isErrorCode(fate.code) ? fate.code : "CT_ERR_CONFLICT";
  const message = fate.reason ?? "It could not be done as the incident stands.";
  const members = code === "CT_ERR_CONFLICT" ? { members: standing(request, now) } : {};
  return problem(code, message, { ...members, ...fieldErrors(code, message) });
}

/** `applied`: the incidents that it changed. `soon`: on disk, and applied in a moment. */
export type Settled = { is: "applied"; incidents: string[] } | { is: "soon" };

/** @throws problem when it was refused where it was applied */
export async function settle(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  entry: InboxEvent,
  placed: Placed,
  incident: string | null,
): Promise<Settled> {
  if (!(await isAppliedSoon(app, site, placed.position))) return { is: "soon" };
  const fate = await app.inbox.fate(site, entry.event.source, entry.event.id);
  if (fate === null || fate.state === "accepted") return { is: "soon" };
  if (fate.state === "refused") throw refusedBy(app, request, site, incident, fate);
  if (fate.state === "dead-letter") throw deadLettered(fate);
  const own = incident === null ? [] : [incident];
  return { is: "applied", incidents: fate.incidents ?? own };
}

export type ManyIncident =
  | { id: string; status: 200 | 202; event: string; position: string; version?: number }
  | { id: string; status: number; problem: object };

export const isRefusal = (error: unknown): error is ProblemError =>
  isProblem(error) && error.statusCode < 500;
