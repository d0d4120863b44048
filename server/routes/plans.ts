/** The people planned at a site: read by all who see its rules, changed by its leads. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { PlanChange, PlanView } from "../../domain/contract/plans.ts";
import { audienceOf } from "../audience.ts";
import { createPlanDesk } from "../forecast/plan-desk.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";
import { siteOfChange, wantedVersion } from "./config.ts";

const ChangeQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    dryRun: Type.Optional(Type.Boolean({ description: "answers what would change" })),
  },
  { additionalProperties: false },
);

/** In which the open orders are picked. */
function zonesOf(app: FastifyInstance, site: string): string[] {
  const zones = new Set<string>();
  for (const { zone } of app.live.board(site)?.rows.values() ?? [])
    if (zone !== undefined) zones.add(zone);
  return [...zones].sort();
}

const askerOf = ({ principal, ip }: FastifyRequest) => ({
  name: principal.name,
  where: ip,
  seesPeople: audienceOf(principal) === "full",
});

export function planRoutes(app: FastifyInstance): void {
  const desk = createPlanDesk({
    store: app.foresight.store,
    audit: () => app.audit,
    zones: (site) => zonesOf(app, site),
    now: Date.now,
  });

  app.get<{ Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/config/plans",
    {
      config: { operation: "GET /api/v1/config/plans" },
      schema: {
        querystring: SiteQuery,
        response: { 200: PlanView },
        summary: "The people planned at a site, who changed that last, and what it does not cover",
        tags: ["config"],
      },
    },
    async (request) => desk.read(siteOf(app, request, request.query.site).site, askerOf(request)),
  );

  app.put<{ Querystring: Static<typeof ChangeQuery>; Body: PlanChange }>(
    "/api/v1/config/plans",
    {
      config: { operation: "PUT /api/v1/config/plans" },
      schema: {
        querystring: ChangeQuery,
        body: PlanChange,
        response: { 200: PlanView },
        summary: "Replace the plan; forecasts use it within a minute",
        tags: ["config"],
      },
    },
    async (request) => {
      const { site } = siteOfChange(app, request, request);
      const isDryRun = request.query.dryRun === true;
      const { plan } = request.body;
      const wish = { plan, ifVersion: wantedVersion(request.body) };
      return desk.change(site, askerOf(request), wish, isDryRun);
    },
  );
}
