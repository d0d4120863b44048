/** The policies on incidents of a site: which rules find them, up which ladder they go, who is on duty, when nothing is escalated. Rehearsed before they hold. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { PoliciesChange, PoliciesFile, PoliciesView } from "../../domain/contract/policies.ts";
import { may } from "../../domain/permissions.ts";
import { audienceOf } from "../audience.ts";
import type { PolicyAsker } from "../incidents/policy-desk.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";

type Query = Static<typeof SiteQuery>;
const ChangeQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    dryRun: Type.Optional(Type.Boolean({ description: "answers what would change" })),
  },
  { additionalProperties: false },
);
type Change = Static<typeof ChangeQuery>;

const askerOf = ({ principal, ip }: FastifyRequest): PolicyAsker => ({
  name: principal.name,
  where: ip,
  // who may write them must see all that is in them
  seesPeople: audienceOf(principal) === "full" || may(principal, "policies:write"),
});

function reading(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    "/api/v1/config/policies",
    {
      config: { operation: "GET /api/v1/config/policies" },
      schema: {
        querystring: SiteQuery,
        response: { 200: PoliciesView },
        summary: "Rules, ladders, duty schedules and planned work of a site, and who changed them",
        tags: ["config"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return app.policyDesk.read(site, askerOf(request));
    },
  );

  app.get<{ Querystring: Query }>(
    "/api/v1/config/policies/file",
    {
      config: { operation: "GET /api/v1/config/policies/file" },
      schema: {
        querystring: SiteQuery,
        summary: "The policies as one file, for another site or another installation",
        tags: ["config"],
      },
    },
    async (request, reply) => {
      const { site } = siteOf(app, request, request.query.site);
      const name = `policies-${site.id}.json`;
      return reply
        .header("content-disposition", `attachment; filename="${name}"`)
        .send(await app.policyDesk.file(site));
    },
  );
}

function changing(app: FastifyInstance): void {
  app.put<{ Querystring: Change; Body: PoliciesChange }>(
    "/api/v1/config/policies",
    {
      config: { operation: "PUT /api/v1/config/policies" },
      schema: {
        querystring: ChangeQuery,
        body: PoliciesChange,
        response: { 200: PoliciesView },
        summary: "Replace the policies; new ladders begin under them at once",
        tags: ["config"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const isDryRun = request.query.dryRun === true;
      return app.policyDesk.change(site, askerOf(request), request.body, isDryRun);
    },
  );

  app.put<{ Querystring: Change; Body: PoliciesFile }>(
    "/api/v1/config/policies/file",
    {
      config: { operation: "PUT /api/v1/config/policies/file" },
      schema: {
        querystring: ChangeQuery,
        body: PoliciesFile,
        response: { 200: PoliciesView },
        summary: "Take the policies of a file",
        tags: ["config"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const { policies } = request.body;
      return app.policyDesk.change(
        site,
        askerOf(request),
        { policies },
        request.query.dryRun === true,
      );
    },
  );
}

export function policyRoutes(app: FastifyInstance): void {
  reading(app);
  changing(app);
}
