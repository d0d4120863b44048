/** Who works with whom at a site: for giving an incident to somebody, and for calling them in a comment. */
import type { FastifyInstance } from "fastify";
import { pageBehind } from "../cursor.ts";
import { Colleagues } from "../../domain/contract/people.ts";
import { peopleWho } from "../incidents/addressees.ts";
import { SiteListQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";

export function peopleRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/people",
    {
      config: { operation: "GET /api/v1/people" },
      schema: {
        querystring: SiteListQuery,
        response: { 200: Colleagues },
        summary: "Who answers incidents at a site, and who of them may own one",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const owners = new Set(peopleWho(app, site.id, "incidents:act").map(({ name }) => name));
      const items = peopleWho(app, site.id, "incidents:note").map(({ name, role }) => ({
        name,
        role,
        mayOwn: owners.has(name),
      }));
      return pageBehind(items, ({ name }) => name, request.query);
    },
  );
}
