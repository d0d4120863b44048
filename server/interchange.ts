/** What the doors for whole documents have in common (EPCIS, EDI, CSV): bodies as bytes, one site, one source, and an answer that comes when all is on disk. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MAX_BODY_BYTES } from "../domain/contract/ingest.ts";
import { OutsideId, SiteId } from "../domain/names-and-times.ts";
import type { SitePolicy } from "../domain/site.ts";
import type { Posted } from "./connectors/posted.ts";
import type { Answer } from "./inbox/intake.ts";
import { siteOf } from "./site-of.ts";

export const DocumentQuery = Type.Object(
  {
    site: Type.Optional(SiteId),
    source: Type.Optional(OutsideId),
    partial: Type.Optional(
      Type.Boolean({ description: "takes what is in order and names the rest" }),
    ),
  },
  { additionalProperties: false },
);
export type DocumentQuery = Static<typeof DocumentQuery>;
export type DocumentRequest = FastifyRequest<{ Querystring: DocumentQuery }>;

/** Bodies come as bytes: each format reads and checks its own. */
export function takeBytes(scope: FastifyInstance, contentTypes: readonly string[]): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<Buffer>(
    [...contentTypes],
    { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => done(null, body),
  );
}

/** What a route's document says of such a body. */
export const bodyOf = (contentTypes: readonly string[], schema: object) => ({
  content: Object.fromEntries(contentTypes.map((type) => [type, { schema }])),
});

/** For routes whose body is checked by its connector; addresses are checked as everywhere. */
export const bytesOptions = (app: FastifyInstance) => ({
  bodyLimit: MAX_BODY_BYTES,
  validatorCompiler: ((route) =>
    route.httpPart === "body" ? () => true : app.validatorCompiler!(route)) as NonNullable<
    FastifyInstance["validatorCompiler"]
  >,
});

export const bytesOf = ({ body }: FastifyRequest): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0);

/** Systems send events all day and each event names its source; a person who does is written down. */
export async function recordPosting(
  app: FastifyInstance,
  { principal, ip }: FastifyRequest,
  bytes: number,
): Promise<void> {
  if (principal.kind !== "person") return;
  await app.audit.record({
    who: principal.name,
    what: "events.posted",
    where: ip,
    after: { bytes },
  });
}

/** The site a document is for. */
export const siteForDocument = (app: FastifyInstance, request: DocumentRequest): SitePolicy =>
  siteOf(app, request, request.query.site);

/** Takes what a connector has read of a document, whole unless the rest is asked for. */
export async function takeDocument(
  app: FastifyInstance,
  request: DocumentRequest,
  posted: Posted,
  site: string,
  isPartial: boolean,
): Promise<Answer> {
  await recordPosting(app, request, bytesOf(request).length);
  return app.inbox.takePosted(posted, {
    isPartial,
    siteOf: () => ({ site }),
    sources: request.principal.sources,
  });
}
