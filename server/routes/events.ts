/** Events in, and what became of one. */
import { Type } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Accepted, EventFate, type EventFate as Fate } from "../../domain/contract/ingest.ts";
import { EventEnvelope } from "../../domain/event.ts";
import { hasSite } from "../../domain/permissions.ts";
import { audienceOf, fateFor } from "../audience.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { bytesOf, bytesOptions, recordPosting, takeBytes } from "../interchange.ts";
import { problem } from "../problem.ts";
import { atSeveral, siteOf, sitesOf } from "../site-of.ts";
import { refused } from "../refused.ts";

const CONTENT_TYPES = [
  "application/json",
  "application/x-ndjson",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
];

const CloudEvent = Type.Object(
  {
    specversion: Type.Literal("1.0"),
    id: Type.String(),
    source: Type.String(),
    type: Type.String(),
    time: Type.String({ format: "date-time" }),
    subject: Type.Optional(Type.String({ description: "the order" })),
    ctsite: Type.Optional(Type.String({ description: "the site" })),
    data: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: true, title: "CloudEvent" },
);

const postSchema = {
  summary: "Send events",
  description:
    "One event, an array, NDJSON, or CloudEvents (structured, binary, batch); at most 500 events and 5 MiB. Answered when they are on disk. " +
    "JSON that names a field twice is refused (400), and so are sources under `ui/`, which are those of people's actions (422).",
  tags: ["events"],
  querystring: Type.Object(
    {
      partial: Type.Optional(
        Type.Boolean({ description: "takes what is in order and names the rest (207)" }),
      ),
    },
    { additionalProperties: false },
  ),
  body: {
    content: {
      "application/json": {
        schema: Type.Union([EventEnvelope, Type.Array(EventEnvelope, { maxItems: 500 })]),
      },
      "application/x-ndjson": { schema: Type.String({ description: "an event a line" }) },
      "application/cloudevents+json": { schema: CloudEvent },
      "application/cloudevents-batch+json": { schema: Type.Array(CloudEvent) },
    },
  },
  response: {
    202: { description: "on disk", content: { "application/json": { schema: Accepted } } },
    207: {
      description: "with ?partial=true: what is in order is on disk, the rest is named",
      content: { "application/json": { schema: Accepted } },
    },
    400: refused("not JSON"),
    413: refused("too large or too many"),
    415: refused("unknown format"),
    422: refused("every invalid item named, nothing taken"),
    503: refused("not taken for certain; send the same again, it is safe"),
  },
};

/** The site of an event: named, or the only one of the credential. A missing one and a forbidden one look the same. */
function siteFinder(app: FastifyInstance, { principal }: FastifyRequest) {
  let own: string[] | undefined;
  return (asked: string | undefined) => {
    if (asked !== undefined)
      return hasSite(principal, asked) && app.sites.get(asked) !== undefined
        ? { site: asked }
        : { code: "CT_ERR_UNKNOWN_SITE" as const };
    own ??= sitesOf(app, principal);
    const [only] = own;
    return own.length === 1 && only !== undefined
      ? { site: only }
      : { code: "CT_ERR_SITE_REQUIRED" as const };
  };
}

/** What a key may not send for it may not ask about either. */
const maySend = ({ principal: { sources } }: FastifyRequest, source: string): boolean =>
  sources === undefined || sources.some((prefix) => source.startsWith(prefix));

type AskedFate = { Params: { source: string; id: string }; Querystring: { site?: string } };

/** Of the sites that have such an event: the one named, else all of the credential. What whoever asks may not see is not there. */
async function fatesOf(app: FastifyInstance, request: FastifyRequest<AskedFate>): Promise<Fate[]> {
  const { source, id } = request.params;
  const { site: asked } = request.query;
  const own =
    asked === undefined ? sitesOf(app, request.principal) : [siteOf(app, request, asked).site.id];
  const sites = maySend(request, source) ? own : [];
  const audience = audienceOf(request.principal);
  const fates = await Promise.all(sites.map(async (site) => app.inbox.fate(site, source, id)));
  return fates.flatMap((fate) => (fate === null ? [] : (fateFor(audience, fate) ?? [])));
}

export function eventRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    takeBytes(scope, CONTENT_TYPES);
    scope.post<{ Querystring: { partial?: boolean } }>(
      "/api/v1/events",
      {
        config: { operation: "POST /api/v1/events" },
        schema: postSchema,
        ...bytesOptions(app),
      },
      async (request, reply) => {
        const body = bytesOf(request);
        await recordPosting(app, request, body.length);
        const { status, body: answer } = await app.inbox.take(request.headers, body, {
          isPartial: request.query.partial === true,
          siteOf: siteFinder(app, request),
          sources: request.principal.sources,
        });
        return reply.code(status).send(answer);
      },
    );
  });

  app.get<AskedFate>(
    "/api/v1/events/:source/:id",
    {
      config: { operation: "GET /api/v1/events/:source/:id" },
      schema: {
        summary: "What became of an event",
        description:
          "`source` and `id` are percent-encoded. Where several of your sites have an event of this name, say which with `?site=`.",
        tags: ["events"],
        params: Type.Object({ source: Type.String(), id: Type.String() }),
        querystring: SiteQuery,
        response: {
          200: EventFate,
          404: refused("no such event within the dedupe window at a site of this key"),
        },
      },
    },
    async (request) => {
      const [first, second] = await fatesOf(app, request);
      if (first === undefined) throw problem("CT_ERR_NOT_FOUND", "There is no such event for you.");
      if (second !== undefined) throw atSeveral("this event");
      return first;
    },
  );
}
