/** Analytics as CSV: the table behind a screen, or the orders behind a number, as long as there are any. */
import { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import { DRILLABLE } from "../../domain/analytics/drill.ts";
import type { Figure } from "../../domain/analytics/definition.ts";
import {
  ANALYTICS,
  AnalyticsOrdersQuery,
  AnalyticsQuery,
  type Analytics,
  type OrdersBehind,
} from "../../domain/contract/analytics.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { answerOf, readAsked, type RollupName } from "../analytics/answer.ts";
import { withOpenIncidents } from "../analytics/incidents.ts";
import { readOrdersBehind } from "../analytics/orders-behind.ts";
import type { Desk } from "../analytics/reading.ts";
import { csvLine } from "../csv.ts";
import { problem } from "../problem.ts";
import { deskOf, lookAt } from "./analytics.ts";

const TABLES = ANALYTICS.filter(
  (name) => name !== "alarms" && name !== "backlog" && name !== "budgets",
);
const Named = Type.Object({ name: Type.Enum([...TABLES]) });
const PAGE = 200;
const QUANTILES = ["p50", "p90", "p95", "p99"] as const;

const columnsOf = ({ metrics }: Analytics): string[] =>
  metrics.flatMap(({ key, unit }) => {
    const parts =
      unit === "share" ? ["_n", "_of"] : unit === "ms" ? QUANTILES.map((name) => `_${name}`) : [];
    return [key, ...parts.map((part) => `${key}${part}`)];
  });

const cellsOf = ({ metrics }: Analytics, figures: Record<string, Figure>): unknown[] =>
  metrics.flatMap(({ key, unit }) => {
    const figure: Figure = figures[key] ?? { value: null };
    if (unit === "share") return [figure.value, figure.of?.n, figure.of?.d];
    return unit === "ms"
      ? [figure.value, ...QUANTILES.map((name) => figure[name])]
      : [figure.value];
  });

function tableOf(answer: Analytics): string {
  const lines = [
    csvLine([answer.by === "none" ? "total" : answer.by, "from", "to", ...columnsOf(answer)]),
    ...answer.items.map(({ key, from, to, figures }) =>
      csvLine([key, from ?? answer.from, to ?? answer.to, ...cellsOf(answer, figures)]),
    ),
    csvLine(["total", answer.from, answer.to, ...cellsOf(answer, answer.total)]),
    csvLine([
      "before",
      answer.before.from,
      answer.before.to,
      ...cellsOf(answer, answer.before.total),
    ]),
  ];
  return lines.join("");
}

const ORDER_COLUMNS = [
  "id",
  "customerOrder",
  "stage",
  "carrier",
  "service",
  "channel",
  "at",
  "isFailed",
  "value",
  "shipBy",
  "departedAt",
  "deliverBy",
  "deliveredAt",
] as const;
type Page = OrdersBehind;

const readPage = async (
  desk: Desk,
  metric: string,
  query: AnalyticsOrdersQuery,
  cursor?: string,
): Promise<Page> => {
  const asked = { ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) };
  return readOrdersBehind(desk, metric, asked);
};

/** Page by page: whoever stops reading stops the asking. The first page is read before anything is answered, so that a refusal is one. */
async function* linesOf(
  first: Page,
  readNext: (cursor: string) => Promise<Page>,
): AsyncGenerator<string> {
  yield csvLine(ORDER_COLUMNS);
  for (let page = first; ; page = await readNext(page.next)) {
    yield page.items.map((item) => csvLine(ORDER_COLUMNS.map((column) => item[column]))).join("");
    if (page.next === null) return;
  }
}

function sendAs(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .type("text/csv; charset=utf-8; header=present")
    .header("content-disposition", `attachment; filename="${name}.csv"`);
}

const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["analytics"], ...schema },
});

export function exportRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: AnalyticsOrdersQuery }>(
    "/api/v1/exports/orders.csv",
    options("GET /api/v1/exports/orders.csv", "The orders behind a number, all of them", {
      querystring: AnalyticsOrdersQuery,
    }),
    async (request, reply) => {
      const { metric = "received" } = request.query;
      if (!DRILLABLE.has(metric))
        throw problem("CT_ERR_INVALID", "There are no orders behind this metric.", {
          errors: [{ index: 0, path: "/metric", message: "is not known" }],
        });
      const desk = deskOf(app, request, request.query.site);
      const first = await readPage(desk, metric, request.query);
      const lines = linesOf(first, (cursor) => readPage(desk, metric, request.query, cursor));
      return sendAs(reply, "orders").send(Readable.from(lines));
    },
  );

  app.get<{ Params: Static<typeof Named>; Querystring: AnalyticsQuery }>(
    "/api/v1/exports/:name.csv",
    options("GET /api/v1/exports/:name.csv", "The table behind a screen", {
      params: Named,
      querystring: AnalyticsQuery,
    }),
    async (request, reply) => {
      const name: RollupName = request.params.name;
      const { desk, site } = lookAt(app, request, request.query.site);
      const asked = withOpenIncidents(app, readAsked(desk, name, request.query), site);
      const answer = await answerOf(asked);
      return sendAs(reply, name).send(tableOf(answer));
    },
  );
}
