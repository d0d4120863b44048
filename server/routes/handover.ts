/** The handover of a shift: read, edited, signed by who leaves and by who comes. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  HandoverEdit,
  HandoverQuery,
  HandoverSignature,
  HandoverView,
} from "../../domain/contract/handover.ts";
import { shiftFor, type ShiftOf } from "../../domain/incidents/shifts.ts";
import type { Site } from "../../domain/site.ts";
import { audienceOf } from "../audience.ts";
import { createHandoverDesk } from "../incidents/handover-desk.ts";
import type { HandoverAsker } from "../incidents/handover-view.ts";
import { handoverReport, moveOwnership } from "../incidents/handover-report.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";

const HandoverPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 96 }) });
type Path = Static<typeof HandoverPath>;
type Query = Static<typeof SiteQuery>;

const askerOf = ({ principal, ip }: FastifyRequest): HandoverAsker => ({
  name: principal.name,
  where: ip,
  seesPeople: audienceOf(principal) === "full",
});

function shiftOf(app: FastifyInstance, site: Site, asked: string): ShiftOf {
  const shift = shiftFor(site, asked, app.now());
  if (shift !== null) return shift;
  throw problem("CT_ERR_NOT_FOUND", `${site.id} has no shift ${asked} that has begun.`);
}

/** Moving is done in the name of who signs, so a desk is made for each request. */
const deskFor = (app: FastifyInstance, { principal }: FastifyRequest) =>
  createHandoverDesk({
    read: (site, id) => app.incidents.handover(site, id),
    readAll: (site) => app.incidents.handovers(site),
    audit: () => app.audit,
    write: (site, shift) => handoverReport(app, site, shift),
    move: (site, id, moved) => moveOwnership(app, principal, site, id, moved),
    now: app.now,
  });

export function handoverRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Static<typeof HandoverQuery> }>(
    "/api/v1/handover",
    {
      config: { operation: "GET /api/v1/handover" },
      schema: {
        querystring: HandoverQuery,
        response: { 200: HandoverView },
        summary: "The report of a shift, as it stands",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const shift = shiftOf(app, site, request.query.shift ?? "current");
      return deskFor(app, request).read(site.id, shift, askerOf(request));
    },
  );

  app.put<{ Params: Path; Querystring: Query; Body: HandoverEdit }>(
    "/api/v1/handover/:id",
    {
      config: { operation: "PUT /api/v1/handover/:id" },
      schema: {
        params: HandoverPath,
        querystring: SiteQuery,
        body: HandoverEdit,
        response: { 200: HandoverView },
        summary: "Notes, remarks, and what stays with its owner",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const shift = shiftOf(app, site, request.params.id);
      return deskFor(app, request).edit(site.id, shift, askerOf(request), request.body);
    },
  );

  app.post<{ Params: Path; Querystring: Query; Body: HandoverSignature }>(
    "/api/v1/handover/:id/sign",
    {
      config: { operation: "POST /api/v1/handover/:id/sign" },
      schema: {
        params: HandoverPath,
        querystring: SiteQuery,
        body: HandoverSignature,
        response: { 200: HandoverView },
        summary: "Sign it; with the second signature what is owned changes hands",
        tags: ["incidents"],
      },
    },
    async (request) => {
      if (request.principal.kind !== "person")
        throw problem("CT_ERR_FORBIDDEN", "A handover is signed by people.");
      const { site } = siteOf(app, request, request.query.site);
      const shift = shiftOf(app, site, request.params.id);
      return deskFor(app, request).sign(site.id, shift, askerOf(request), request.body);
    },
  );
}
