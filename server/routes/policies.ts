/** The policies on incidents of a site: which rules find them, up which ladder they go, who is on duty, when nothing is escalated. Rehearsed before they hold. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  PoliciesChange,
  PoliciesFile,
  PoliciesView,
  RehearsalRequest,
  RehearsalView,
} from "../../domain/contract/policies.ts";
import { may } from "../../domain/permissions.ts";
import { audienceOf } from "../audience.ts";
import { refusePolicyMistakes, type PolicyAsker } from "../incidents/policy-desk.ts";
import { rehearse } from "../incidents/rehearse.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";
import { siteOfChange, wantedVersion } from "./config.ts";

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
      const { site } = siteOfChange(app, request, request);
      const isDryRun = request.query.dryRun === true;
      const { policies } = request.body;
      const wish = { policies, ifVersion: wantedVersion(request.body) };
      return app.policyDesk.change(site, askerOf(request), wish, isDryRun);
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

/** Aborts when whoever asked goes away. */
function whileConnected(reply: FastifyReply): AbortSignal {
  const control = new AbortController();
  reply.raw.once("close", () => control.abort());
  return control.signal;
}

function rehearsing(app: FastifyInstance): void {
  app.post<{ Querystring: Query; Body: RehearsalRequest }>(
    "/api/v1/config/policies/rehearse",
    {
      config: { operation: "POST /api/v1/config/policies/rehearse" },
      schema: {
        querystring: SiteQuery,
        body: RehearsalRequest,
        response: { 200: RehearsalView },
        summary:
          "What these rules would have raised in the last hours; closing the request stops it",
        tags: ["config"],
      },
    },
    async (request, reply) => {
      const policy = siteOf(app, request, request.query.site);
      refusePolicyMistakes(policy.site, request.body.policies);
      return rehearse(app, policy, request.body, whileConnected(reply));
    },
  );
}

export function policyRoutes(app: FastifyInstance): void {
  rehearsing(app);
  reading(app);
  changing(app);
}
