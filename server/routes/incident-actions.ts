/** What people do to incidents: open one, act on one or on many, act on all orders of one. They answer as actions on orders do. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  INCIDENT_ACTION_BODIES,
  INCIDENT_ACTIONS,
  ManyIncidents,
  MEMBER_ACTION_BODIES,
  MEMBER_ACTIONS,
  NewIncident,
  type IncidentAction,
  type IncidentActionBody,
  type MemberAction,
} from "../../domain/contract/incidents.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { incidentActionEntry } from "../audit/incident-actions.ts";
import { checkBody } from "../check-body.ts";
import { incidentActionEvent, openingEvent } from "../incidents/action-event.ts";
import {
  checkIncidentVersion,
  isRefusal,
  settle,
  type ManyIncident,
  type Settled,
} from "../incidents/act.ts";
import { refuseStrangers } from "../incidents/addressees.ts";
import { actOnMembers } from "../incidents/act-on-members.ts";
import { findIncident } from "../incidents/find.ts";
import { IncidentPath, showIncident } from "../incidents/show.ts";
import { idempotencyKey, isRepeat, placeAudited, type Placed } from "../orders/act.ts";
import { actionId, sourceOf, type ActionBody } from "../orders/action-event.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { leaveBody } from "../plugins/validation.ts";
import { problem, problemDocument } from "../problem.ts";
import { siteOf } from "../site-of.ts";

type Query = Static<typeof SiteQuery>;
const NamedPath = Type.Object({
  ...IncidentPath.properties,
  name: Type.String({ maxLength: 32 }),
});
const ManyPath = Type.Object({ name: Type.String({ maxLength: 32 }) });

const noSuchAction = (name: string) =>
  problem("CT_ERR_NOT_FOUND", `There is no action ${name} on incidents.`);
const isOneOf = <T extends string>(names: readonly T[], name: string): name is T =>
  names.some((known) => known === name);

function actionOf(name: string): IncidentAction {
  if (isOneOf(INCIDENT_ACTIONS, name)) return name;
  throw noSuchAction(name);
}

const bodyOf = (name: IncidentAction, body: unknown): IncidentActionBody =>
  checkBody<IncidentActionBody>(INCIDENT_ACTION_BODIES[name], body ?? {});

type Prepared = { incident: Incident; entry: InboxEvent };

async function prepare(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string | undefined,
  id: string,
  name: IncidentAction,
  body: IncidentActionBody,
): Promise<Prepared> {
  const incident = await findIncident(app, request, site, id);
  const asker = { site: incident.site, self: request.principal.name };
  refuseStrangers(app, asker, name, body);
  const doing = {
    principal: request.principal,
    site: incident.site,
    id: actionId(idempotencyKey(request), `${incident.id}\u0000${name}`),
    now: app.now(),
  };
  const entry = incidentActionEvent(name, incident.id, body, doing);
  await checkIncidentVersion(app, request, incident, entry, body.ifVersion);
  return { incident, entry };
}

async function place(
  app: FastifyInstance,
  request: FastifyRequest,
  { incident, entry }: Prepared,
  name: string,
  body: object,
): Promise<Placed> {
  const { site } = incident;
  const input = incidentActionEntry(request, { site, name, incident, body, event: entry.event.id });
  return placeAudited(app, site, entry, input);
}

/** 200 with the incident once it was applied, else 202 with where its event stands. */
async function answer(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  site: string,
  placed: Placed,
  settled: Settled,
): Promise<object> {
  const [id] = settled.is === "applied" ? settled.incidents : [];
  if (id === undefined) return reply.code(202).send(placed);
  return { ...(await showIncident(app, request, site, id)), ...placed };
}

async function actOnOne(
  app: FastifyInstance,
  request: FastifyRequest<{ Params: { id: string }; Querystring: Query }>,
  reply: FastifyReply,
  name: IncidentAction,
): Promise<object> {
  const body = bodyOf(name, request.body);
  const { id } = request.params;
  const prepared = await prepare(app, request, request.query.site, id, name, body);
  const placed = await place(app, request, prepared, name, body);
  const { site } = prepared.incident;
  const settled = await settle(app, request, site, prepared.entry, placed, prepared.incident.id);
  return answer(app, request, reply, site, placed, settled);
}

/** Said or recorded by associates too: each an address of its own, with its own permission. */
function noting(app: FastifyInstance, name: "comment" | "play", summary: string): void {
  const operation: HttpOperation = `POST /api/v1/incidents/:id/${name}`;
  app.post<{ Params: Static<typeof IncidentPath>; Querystring: Query }>(
    `/api/v1/incidents/:id/${name}`,
    {
      config: { operation },
      schema: {
        params: IncidentPath,
        querystring: SiteQuery,
        body: INCIDENT_ACTION_BODIES[name],
        summary,
        tags: ["incidents"],
      },
      validatorCompiler: leaveBody,
    },
    async (request, reply) => actOnOne(app, request, reply, name),
  );
}

