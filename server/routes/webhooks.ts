/** Outgoing webhooks over HTTP: made, listed, changed, renewed, tried, ended; what became of their deliveries. A secret is in the answer that made it and nowhere else. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind, noSuchCursor } from "../cursor.ts";
import { SiteListQuery } from "../orders/order-path.ts";
import {
  DeliveryList,
  WebhookCreate,
  WebhookList,
  WebhookPatch,
  WebhookQueued,
  WebhookRotate,
  WebhookView,
  WebhookWithSecret,
  type StoredWebhook,
} from "../../domain/contract/webhooks.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { siteOf } from "../site-of.ts";
import type { Asker } from "../webhooks/desk.ts";
import { deliveryViewOf, viewOf } from "../webhooks/views.ts";
import { nothingIsEmpty } from "../plugins/validation.ts";
import { refused } from "../refused.ts";

const Path = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const DeliveryPath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  delivery: Type.String({ minLength: 1, maxLength: 128 }),
});
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 8 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
type Id = { Params: Static<typeof Path> };

const DEFAULT_LIMIT = 50;

const GONE = { 404: refused("no such webhook for you") };

const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["webhooks"], ...schema },
});
const askerOf = ({ principal, ip }: FastifyRequest): Asker => ({ principal, where: ip });

async function show({ webhooks }: FastifyInstance, webhook: StoredWebhook): Promise<WebhookView> {
  const gone = await webhooks.store.gone(webhook.site);
  return viewOf(webhook, gone[webhook.id], Date.now());
}

function readRoutes(app: FastifyInstance): void {
  const { desk } = app.webhooks;
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/webhooks",
    options("GET /api/v1/webhooks", "Webhooks of your sites, the newest first", {
      querystring: SiteListQuery,
      response: { 200: WebhookList },
    }),
    async (request) => {
      const { site } = request.query;
      if (site !== undefined) siteOf(app, request, site);
      const found = (await desk.all(askerOf(request))).filter(
        (webhook) => site === undefined || webhook.site === site,
      );
      const { items, next } = pageBehind(found, ({ id }) => id, request.query);
      return { items: await Promise.all(items.map((one) => show(app, one))), next };
    },
  );

  app.get<Id>(
    "/api/v1/webhooks/:id",
    options("GET /api/v1/webhooks/:id", "One webhook, without its secret", {
      params: Path,
      response: { 200: WebhookView, ...GONE },
    }),
    async (request) => show(app, await desk.find(askerOf(request), request.params.id)),
  );
}

function secretRoutes(app: FastifyInstance): void {
  const { desk } = app.webhooks;
  app.post<{ Body: WebhookCreate }>(
    "/api/v1/webhooks",
    options("POST /api/v1/webhooks", "Make a webhook; its secret is in this answer only", {
      body: WebhookCreate,
      response: {
        201: WebhookWithSecret,
        409: refused("there are too many already"),
        422: refused("the address may not be told, or the site is none of yours"),
      },
    }),
    async (request, reply) => {
      const { webhook, secret } = await desk.create(askerOf(request), request.body);
      reply
        .header("location", `/api/v1/webhooks/${webhook.id}`)
        .header("cache-control", "no-store");
      return reply.code(201).send({ ...(await show(app, webhook)), secret });
    },
  );

  app.post<Id & { Body: WebhookRotate }>(
    "/api/v1/webhooks/:id/rotate",
    {
      // nothing sent means nothing wished
      preValidation: nothingIsEmpty,
      ...options(
        "POST /api/v1/webhooks/:id/rotate",
        "A new signing secret; the one before signs too for 24 h or as long as you say",
        {
          params: Path,
          body: WebhookRotate,
          response: { 200: WebhookWithSecret, ...GONE, 409: refused("two secrets sign already") },
        },
      ),
    },
    async (request, reply) => {
      const { params, body } = request;
      const { webhook, secret } = await desk.rotate(askerOf(request), params.id, body.oldForMs);
      reply.header("cache-control", "no-store");
      return { ...(await show(app, webhook)), secret };
    },
  );
}

function changeRoutes(app: FastifyInstance): void {
  const { desk } = app.webhooks;
  app.patch<Id & { Body: WebhookPatch }>(
    "/api/v1/webhooks/:id",
    options("PATCH /api/v1/webhooks/:id", "Another name, address or choice; off and on again", {
      params: Path,
      body: WebhookPatch,
      response: { 200: WebhookView, ...GONE },
    }),
    async (request) =>
      show(app, await desk.patch(askerOf(request), request.params.id, request.body)),
  );

  app.delete<Id>(
    "/api/v1/webhooks/:id",
    options("DELETE /api/v1/webhooks/:id", "End it; what waits to be sent to it is dropped", {
      params: Path,
      response: { 204: Type.Null({ description: "deleted" }), ...GONE },
    }),
    async (request, reply) => {
      await desk.remove(askerOf(request), request.params.id);
      return reply.code(204).send();
    },
  );
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor);
  throw noSuchCursor();
}

function deliveryRoutes(app: FastifyInstance): void {
  const { desk, store } = app.webhooks;
  app.get<Id & { Querystring: Static<typeof PageQuery> }>(
    "/api/v1/webhooks/:id/deliveries",
    options("GET /api/v1/webhooks/:id/deliveries", "Its last 200 deliveries, the newest first", {
      params: Path,
      querystring: PageQuery,
      response: { 200: DeliveryList, ...GONE },
    }),
    async (request) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query;
      const offset = offsetOf(cursor);
      const webhook = await desk.find(askerOf(request), request.params.id);
      const found = await store.deliveries(webhook, offset, limit + 1);
      const next = found.length > limit ? String(offset + limit) : null;
      return { items: found.slice(0, limit).map(deliveryViewOf), next };
    },
  );

  const queued = { 202: WebhookQueued, ...GONE };
  app.post<{ Params: Static<typeof DeliveryPath> }>(
    "/api/v1/webhooks/:id/deliveries/:delivery/replay",
    options(
      "POST /api/v1/webhooks/:id/deliveries/:delivery/replay",
      "Send it again, with the webhook-id it had",
      { params: DeliveryPath, response: queued },
    ),
    async (request, reply) => {
      const { id, delivery } = request.params;
      const effect = await desk.replay(askerOf(request), id, delivery);
      return reply.code(202).send({ effect });
    },
  );

  app.post<Id>(
    "/api/v1/webhooks/:id/test",
    options("POST /api/v1/webhooks/:id/test", "Send a `webhook.test`, to see whether it arrives", {
      params: Path,
      response: queued,
    }),
    async (request, reply) => {
      const effect = await desk.test(askerOf(request), request.params.id);
      return reply.code(202).send({ effect });
    },
  );
}

export function webhookRoutes(app: FastifyInstance): void {
  readRoutes(app);
  secretRoutes(app);
  changeRoutes(app);
  deliveryRoutes(app);
}
