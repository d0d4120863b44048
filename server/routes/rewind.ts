/** Rewind: the board exactly as it was at a moment, with what the system then believed. A first frame whole, then what changed from frame to frame. */
import { Type, type Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { pastBoard } from "../analytics/past-board.ts";
import { audienceOf } from "../audience.ts";
import { problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";

const MOST_ROWS = 2_000;
const MOST_OFFSET = 10_000_000;

const RewindQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    at: Type.String({ format: "date-time", description: "the moment to look at" }),
    epoch: Type.Optional(
      Type.String({
        maxLength: 64,
        description: "with `seq`: where you stand; then only what changed is told",
      }),
    ),
    seq: Type.Optional(Type.Integer({ minimum: 0 })),
    offset: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MOST_OFFSET,
        description:
          "so many rows of the same moment were told already; there are more while `more` is true",
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS })),
  },
  { additionalProperties: false },
);
type RewindQuery = Static<typeof RewindQuery>;
const SiteOnly = Type.Object(
  { site: Type.Optional(Type.String({ maxLength: 32 })) },
  { additionalProperties: false },
);

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function rewindRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: RewindQuery }>(
    "/api/v1/rewind",
    {
      config: { operation: "GET /api/v1/rewind" },
      schema: {
        querystring: RewindQuery,
        summary: "The board as it was at a moment",
        tags: ["analytics"],
      },
    },
    async (request) => {
      const { epoch, seq, offset = 0, limit = MOST_ROWS, site: asked } = request.query;
      const { site } = siteOf(app, request, asked);
      const at = Math.min(Date.parse(request.query.at), app.now());
      const since = epoch === undefined || seq === undefined ? undefined : { epoch, seq };
      const frame = await app.history.ask("frame", { site, at, since, offset, limit });
      if (frame === null)
        throw problem(
          "CT_ERR_NOT_FOUND",
          "Nothing that old is kept: GET /api/v1/rewind/range says from when.",
        );
      return pastBoard({ site, at, offset }, frame, audienceOf(request.principal));
    },
  );

  app.get<{ Querystring: Static<typeof SiteOnly> }>(
    "/api/v1/rewind/range",
    {
      config: { operation: "GET /api/v1/rewind/range" },
      schema: {
        querystring: SiteOnly,
        summary: "From when to when boards are kept",
        tags: ["analytics"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const { from, to } = await app.history.ask("range", { site: site.id });
      return { site: site.id, from: iso(from), to: iso(to) };
    },
  );
}
