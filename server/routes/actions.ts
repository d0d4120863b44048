/** What people do to orders: one, many at once, and taking it back. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import { OutsideId } from "../../domain/names-and-times.ts";
import type { AuditInput } from "../../domain/contract/audit.ts";
import { notDone, orderAction, orderUndo } from "../audit/order-actions.ts";
import {
  deadLettered,
  idempotencyKey,
  isAppliedSoon,
  isRepeat,
  placeAudited,
  prepare,
  type Did,
  type Placed,
} from "../orders/act.ts";
import {
  ACTION_BODIES,
  actionEvent,
  isAction,
  sourceOf,
  type ActionBody,
} from "../orders/action-event.ts";
import type { EventFate } from "../../domain/contract/ingest.ts";
import { incidentUndo } from "../audit/incident-actions.ts";
import { findBatch, undoBatch, type Batch } from "../incidents/act-on-members.ts";
import { actOnMany } from "../orders/act-on-many.ts";
import { OrderPath, SiteQuery } from "../orders/order-path.ts";
import { undoEvent } from "../incidents/action-event.ts";
import { settle } from "../incidents/act.ts";
import { showIncident } from "../incidents/show.ts";
import { findOrder, readDetail, type Shown } from "../orders/read-detail.ts";
import { isProblem, problem } from "../problem.ts";
import { noSuchSite, siteOf, sitesOf } from "../site-of.ts";
import { checkBody } from "../check-body.ts";
import { leaveBody } from "../plugins/validation.ts";

const UNDO_WITHIN_MS = 60_000;
const MOST_ORDERS = 500;

const ActionPath = Type.Object({ ...OrderPath.properties, name: Type.String({ maxLength: 32 }) });
const ManyPath = Type.Object({ name: Type.String({ maxLength: 32 }) });
const Many = Type.Object(
  { ids: Type.Array(OutsideId, { minItems: 1, maxItems: MOST_ORDERS }) },
  { additionalProperties: true },
);
const UndoPath = Type.Object({ eventId: OutsideId });
type Query = Static<typeof SiteQuery>;

function actionOf(name: string): ActionName {
  if (isAction(name)) return name;
  throw problem("CT_ERR_NOT_FOUND", `There is no action ${name}.`);
}

const bodyOf = (name: ActionName, body: unknown): ActionBody =>
  checkBody<ActionBody>(ACTION_BODIES[name], body ?? {});

/** The order as it is now; undefined for one whose receipt was just taken back: it waits for another and cannot be shown. */
async function detailNow(
  app: FastifyInstance,
  request: FastifyRequest,
  { site, orderId }: { site: string; orderId: string },
): Promise<Shown | undefined> {
  try {
    return await readDetail(app, request, site, orderId);
  } catch (error) {
    if (isProblem(error) && error.code === "CT_ERR_ORDER_WAITING") return undefined;
    throw error;
  }
}

/** What the action did: the order may have been past it when it was applied. */
function effectOf({ events }: Shown, { event }: Placed): Did {
  const entry = events.find(({ id }) => id === event);
  return entry === undefined ? {} : { effect: entry.effect, reason: entry.words };
}

/** @throws problem when the order could not take it: it is no event of the order then, and was written down as done */
async function refuseDead(
  app: FastifyInstance,
  { principal }: FastifyRequest,
  { site, input }: { site: string; input: AuditInput },
  { event }: Placed,
): Promise<void> {
  const fate = await app.inbox.fate(site, sourceOf(principal), event);
  if (fate?.state !== "dead-letter") return;
  const refusal = deadLettered(fate);
  await app.audit.record(notDone(input, refusal.code)).catch(() => undefined);
  throw refusal;
}

/** 200 with the order and what the action did once it was applied, else 202 with where its event stands. */
async function answer(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  at: { site: string; orderId: string; input: AuditInput },
  placed: Placed,
): Promise<object> {
  const isApplied = await isAppliedSoon(app, at.site, placed.position);
  const detail = isApplied ? await detailNow(app, request, at) : undefined;
  if (detail === undefined) return reply.code(202).send(placed);
  const did = effectOf(detail, placed);
  if (did.effect === undefined) await refuseDead(app, request, at, placed);
  return { ...detail, ...placed, ...did };
}

function singleAction(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof ActionPath>; Querystring: Query }>(
    "/api/v1/orders/:id/actions/:name",
    {
      config: { operation: "POST /api/v1/orders/:id/actions/:name" },
      schema: {
        params: ActionPath,
        querystring: SiteQuery,
        body: Type.Union(Object.values(ACTION_BODIES)),
        summary: "hold, release, assign, expedite, note, cancel or correct an order",
        tags: ["actions"],
      },
      // one message for the body of this action instead of seven for those of all
      validatorCompiler: leaveBody,
    },
    async (request, reply) => {
      const name = actionOf(request.params.name);
      const body = bodyOf(name, request.body);
      const found = await findOrder(app, request, request.query.site, request.params.id);
      const entry = await prepare(app, request, found, name, body);
      const at = { site: found.site, orderId: found.id };
      const input = orderAction(app, request, { ...at, name, body, event: entry.event.id });
      const placed = await placeAudited(app, found.site, entry, input);
      return answer(app, request, reply, { ...at, input }, placed);
    },
  );
}

