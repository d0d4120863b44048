/** Which signed webhooks a site listens to: read and changed as its other rules are. */
import type { Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { ConnectorsView, ConnectorsWish } from "../../domain/contract/connectors.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";
import { ConfigChangeQuery, configAsker, wantedVersion } from "./config.ts";

const ABOUT_CHANGE = `Takes what GET answers, changed; a connector that is left out is not there any more. With \`version\` (or \`ifVersion\`) it is refused with 409 unless that is the version in force. It holds for the next delivery.

**Secrets** are written and never answered. Without one the connector keeps those it has. \`secret\` adds a new one; those before it stay valid for 24 hours more, so that nothing is refused while the sender changes. \`secrets\` says which are valid: texts are new ones, \`{"id", "endsAt"}\` are those that GET names; one that is not named ends at once.`;

export function connectorRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/config/connectors",
    {
      config: { operation: "GET /api/v1/config/connectors" },
      schema: {
        querystring: SiteQuery,
        response: { 200: ConnectorsView },
        summary: "The signed webhooks that a site listens to, and what came of each last",
        tags: ["config"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return app.hooks.desk.read(site, configAsker(request));
    },
  );

  app.put<{ Querystring: ConfigChangeQuery; Body: ConnectorsWish }>(
    "/api/v1/config/connectors",
    {
      config: { operation: "PUT /api/v1/config/connectors" },
      schema: {
        querystring: ConfigChangeQuery,
        body: ConnectorsWish,
        response: { 200: ConnectorsView },
        summary: "Change which signed webhooks a site listens to",
        description: ABOUT_CHANGE,
        tags: ["config"],
      },
    },
    async (request) => {
      const { query, body } = request;
      // an answer of GET names its site
      const { site } = siteOf(app, request, query.site ?? body.site);
      const asked = { ifVersion: wantedVersion(body), dryRun: query.dryRun === true };
      return app.hooks.desk.change(site, configAsker(request), body, asked);
    },
  );
}
