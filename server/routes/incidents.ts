/** Incidents: lists from memory, one with everything known of it. What people do to them is in `incident-actions.ts`. */
import type { Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { IncidentListQuery, type IncidentView } from "../../domain/contract/incidents.ts";
import { audienceOf } from "../audience.ts";
import { toHttp } from "../http-instants.ts";
import { incidentFor } from "../incidents/audience.ts";
import { IncidentPath, showIncident } from "../incidents/show.ts";
import type { ClosedFrom, ClosedPlace } from "../closed-place.ts";
import { closedPart, pageOfBoth, type ClosedPart } from "../cursor.ts";
import { filterOf, incidentCursors, pageOf, type Filter } from "../incidents/list.ts";
import { boardOf } from "../orders/board-of.ts";
import { SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";

const DEFAULT_LIMIT = 50;
/** a filter that finds little must not read the whole past in one request */
const CLOSED_SCAN = 2_000;
const CLOSED_STEP = 200;

/** Resolved ones that fit, the last resolved first. */
function closedPage(
  app: FastifyInstance,
  site: string,
  view: (found: Parameters<typeof incidentFor>[1]) => IncidentView,
  { fits }: Filter,
  from: ClosedPlace | null,
  limit: number,
): Promise<ClosedPart<IncidentView>> {
  const read = async (at: ClosedFrom, count: number) => {
    const { items, ...rest } = await app.incidents.closed(site, at, count);
    return { items: items.map(view), ...rest };
  };
  return closedPart(read, fits, from, { limit, step: CLOSED_STEP, most: CLOSED_SCAN });
}

async function list(app: FastifyInstance, request: FastifyRequest, query: IncidentListQuery) {
  const { site } = siteOf(app, request, query.site);
  const { incidents, seq } = boardOf(app, site.id);
  const audience = audienceOf(request.principal);
  const view = (incident: Parameters<typeof incidentFor>[1]) => incidentFor(audience, incident);
  const filter = filterOf(query, request.principal.name);
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cursor = incidentCursors.decode(query.cursor);
  const live = [...incidents.values()].filter(({ state }) => state !== "resolved").map(view);
  const page = await pageOfBoth(
    incidentCursors,
    cursor,
    limit,
    () => pageOf(live, filter, query.sort ?? "savable", cursor.after, limit),
    filter.wantsResolved
      ? (from, left) => closedPage(app, site.id, view, filter, from, left)
      : undefined,
  );
  return { ...page, seq };
}

export function incidentRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: IncidentListQuery }>(
    "/api/v1/incidents",
    {
      config: { operation: "GET /api/v1/incidents" },
      schema: {
        querystring: IncidentListQuery,
        summary: "Incidents that fit, by what a minute of work saves; the resolved ones when asked",
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { items, next, seq } = await list(app, request, request.query);
      return { items: toHttp(items), next, seq };
    },
  );

  app.get<{ Params: Static<typeof IncidentPath>; Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/incidents/:id",
    {
      config: { operation: "GET /api/v1/incidents/:id" },
      schema: {
        params: IncidentPath,
        querystring: SiteQuery,
        summary: "Everything known of one incident",
        tags: ["incidents"],
      },
    },
    async (request) => showIncident(app, request, request.query.site, request.params.id),
  );
}
