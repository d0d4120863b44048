/** What was: how promises were kept, where time went, what was lost. Every number says how it is defined and leads to the orders behind it. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  ANALYTICS,
  AnalyticsOrdersQuery,
  AnalyticsQuery,
  type Analytics,
  type AnalyticsName,
  type CopyState,
} from "../../domain/contract/analytics.ts";
import { alarmsOf } from "../analytics/alarms.ts";
import { answerOf, readAsked } from "../analytics/answer.ts";
import { backlogAnswer } from "../analytics/backlog.ts";
import { readIncidentsBehind, withOpenIncidents } from "../analytics/incidents.ts";
import { budgetsAnswer } from "../analytics/budgets.ts";
import { knownName } from "../analytics/known-name.ts";
import { drilledMetric, readOrdersBehind } from "../analytics/orders-behind.ts";

import { readWip } from "../analytics/wip.ts";
import type { Desk } from "../analytics/reading.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import type { Site } from "../../domain/site.ts";
import { siteOf } from "../site-of.ts";

const Named = Type.Object({ name: Type.Enum([...ANALYTICS]) });
type Named = Static<typeof Named>;

export function lookAt(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
): { desk: Desk; site: Site } {
  const { site } = siteOf(app, request, asked);
  const desk = { ask: app.history.ask, site: site.id, zone: site.timeZone, now: app.now() };
  return { desk, site };
}

export const deskOf = (
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
): Desk => lookAt(app, request, asked).desk;

/** Without a word for so long nobody copies. */
const SILENT_MS = 60_000;

/** Commits that history has not: by what it said, or by what this server has seen since. */
function behindOf(app: FastifyInstance, site: string, said: HistoryStatus): number {
  const board = app.live.board(site);
  const seen = board?.epoch === said.epoch ? board.seq - said.seq : 0;
  return Math.max(said.behind, seen);
}

/** Whether the newest is in what is answered; what cannot be told is not said. */
async function copyState(app: FastifyInstance, { site, now }: Desk): Promise<CopyState | null> {
  const said = await app.history.status(site).catch(() => null);
  if (said === null) return null;
  const state = now - said.at > SILENT_MS ? "silent" : said.state;
  const { upTo = 0 } = said;
  const behind = behindOf(app, site, said);
  const told = { state, behind, at: new Date(said.at).toISOString() } as const;
  return behind > 0 && upTo > 0 ? { ...told, behindMs: Math.max(0, now - upTo) } : told;
}

/** Mean work in progress beside what went through (Little's law ties the three). */
async function withWip(desk: Desk, answer: Analytics): Promise<object> {
  if (answer.by !== "stage") return answer;
  const window = { from: Date.parse(answer.from), to: Date.parse(answer.to) };
  const wips = await readWip(desk, window);
  const stages = Object.fromEntries([...wips].map(([stage, wip]) => [stage, wip]));
  return { ...answer, wip: stages };
}

async function read(
  app: FastifyInstance,
  { desk, site }: { desk: Desk; site: Site },
  name: AnalyticsName,
  query: AnalyticsQuery,
): Promise<object> {
  if (name === "budgets")
    return { site: desk.site, name, items: await budgetsAnswer(desk, site, query), next: null };
  if (name === "backlog") return backlogAnswer(desk, query);
  if (name === "alarms") return alarmsOf(app, desk, query);
  const answer = await answerOf(withOpenIncidents(app, readAsked(desk, name, query), site));
  return name === "throughput" ? withWip(desk, answer) : answer;
}

export function analyticsRoutes(app: FastifyInstance): void {
  app.get<{ Params: Named; Querystring: AnalyticsQuery }>(
    "/api/v1/analytics/:name",
    {
      config: { operation: "GET /api/v1/analytics/:name" },
      preValidation: knownName(ANALYTICS),
      schema: {
        params: Named,
        querystring: AnalyticsQuery,
        summary:
          "Metrics of a window, split by time or by one dimension, compared with the window before",
        tags: ["analytics"],
      },
    },
    async (request) => {
      const { name } = request.params;
      const looked = lookAt(app, request, request.query.site);
      const answer = await read(app, looked, name, request.query);
      const history = await copyState(app, looked.desk);
      return history === null ? answer : { ...answer, history };
    },
  );

  app.get<{ Params: Named; Querystring: AnalyticsOrdersQuery }>(
    "/api/v1/analytics/:name/orders",
    {
      config: { operation: "GET /api/v1/analytics/:name/orders" },
      preValidation: knownName(ANALYTICS),
      schema: {
        params: Named,
        querystring: AnalyticsOrdersQuery,
        summary: "The orders behind a number",
        tags: ["analytics"],
      },
    },
    async (request) => {
      const { name } = request.params;
      const desk = deskOf(app, request, request.query.site);
      if (name === "incidents") return readIncidentsBehind(desk, request.query);
      const metric = drilledMetric(name, request.query.metric);
      return readOrdersBehind(desk, metric, request.query);
    },
  );
}
