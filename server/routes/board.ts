/** The board over HTTP, from the same memory that sockets are served from. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import { pickupsToHttp, toHttp } from "../http-instants.ts";
import { audienceOf, rowsFor } from "../audience.ts";
import type { SiteBoard } from "../decorators.ts";
import { boardOf } from "../orders/board-of.ts";
import { SiteListQuery, SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";
import type { HttpOperation } from "../../domain/permissions.ts";

const DEFAULT_HOURS = 24;

const TrendsQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 48 })),
  },
  { additionalProperties: false },
);

type Query = { site?: string };

const options = (operation: HttpOperation, summary: string, querystring: object = SiteQuery) => ({
  config: { operation },
  schema: { querystring, summary, tags: ["board"] },
});

/** Every truck that orders aim at; those of the next hours with what they still need. */
function trucksOf(board: SiteBoard, now: number) {
  const outlooks = new Map(board.trucks(now).map((truck) => [truck.id, truck]));
  return pickupsToHttp(board.pickups().map((pickup) => outlooks.get(pickup.id) ?? pickup));
}

export function boardRoutes(app: FastifyInstance): void {
  const boardFor = (request: FastifyRequest, query: Query) =>
    boardOf(app, siteOf(app, request, query.site).site.id);

  app.get<{ Querystring: Query }>(
    "/api/v1/board",
    options("GET /api/v1/board", "All open orders of a site with its metrics, trucks and sources"),
    async (request) => {
      const board = boardFor(request, request.query);
      const now = app.now();
      const { site, epoch, seq } = board;
      const rows = rowsFor(audienceOf(request.principal), board.sorted());
      const rest = { metrics: board.metrics(now), sources: board.sources(now) };
      const pickups = pickupsToHttp(board.pickups());
      return { ...(toHttp({ site, epoch, seq, rows, ...rest }) as object), pickups };
    },
  );

  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/pickups",
    options(
      "GET /api/v1/pickups",
      "Trucks with what is safe, savable, lost and blind on each, what they still need of each station, and who should move",
      SiteListQuery,
    ),
    async (request) => {
      const trucks = trucksOf(boardFor(request, request.query), app.now());
      return pageBehind(trucks, ({ id }) => id, request.query);
    },
  );

  app.get<{ Querystring: Query }>(
    "/api/v1/metrics/live",
    options(
      "GET /api/v1/metrics/live",
      "How the site flows now; `appliedTo`: everything up to this position of its inbox is in these numbers",
    ),
    async (request) => {
      const board = boardFor(request, request.query);
      const { site, appliedTo } = board;
      return toHttp({ site, appliedTo, ...board.metrics(app.now()) });
    },
  );

  app.get<{ Querystring: Static<typeof TrendsQuery> }>(
    "/api/v1/metrics/trends",
    options(
      "GET /api/v1/metrics/trends",
      "Flow, backlog and dwell over the last hours",
      TrendsQuery,
    ),
    async (request) => {
      const board = boardFor(request, request.query);
      const trends = board.trends(app.now(), request.query.hours ?? DEFAULT_HOURS);
      return { ...trends, from: new Date(trends.from).toISOString() };
    },
  );
}