function acting(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof NamedPath>; Querystring: Query }>(
    "/api/v1/incidents/:id/:name",
    {
      config: { operation: "POST /api/v1/incidents/:id/:name" },
      schema: {
        params: NamedPath,
        querystring: SiteQuery,
        body: Type.Union(Object.values(INCIDENT_ACTION_BODIES)),
        summary: "acknowledge, assign, shelve, unshelve, resolve, noise or escalate an incident",
        tags: ["incidents"],
      },
      // one message for the body of this action instead of nine for those of all
      validatorCompiler: leaveBody,
    },
    async (request, reply) => actOnOne(app, request, reply, actionOf(request.params.name)),
  );
}

function opening(app: FastifyInstance): void {
  app.post<{ Querystring: Query; Body: NewIncident }>(
    "/api/v1/incidents",
    {
      config: { operation: "POST /api/v1/incidents" },
      schema: {
        querystring: SiteQuery,
        body: NewIncident,
        summary: "Open an incident for what no rule sees",
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const { site } = siteOf(app, request, request.query.site);
      const id = actionId(idempotencyKey(request), `open\u0000${site.id}`);
      const doing = { principal: request.principal, site: site.id, id, now: app.now() };
      const entry = openingEvent(request.body, doing);
      const what = { site: site.id, name: "open", body: request.body, event: id };
      const input = incidentActionEntry(request, what);
      const placed = await placeAudited(app, site.id, entry, input);
      const settled = await settle(app, request, site.id, entry, placed, null);
      return answer(app, request, reply, site.id, placed, settled);
    },
  );
}

async function oneOfMany(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  id: string,
  name: IncidentAction,
  body: IncidentActionBody,
): Promise<ManyIncident> {
  try {
    const prepared = await prepare(app, request, site, id, name, body);
    const placed = await place(app, request, prepared, name, body);
    const settled = await settle(app, request, site, prepared.entry, placed, id);
    const version = app.live.board(site)?.incidents.get(id)?.v;
    const status = settled.is === "applied" ? 200 : 202;
    return { id, status, ...placed, ...(version !== undefined && { version }) };
  } catch (error) {
    if (isRefusal(error)) return { id, status: error.statusCode, problem: problemDocument(error) };
    throw error;
  }
}

function actingOnMany(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof ManyPath>; Querystring: Query; Body: ManyIncidents }>(
    "/api/v1/incidents/actions/:name",
    {
      config: { operation: "POST /api/v1/incidents/actions/:name" },
      schema: {
        params: ManyPath,
        querystring: SiteQuery,
        body: ManyIncidents,
        summary: "The same action on up to 200 incidents; 207 says what came of each",
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const name = actionOf(request.params.name);
      const { ids, ...rest } = request.body;
      const body = bodyOf(name, rest);
      const { site } = siteOf(app, request, request.query.site);
      const items = await Promise.all(
        [...new Set(ids)].map(async (id) => oneOfMany(app, request, site.id, id, name, body)),
      );
      return reply.code(207).send({ items });
    },
  );
}

function actingOnMembers(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof NamedPath>; Querystring: Query }>(
    "/api/v1/incidents/:id/orders/:name",
    {
      config: { operation: "POST /api/v1/incidents/:id/orders/:name" },
      schema: {
        params: NamedPath,
        querystring: SiteQuery,
        body: Type.Union(Object.values(MEMBER_ACTION_BODIES)),
        summary: "hold, release, expedite or note all orders of an incident, undone as one",
        tags: ["incidents"],
      },
      validatorCompiler: leaveBody,
    },
    async (request) => {
      const { id, name } = request.params;
      if (!isOneOf(MEMBER_ACTIONS, name)) throw noSuchAction(`orders/${name}`);
      const member: MemberAction = name;
      const body = checkBody<ActionBody & { only?: string[] }>(
        MEMBER_ACTION_BODIES[member],
        request.body ?? {},
      );
      const incident = await findIncident(app, request, request.query.site, id);
      const event = actionId(idempotencyKey(request), `${incident.id}\u0000orders\u0000${member}`);
      const recorded = { event: { source: sourceOf(request.principal), id: event } };
      await checkIncidentVersion(app, request, incident, recorded, body.ifVersion);
      const what = { site: incident.site, name: `orders-${member}`, incident, body, event };
      if (!(await isRepeat(app, incident.site, recorded.event)))
        await app.audit.record(incidentActionEntry(request, what));
      return actOnMembers(app, request, { incident, name: member, body, id: event });
    },
  );
}

export function incidentActionRoutes(app: FastifyInstance): void {
  opening(app);
  noting(app, "comment", "Say something about an incident; who is mentioned is told");
  noting(app, "play", "Record a step of the playbook that was done");
  acting(app);
  actingOnMany(app);
  actingOnMembers(app);
}
