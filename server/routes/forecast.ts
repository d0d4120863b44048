/** How far the forecasts can be believed: anyone who sees the board may read it. */
import { Type, type Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { ForecastQuality } from "../../domain/contract/api.ts";
import type { QualityDay } from "../../domain/forecast/quality.ts";
import { formatDay, localDay } from "../../domain/wall-clock.ts";
import { qualityOf } from "../forecast/quality.ts";
import { decodeStatus } from "../forecast/statuses.ts";
import { problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";
import { instantOf } from "../instants.ts";

const Moment = Type.Optional(Type.String({ format: "date-time" }));
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

function refuseBackwards({ from, to }: QualityQuery): void {
  if (from === undefined || to === undefined || instantOf(from) < instantOf(to)) return;
  throw problem("CT_ERR_INVALID", "The window ends before it begins.", {
    errors: [{ index: 0, path: "/from", message: "from must lie before to." }],
  });
}

const dayAt = (zone: string, moment: string | undefined): string | undefined =>
  moment === undefined ? undefined : formatDay(localDay(zone, instantOf(moment)));

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
      const { site: asked, from, to } = request.query;
      refuseBackwards(request.query);
      const { site } = siteOf(app, request, asked);
      const { store } = app.foresight;
      const [status, kept] = await Promise.all([
        store.told(site.id, "status"),
        store.told(site.id, "quality"),
      ]);
      const days = kept === null ? {} : (JSON.parse(kept) as Record<string, QualityDay>);
      const span = { from: dayAt(site.timeZone, from), to: dayAt(site.timeZone, to) };
      return qualityOf(site, decodeStatus(status), days, span);
    },
  );
}
