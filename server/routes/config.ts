/** The rules in force. */
import type { FastifyInstance } from "fastify";
import { SitesFile } from "../../domain/contract/sites.ts";
import { audienceOf, siteFor } from "../audience.ts";
import { sitesOf } from "../site-of.ts";

export function configRoutes(app: FastifyInstance): void {
  app.get(
    "/api/v1/config/sites",
    {
      config: { operation: "GET /api/v1/config/sites" },
      schema: {
        summary: "Your sites with their rules, and the version of these",
        tags: ["config"],
      },
    },
    async (request) => {
      const own = new Set(sitesOf(app, request.principal));
      const sites = app.sites.all().filter(({ id }) => own.has(id));
      const audience = audienceOf(request.principal);
      return { version: app.sites.version(), sites: sites.map((site) => siteFor(audience, site)) };
    },
  );

  app.get(
    "/api/schemas/sites.json",
    {
      config: { operation: "GET /api/schemas/sites.json" },
      schema: { summary: "JSON Schema of the sites file", tags: ["config"] },
    },
    async (_request, reply) =>
      reply
        .type("application/schema+json")
        .serializer((document: unknown) => JSON.stringify(document))
        .send({ $schema: "https://json-schema.org/draft/2020-12/schema", ...SitesFile }),
  );
}
