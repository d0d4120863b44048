/** Events that could not be applied: listed with their cause, replayed one or many. */
import { Type } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HTTP_INSTANT_FIELDS } from "../../domain/contract/http-instants.ts";
import type { DeadLetter } from "../../domain/contract/stored.ts";
import { audienceOf, letterFor } from "../audience.ts";
import { problem } from "../problem.ts";
import type { Principal } from "../../domain/permissions.ts";
import { siteOf } from "../site-of.ts";

const SiteQuery = { site: Type.Optional(Type.String({ maxLength: 32 })) };
const ListQuery = Type.Object(
  {
    ...SiteQuery,
    cursor: Type.Optional(Type.String({ maxLength: 512 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
const DEFAULT_LIMIT = 50;

/** As it leaves: instants as RFC 3339, the sealed fields and the fingerprint stay inside. */
function viewOf(principal: Principal, { sealed: _sealed, hash: _hash, ...letter }: DeadLetter) {
  return withInstants(letterFor(audienceOf(principal), letter));
}

function withInstants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withInstants);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      typeof field === "number" && HTTP_INSTANT_FIELDS.has(name)
        ? new Date(field).toISOString()
        : withInstants(field),
    ]),
  );
}

function listRoute(app: FastifyInstance): void {
  app.get<{ Querystring: { site?: string; cursor?: string; limit?: number } }>(
    "/api/v1/dead-letters",
    {
      config: { operation: "GET /api/v1/dead-letters" },
      schema: {
        querystring: ListQuery,
        summary: "Events that could not be applied",
        tags: ["dead letters"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const { cursor, limit = DEFAULT_LIMIT } = request.query;
      const page = { limit, ...(cursor !== undefined && { cursor }) };
      const { items, next } = await app.inbox.deadLetters(site.id, page);
      return { items: items.map((letter) => viewOf(request.principal, letter)), next };
    },
  );
}

/** One entry a letter, before anything is sent: what cannot be audited is not done. */
async function recordReplay(
  app: FastifyInstance,
  { principal, ip }: FastifyRequest,
  site: string,
  ids: string[],
): Promise<void> {
  const common = { who: principal.name, what: "dead-letter.replayed", where: ip, site };
  await Promise.all(ids.map(async (subject) => app.audit.record({ ...common, subject })));
}

function replayOneRoute(app: FastifyInstance): void {
  app.post<{ Params: { id: string }; Querystring: { site?: string } }>(
    "/api/v1/dead-letters/:id/replay",
    {
      config: { operation: "POST /api/v1/dead-letters/:id/replay" },
      schema: {
        querystring: Type.Object(SiteQuery, { additionalProperties: false }),
        summary: "Apply one again",
        tags: ["dead letters"],
      },
    },
    async (request, reply) => {
      const { site } = siteOf(app, request, request.query.site);
      await recordReplay(app, request, site.id, [request.params.id]);
      const result = await app.inbox.replay(site.id, [request.params.id]);
      if (result.replayed.length === 0)
        throw problem("CT_ERR_NOT_FOUND", "There is no such dead letter, or no event to replay.");
      return reply.code(202).send(result);
    },
  );
}

function replayManyRoute(app: FastifyInstance): void {
  app.post<{ Body: { ids: string[] }; Querystring: { site?: string } }>(
    "/api/v1/dead-letters/replay",
    {
      config: { operation: "POST /api/v1/dead-letters/replay" },
      schema: {
        querystring: Type.Object(SiteQuery, { additionalProperties: false }),
        body: Type.Object(
          { ids: Type.Array(Type.String({ maxLength: 256 }), { minItems: 1, maxItems: 500 }) },
          { additionalProperties: false },
        ),
        summary: "Apply many again",
        tags: ["dead letters"],
      },
    },
    async (request, reply) => {
      const { site } = siteOf(app, request, request.query.site);
      await recordReplay(app, request, site.id, request.body.ids);
      return reply.code(202).send(await app.inbox.replay(site.id, request.body.ids));
    },
  );
}

export function deadLetterRoutes(app: FastifyInstance): void {
  listRoute(app);
  replayOneRoute(app);
  replayManyRoute(app);
}
