/** How far the forecasts can be believed: anyone who sees the board may read it. */
import { Type, type Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { ForecastQuality } from "../../domain/contract/api.ts";
import { Moment } from "../../domain/contract/analytics.ts";
import { readQuality } from "../forecast/read-quality.ts";
import { siteOf } from "../site-of.ts";

const QualityQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    from: Moment,
    to: Moment,
    by: Type.Optional(Type.Enum(["day"], { description: "the only way there is to split it" })),
  },
  { additionalProperties: false },
);
type QualityQuery = Static<typeof QualityQuery>;

export function forecastRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: QualityQuery }>(
    "/api/v1/analytics/forecast-quality",
    {
      config: { operation: "GET /api/v1/analytics/forecast-quality" },
      schema: {
        querystring: QualityQuery,
        response: { 200: ForecastQuality },
        summary:
          "How often the forecasts were right, by how much and how early, by the local day of the deadline",
        tags: ["forecast"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return readQuality(app.foresight.store, site, request.query);
    },
  );
}
