/** When a site works: its shifts, closures, public holidays. The same rules as in `/config/sites`, under the same version. */
import type { Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { CalendarWish } from "../../domain/contract/calendars.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";
import { ConfigChangeQuery, configAsker, wantedVersion } from "./config.ts";

const ABOUT_CHANGE = `Takes what GET answers, changed; what is left out is not there any more. With \`version\` (or \`ifVersion\`) it is refused with 409 unless that is the version in force. Orders that come from then on get their deadlines by it, within a second; orders keep the rules they came under. The zone is changed at \`/config/sites\`.`;

export function calendarRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/config/calendars",
    {
      config: { operation: "GET /api/v1/config/calendars" },
      schema: {
        querystring: SiteQuery,
        summary: "When a site works: shifts, closures, and the public holidays with their names",
        tags: ["config"],
      },
    },
    async (request) => app.calendarDesk.read(siteOf(app, request, request.query.site).site.id),
  );

  app.put<{ Querystring: ConfigChangeQuery; Body: CalendarWish }>(
    "/api/v1/config/calendars",
    {
      config: { operation: "PUT /api/v1/config/calendars" },
      schema: {
        querystring: ConfigChangeQuery,
        body: CalendarWish,
        summary: "Change when a site works",
        description: ABOUT_CHANGE,
        tags: ["config"],
      },
    },
    async (request) => {
      const { query, body } = request;
      const { site } = siteOf(app, request, query.site ?? body.site);
      const asked = { ifVersion: wantedVersion(body), dryRun: query.dryRun === true };
      return app.calendarDesk.change(site.id, configAsker(request), body, asked);
    },
  );
}
