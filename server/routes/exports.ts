/** Analytics as CSV: the table behind a screen, or the orders behind a number, as long as there are any. */
import { Readable } from "node:stream";
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply } from "fastify";
import {
  ANALYTICS,
  AnalyticsOrdersQuery,
  AnalyticsQuery,
  type OrdersBehind,
} from "../../domain/contract/analytics.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import type { Site } from "../../domain/site.ts";
import { alarmsOf } from "../analytics/alarms.ts";
import { answerOf, readAsked } from "../analytics/answer.ts";
import { backlogAnswer } from "../analytics/backlog.ts";
import { budgetsAnswer } from "../analytics/budgets.ts";
import { knownName } from "../analytics/known-name.ts";
import { withOpenIncidents } from "../analytics/incidents.ts";
import { drilledMetric, readOrdersBehind } from "../analytics/orders-behind.ts";
import type { Desk } from "../analytics/reading.ts";
import {
  alarmsTable,
  analyticsTable,
  backlogTable,
  budgetsTable,
  qualityTable,
} from "../analytics/tables.ts";
import { csvLine } from "../csv.ts";
import type { Span } from "../forecast/quality.ts";
import { readQuality } from "../forecast/read-quality.ts";
import { problem } from "../problem.ts";
import { deskOf, lookAt } from "./analytics.ts";

/** What is a table; forecast quality is asked about elsewhere, and exported here. */
const TABLES = [...ANALYTICS, "forecast-quality"] as const;
const Named = Type.Object({ name: Type.Enum([...TABLES]) });
type TableName = Static<typeof Named>["name"];
const PAGE = 200;

/** Forecast quality is kept by day: a table of days is no answer to whoever asks for another split or for a part. */
function byDayAlone({ site: _site, from, to, by = "day", ...others }: AnalyticsQuery): Span {
  const path = by === "day" ? Object.keys(others)[0] : "by";
  if (path === undefined) return { from, to };
  const message = "Forecast quality is split by day alone.";
  throw problem("CT_ERR_INVALID", message, {
    errors: [{ index: 0, path: `/${path}`, message: `querystring ${path} does not go with it` }],
  });
}

async function tableOf(
  app: FastifyInstance,
  { desk, site }: { desk: Desk; site: Site },
  name: TableName,
  query: AnalyticsQuery,
): Promise<string> {
  if (name === "alarms") return alarmsTable(await alarmsOf(app, desk, query));
  if (name === "backlog") return backlogTable(await backlogAnswer(desk, query));
  if (name === "budgets") return budgetsTable(await budgetsAnswer(desk, site, query));
  if (name === "forecast-quality")
    return qualityTable(await readQuality(app.foresight.store, site, byDayAlone(query)));
  return analyticsTable(await answerOf(withOpenIncidents(app, readAsked(desk, name, query), site)));
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
  "of_n",
  "of_d",
] as const;
type Page = OrdersBehind;

function cellsOf({ of, ...item }: Page["items"][number]): unknown[] {
  const told = { ...item, of_n: of?.n, of_d: of?.d };
  return ORDER_COLUMNS.map((column) => told[column]);
}

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
    yield page.items.map((item) => csvLine(cellsOf(item))).join("");
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
      const metric = drilledMetric(null, request.query.metric);
      const desk = deskOf(app, request, request.query.site);
      const first = await readPage(desk, metric, request.query);
      const lines = linesOf(first, (cursor) => readPage(desk, metric, request.query, cursor));
      return sendAs(reply, "orders").send(Readable.from(lines));
    },
  );

  app.get<{ Params: Static<typeof Named>; Querystring: AnalyticsQuery }>(
    "/api/v1/exports/:name.csv",
    {
      ...options("GET /api/v1/exports/:name.csv", "The table behind a screen", {
        params: Named,
        querystring: AnalyticsQuery,
      }),
      preValidation: knownName(TABLES),
    },
    async (request, reply) => {
      const { name } = request.params;
      const looked = lookAt(app, request, request.query.site);
      const table = await tableOf(app, looked, name, request.query);
      return sendAs(reply, name).send(table);
    },
  );
}
