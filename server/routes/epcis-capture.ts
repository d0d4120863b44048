/** EPCIS 2.0 in: documents become events, each capture a job that can be read for a week. */
import { randomUUID } from "node:crypto";
import { Type } from "typebox";
import type { FastifyInstance } from "fastify";
import { CaptureJob, EpcisDocument, type StoredCapture } from "../../domain/contract/epcis.ts";
import { type ItemError } from "../../domain/contract/ingest.ts";
import { ERRORS, isErrorCode } from "../../domain/errors.ts";
import type { Principal } from "../../domain/permissions.ts";
import {
  captured,
  ordersToRead,
  readCapture,
  type Known,
  type ReadDocument,
} from "../epcis/capture.ts";
import { behaviourOf, CAPTURE_LIMITS, sayVersions } from "../epcis/headers.ts";
import { createParcelFinder } from "../known-parcels.ts";
import { linkTo, PageOf, pageAt } from "../epcis/pages.ts";
import {
  bodyOf,
  bytesOf,
  bytesOptions,
  DocumentQuery,
  type DocumentRequest,
  siteForDocument,
  takeBytes,
  takeDocument,
} from "../interchange.ts";
import { problem } from "../problem.ts";
import { siteOf, sitesOf } from "../site-of.ts";
import { refused } from "../refused.ts";

const TYPES = ["application/json", "application/ld+json"];
const SOURCE = "epcis";
const MOST_ERRORS = 100;

async function knownTo(
  app: FastifyInstance,
  request: DocumentRequest,
  document: ReadDocument,
): Promise<Known & { site: string }> {
  const { site } = siteForDocument(app, request);
  const orderOfParcel = createParcelFinder(app.live.board(site.id));
  const ids = ordersToRead(document, { orderOfParcel });
  const stored = await Promise.all(ids.map(async (id) => app.live.readOrder(site.id, id)));
  const events = new Map(ids.map((id, place) => [id, stored[place]?.record.events ?? []]));
  return {
    site: site.id,
    source: request.query.source ?? SOURCE,
    service: site.serviceLevels[0]?.id ?? "standard",
    orderOfParcel,
    eventsOf: (id) => events.get(id) ?? [],
  };
}

function errorOf({ path, message, code }: ItemError): CaptureJob["errors"][number] {
  const known = isErrorCode(code) ? code : "CT_ERR_INVALID_EVENT";
  const { title, status } = ERRORS[known];
  return { type: `urn:control-tower:error:${known}`, title, status, detail: `${path}: ${message}` };
}

async function capture(app: FastifyInstance, request: DocumentRequest): Promise<StoredCapture> {
  const createdAt = new Date(app.now()).toISOString();
  const behaviour = request.query.partial === true ? "proceed" : behaviourOf(request);
  const document = readCapture(bytesOf(request));
  const known = await knownTo(app, request, document);
  const posted = captured(document, known);
  const { body } = await takeDocument(app, request, posted, known.site, behaviour === "proceed");
  const errors = (body.errors ?? []).slice(0, MOST_ERRORS).map(errorOf);
  const job: CaptureJob = {
    captureID: randomUUID(),
    createdAt,
    finishedAt: new Date(app.now()).toISOString(),
    running: false,
    success: errors.length === 0,
    captureErrorBehaviour: behaviour,
    errors,
    unplaced: posted.unplaced.slice(0, MOST_ERRORS).map(({ path, message }) => ({ path, message })),
    accepted: body.accepted,
    duplicates: body.duplicates,
  };
  const kept = { source: known.source, job };
  await app.captures.keep(known.site, kept);
  return kept;
}

/** What a key may not send for it may not ask about either. */
const isTheirs =
  ({ sources }: Principal) =>
  ({ source }: StoredCapture): boolean =>
    sources === undefined || sources.some((prefix) => source.startsWith(prefix));

function capturing(app: FastifyInstance, scope: FastifyInstance): void {
  scope.post<{ Querystring: DocumentQuery }>(
    "/epcis/capture",
    {
      ...bytesOptions(app),
      config: { operation: "POST /epcis/capture" },
      schema: {
        summary: "Capture an EPCIS document",
        description:
          "EPCIS 2.0 as JSON-LD: an EPCISDocument, or one event. Answered when it is on disk; the job then says what became of it. Nothing is taken of a document " +
          "with a mistake unless `GS1-Capture-Error-Behaviour: proceed` says so. Events of no order that is known " +
          "are named in the job: those of a parcel wait under its name, nothing comes of the others. TransformationEvent and AssociationEvent move nothing: they are kept as notes of their order.",
        tags: ["interchange"],
        querystring: DocumentQuery,
        body: bodyOf(TYPES, EpcisDocument),
        response: {
          202: {
            description: "on disk; `Location` is that of the job",
            content: { "application/json": { schema: CaptureJob } },
          },
          422: refused("every mistake with its place in the document, nothing taken"),
        },
      },
    },
    async (request, reply) => {
      const { job } = await capture(app, request);
      return reply
        .code(202)
        .headers(CAPTURE_LIMITS)
        .header("location", `/epcis/capture/${job.captureID}`)
        .header("gs1-capture-error-behaviour", job.captureErrorBehaviour)
        .send(job);
    },
  );
}

const JobPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const SiteOnly = Type.Object(
  { site: DocumentQuery.properties.site },
  { additionalProperties: false },
);

function reading(app: FastifyInstance, scope: FastifyInstance): void {
  scope.get<{ Querystring: PageOf & { site?: string } }>(
    "/epcis/capture",
    {
      config: { operation: "GET /epcis/capture" },
      schema: {
        summary: "Capture jobs of a site, the newest first",
        tags: ["interchange"],
        querystring: Type.Object(
          { ...PageOf.properties, site: DocumentQuery.properties.site },
          { additionalProperties: false },
        ),
        response: { 200: Type.Array(CaptureJob) },
      },
    },
    async (request, reply) => {
      const { site } = siteOf(app, request, request.query.site);
      const jobs = (await app.captures.all(site.id)).filter(isTheirs(request.principal));
      const page = pageAt(jobs, request.query);
      if (page.next !== null) reply.header("link", linkTo(request, page.next));
      return page.items.map(({ job }) => job);
    },
  );
  scope.get<{ Params: { id: string }; Querystring: { site?: string } }>(
    "/epcis/capture/:id",
    {
      config: { operation: "GET /epcis/capture/:id" },
      schema: {
        summary: "What became of a capture",
        tags: ["interchange"],
        params: JobPath,
        querystring: SiteOnly,
        response: { 200: CaptureJob },
      },
    },
    async (request) => {
      const asked = request.query.site;
      const sites =
        asked === undefined
          ? sitesOf(app, request.principal)
          : [siteOf(app, request, asked).site.id];
      const found = await Promise.all(
        sites.map(async (site) => app.captures.get(site, request.params.id)),
      );
      const job = found.find((one) => one !== null && isTheirs(request.principal)(one))?.job;
      if (job === undefined) throw problem("CT_ERR_NOT_FOUND", "There is no such job for you.");
      return job;
    },
  );
}

export function captureRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    takeBytes(scope, TYPES);
    sayVersions(scope);
    capturing(app, scope);
    reading(app, scope);
  });
}
