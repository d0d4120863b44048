/** Orders: lists from memory, one order from its stored events. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Row } from "../../domain/board.ts";
import { OrderListQuery } from "../../domain/contract/api.ts";
import { toHttp } from "../http-instants.ts";
import { audienceOf, rowsFor } from "../audience.ts";
import type { ClosedPlace } from "../closed-place.ts";
import { closedPart, pageOfBoth, type ClosedPart } from "../cursor.ts";
import { asksForClosed, filterOf, orderCursors, pageOf } from "../orders/list.ts";
import { OrderPath, SiteQuery } from "../orders/order-path.ts";
import { readDetail } from "../orders/read-detail.ts";
import { siteOf } from "../site-of.ts";
import { boardOf } from "../orders/board-of.ts";
import type { Static } from "typebox";

const DEFAULT_LIMIT = 50;
/** a filter that finds little must not read the whole past in one request */
const CLOSED_SCAN = 2_000;
const CLOSED_STEP = 200;

/** Closed orders that fit, the last closed first. */
const closedPage = (
  app: FastifyInstance,
  site: string,
  query: OrderListQuery,
  from: ClosedPlace | null,
  limit: number,
): Promise<ClosedPart<Row>> =>
  closedPart((at, count) => app.live.closedRows(site, at, count), filterOf(query), from, {
    limit,
    step: CLOSED_STEP,
    most: CLOSED_SCAN,
  });

async function list(app: FastifyInstance, request: FastifyRequest, query: OrderListQuery) {
  const { site } = siteOf(app, request, query.site);
  const { rows } = boardOf(app, site.id);
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cursor = orderCursors.decode(query.cursor);
  return pageOfBoth(
    orderCursors,
    cursor,
    limit,
    () => pageOf(rows.values(), query, cursor.after, limit),
    asksForClosed(query) ? (from, left) => closedPage(app, site.id, query, from, left) : undefined,
  );
}

export function orderRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: OrderListQuery }>(
    "/api/v1/orders",
    {
      config: { operation: "GET /api/v1/orders" },
      schema: {
        querystring: OrderListQuery,
        summary: "Orders that fit, the most urgent first; ended ones when their stage is asked for",
        tags: ["orders"],
      },
    },
    async (request) => {
      const { items, next } = await list(app, request, request.query);
      return { items: toHttp(rowsFor(audienceOf(request.principal), items)), next };
    },
  );

  app.get<{ Params: Static<typeof OrderPath>; Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/orders/:id",
    {
      config: { operation: "GET /api/v1/orders/:id" },
      schema: {
        params: OrderPath,
        querystring: SiteQuery,
        summary: "Everything known about one order",
        tags: ["orders"],
      },
    },
    async (request) => readDetail(app, request, request.query.site, request.params.id),
  );
}
