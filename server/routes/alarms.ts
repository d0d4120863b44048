/** How many alarms reached whom, what the auditor of the ladders found, and why an order was or was not escalated. */
import type { Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { AlarmLoad } from "../../domain/contract/alarms.ts";
import { EscalationAnswer } from "../../domain/contract/incidents.ts";
import { alarmLoad } from "../incidents/alarms.ts";
import { auditView } from "../incidents/audit-view.ts";
import { explainEscalation } from "../incidents/escalation.ts";
import { OrderPath, SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";

type Query = Static<typeof SiteQuery>;

export function alarmRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    "/api/v1/alarm-load",
    {
      config: { operation: "GET /api/v1/alarm-load" },
      schema: {
        querystring: SiteQuery,
        response: { 200: AlarmLoad },
        summary:
          "Your alarms against one in 10 minutes; for leads everybody's, and which rules cost most",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return alarmLoad(app, request.principal, site);
    },
  );

  app.get<{ Querystring: Query }>(
    "/api/v1/escalation-audit",
    {
      config: { operation: "GET /api/v1/escalation-audit" },
      schema: {
        querystring: SiteQuery,
        summary: "What was due against what was fired, compared every minute",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return auditView(app, site.id);
    },
  );

  app.get<{ Params: Static<typeof OrderPath>; Querystring: Query }>(
    "/api/v1/orders/:id/escalation",
    {
      config: { operation: "GET /api/v1/orders/:id/escalation" },
      schema: {
        params: OrderPath,
        querystring: SiteQuery,
        response: { 200: EscalationAnswer },
        summary: "Why somebody was told of an order, or why nobody was",
        tags: ["orders"],
      },
    },
    async (request) => explainEscalation(app, request, request.query.site, request.params.id),
  );
}