function manyActions(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof ManyPath>; Querystring: Query; Body: Static<typeof Many> }>(
    "/api/v1/orders/actions/:name",
    {
      config: { operation: "POST /api/v1/orders/actions/:name" },
      schema: {
        params: ManyPath,
        querystring: SiteQuery,
        body: Many,
        summary: "The same action on up to 500 orders; 207 says what came of each",
        description: "`event` takes all of it back at once: POST /api/v1/actions/{event}/undo.",
        tags: ["actions"],
      },
    },
    async (request, reply) => {
      const name = actionOf(request.params.name);
      const { ids, ...rest } = request.body;
      const body = bodyOf(name, rest);
      const { site } = siteOf(app, request, request.query.site);
      const done = await actOnMany(app, request, site.id, [...new Set(ids)], name, body);
      return reply.code(207).send(done);
    },
  );
}

/** What became of an action of this person. */
async function findAction(
  app: FastifyInstance,
  request: FastifyRequest,
  sites: readonly string[],
  id: string,
): Promise<EventFate> {
  const source = sourceOf(request.principal);
  const fates = await Promise.all(sites.map(async (site) => app.inbox.fate(site, source, id)));
  const fate = fates.find((one) => one !== null);
  if (fate == null) throw sites.length === 0 ? noSuchSite() : noSuchAction();
  return fate;
}

function refuseLate(app: FastifyInstance, doneAt: number): void {
  if (app.now() - doneAt > UNDO_WITHIN_MS)
    throw problem("CT_ERR_UNDONE_TOO_LATE", "It was done more than 60 seconds ago.");
}

async function undoOrderAction(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { source, site, recordedAt, id: eventId }: EventFate,
  orderId: string,
): Promise<object> {
  refuseLate(app, Date.parse(recordedAt));
  const body = { of: { source, id: eventId }, reason: "did_not_occur" as const };
  const id = `undo-${eventId}`;
  const common = { principal: request.principal, site, orderId, id, now: app.now() };
  const entry = actionEvent({ name: "correct", body, ...common });
  const input = orderUndo(request, { site, orderId, undone: eventId });
  const placed = await placeAudited(app, site, entry, input);
  return answer(app, request, reply, { site, orderId, input }, placed);
}

const noSuchAction = () => problem("CT_ERR_NOT_FOUND", "You did no such thing.");

async function undoIncidentAction(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { site, recordedAt, id: undone, incidents }: EventFate,
): Promise<object> {
  const [incident] = incidents ?? [];
  if (incident === undefined) throw noSuchAction();
  refuseLate(app, Date.parse(recordedAt));
  const doing = { principal: request.principal, site, id: `undo-${undone}`, now: app.now() };
  const entry = undoEvent(incident, undone, doing);
  const placed = await placeAudited(
    app,
    site,
    entry,
    incidentUndo(request, { site, incident, undone }),
  );
  const settled = await settle(app, request, site, entry, placed, incident);
  if (settled.is === "soon") return reply.code(202).send(placed);
  return { ...(await showIncident(app, request, site, incident)), ...placed };
}

/** One line for the orders of an incident; of others one each, as their doing has. Who asks twice took it back once. */
async function recordUndo(
  app: FastifyInstance,
  request: FastifyRequest,
  undone: string,
  { site, incident, orders }: Batch & { site: string },
): Promise<void> {
  const source = sourceOf(request.principal);
  const isFirst = async (id: string) => !(await isRepeat(app, site, { source, id: `undo-${id}` }));
  if (incident !== undefined) {
    const input = incidentUndo(request, { site, incident, undone });
    return void ((await isFirst(undone)) && (await app.audit.record(input)));
  }
  const lines = orders.map(async ([orderId, event]) => {
    const input = orderUndo(request, { site, orderId, undone: event });
    if (await isFirst(event)) await app.audit.record(input);
  });
  await Promise.all(lines);
}

function undoing(app: FastifyInstance): void {
  app.post<{ Params: Static<typeof UndoPath>; Querystring: Query }>(
    "/api/v1/actions/:eventId/undo",
    {
      config: { operation: "POST /api/v1/actions/:eventId/undo" },
      schema: {
        params: UndoPath,
        querystring: SiteQuery,
        summary: "Take an action of yours back within 60 seconds",
        tags: ["actions"],
      },
    },
    async (request, reply) => {
      idempotencyKey(request);
      const { eventId } = request.params;
      const asked = request.query.site;
      const sites =
        asked === undefined
          ? sitesOf(app, request.principal)
          : [siteOf(app, request, asked).site.id];
      const batch = await findBatch(app, request.principal, sites, eventId);
      if (batch !== null) {
        refuseLate(app, batch.at);
        await recordUndo(app, request, eventId, batch);
        return undoBatch(app, request, eventId, batch);
      }
      const fate = await findAction(app, request, sites, eventId);
      if (fate.orderId !== undefined && fate.orderId !== "")
        return undoOrderAction(app, request, reply, fate, fate.orderId);
      return undoIncidentAction(app, request, reply, fate);
    },
  );
}

export function actionRoutes(app: FastifyInstance): void {
  singleAction(app);
  manyActions(app);
  undoing(app);
}
