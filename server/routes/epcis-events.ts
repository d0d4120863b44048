/** EPCIS 2.0 out: what the orders of a site went through. */
import type { FastifyInstance } from "fastify";
import { EpcisQueryDocument } from "../../domain/contract/epcis.ts";
import { sayVersions } from "../epcis/headers.ts";
import { linkTo } from "../epcis/pages.ts";
import { EventsQuery, refuseUnknown } from "../epcis/query.ts";
import { readEvents } from "../epcis/read-events.ts";
import { siteOf } from "../site-of.ts";
import type { Static } from "typebox";
import { refused } from "../refused.ts";

const CONTEXT = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { ct: "urn:control-tower:epcis:" },
];
const LD = "application/ld+json";

export function epcisEventRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    sayVersions(scope);
    scope.get<{ Querystring: Static<typeof EventsQuery> }>(
      "/epcis/events",
      {
        config: { operation: "GET /epcis/events" },
        schema: {
          summary: "What the orders of a site went through, as EPCIS",
          description:
            "An EPCISQueryDocument: order by order, each in the order it happened; page by page with `perPage` and the `Link` to the next page, which may hold fewer than asked for. " +
            "Values of a filter are separated by `|`. Orders that were archived are found by `EQ_bizTransaction`.",
          tags: ["interchange"],
          querystring: EventsQuery,
          response: {
            200: {
              description: "as asked",
              content: { [LD]: { schema: EpcisQueryDocument } },
            },
            400: refused("a filter that is not answered here, by its name"),
          },
        },
      },
      async (request, reply) => {
        refuseUnknown(request.query);
        const policy = siteOf(app, request, request.query.site);
        const { events, next } = await readEvents(app, request, policy, request.query);
        if (next !== null) reply.header("link", linkTo(request, next));
        const document = {
          "@context": CONTEXT,
          type: "EPCISQueryDocument",
          schemaVersion: "2.0",
          creationDate: new Date(app.now()).toISOString(),
          epcisBody: {
            queryResults: { queryName: "SimpleEventQuery", resultsBody: { eventList: events } },
          },
        };
        // serialized here: the schema names only what is always there
        return reply
          .type(LD)
          .serializer((value: unknown) => JSON.stringify(value))
          .send(document);
      },
    );
  });
}
