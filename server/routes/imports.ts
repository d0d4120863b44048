/** CSV in: orders, or events, a row each; with `?dryRun=true` what would change. */
import { Type, type Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { ImportAnswer } from "../../domain/contract/imports.ts";
import { takeImport } from "../imports/take.ts";
import { bytesOptions, DocumentQuery, siteForDocument, takeBytes } from "../interchange.ts";
import { refused } from "../refused.ts";

const ImportQuery = Type.Object(
  {
    ...DocumentQuery.properties,
    dryRun: Type.Optional(
      Type.Boolean({ description: "says what would change and writes nothing" }),
    ),
  },
  { additionalProperties: false },
);
type ImportQuery = Static<typeof ImportQuery>;

const answered = (description: string) => ({
  description,
  content: { "application/json": { schema: ImportAnswer } },
});

export function importRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    takeBytes(scope, ["text/csv"]);
    scope.post<{ Querystring: ImportQuery }>(
      "/api/v1/imports",
      {
        ...bytesOptions(app),
        config: { operation: "POST /api/v1/imports" },
        schema: {
          summary: "Import a CSV file",
          description:
            "A header row, then a row a line of an order, or with a column `type` a row an event. Orders that are known are amended by what differs. Nothing is taken of a file " +
            "with a mistake unless `?partial=true` says so; each mistake is named as `row 7, column quantity`.",
          tags: ["interchange"],
          querystring: ImportQuery,
          body: { content: { "text/csv": { schema: Type.String({ description: "UTF-8" }) } } },
          response: {
            200: answered("with ?dryRun=true: what would change, and which rows are refused"),
            202: answered("on disk"),
            207: answered("with ?partial=true: what is in order is on disk, the rest is named"),
            422: refused("every mistake with its row and column, nothing taken"),
          },
        },
      },
      async (request, reply) => {
        const policy = siteForDocument(app, request);
        const isDryRun = request.query.dryRun === true;
        const { status, answer } = await takeImport(app, request, policy, isDryRun);
        return reply.code(status).send(answer);
      },
    );
  });
}
