/** What if: tried against the live queue, marked as done, and compared with what came. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import {
  WhatIfDone,
  WhatIfDoneList,
  WhatIfRequest,
  WhatIfView,
} from "../../domain/contract/what-if.ts";
import { audienceOf } from "../audience.ts";
import { createModels } from "../forecast/models.ts";
import { createWhatIfDesk, type WhatIfDesk } from "../forecast/what-if-desk.ts";
import { boardOf } from "../orders/board-of.ts";
import { SiteListQuery, SiteQuery } from "../orders/order-path.ts";
import { siteOf } from "../site-of.ts";

const TrialPath = Type.Object({ id: Type.String({ pattern: "^[0-9a-f-]{36}$" }) });
type Query = Static<typeof SiteQuery>;

/** Orders are kept for days and nobody may look: what came is counted in time. */
const SETTLE_MS = 10 * 60_000;

const askerOf = ({ principal, ip }: FastifyRequest) => ({
  name: principal.name,
  where: ip,
  seesPeople: audienceOf(principal) === "full",
});

function settleNowAndThen(app: FastifyInstance, desk: WhatIfDesk): void {
  const timer = setInterval(() => {
    for (const { id } of app.sites.all()) {
      const policy = app.sites.get(id);
      // it is tried again later, and whenever somebody asks
      if (policy !== undefined) void desk.settle(policy).catch(() => undefined);
    }
  }, SETTLE_MS);
  timer.unref();
  app.addHook("onClose", async () => clearInterval(timer));
}

function doneRoutes(app: FastifyInstance, desk: WhatIfDesk): void {
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/what-if",
    {
      config: { operation: "GET /api/v1/what-if" },
      schema: {
        querystring: SiteListQuery,
        response: { 200: WhatIfDoneList },
        summary: "What-ifs that were done, with what was expected and what came",
        tags: ["forecast"],
      },
    },
    async (request) => {
      const policy = siteOf(app, request, request.query.site);
      const done = await desk.list(policy, askerOf(request).seesPeople);
      return pageBehind(done, ({ id }) => id, request.query);
    },
  );

  app.post<{ Params: Static<typeof TrialPath>; Querystring: Query }>(
    "/api/v1/what-if/:id/applied",
    {
      config: { operation: "POST /api/v1/what-if/:id/applied" },
      schema: {
        params: TrialPath,
        querystring: SiteQuery,
        response: { 200: WhatIfDone },
        summary: "Say that it was done: it is kept and compared with what comes",
        tags: ["forecast"],
      },
    },
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return desk.mark(site.id, askerOf(request), request.params.id);
    },
  );
}

export function whatIfRoutes(app: FastifyInstance): void {
  const { store } = app.foresight;
  const now = Date.now;
  const desk = createWhatIfDesk({
    store,
    models: createModels({ store, now }),
    audit: () => app.audit,
    readOrder: (site, id) => app.live.readOrder(site, id),
    now,
  });
  settleNowAndThen(app, desk);

  app.post<{ Querystring: Query; Body: WhatIfRequest }>(
    "/api/v1/what-if",
    {
      config: { operation: "POST /api/v1/what-if" },
      schema: {
        querystring: SiteQuery,
        body: WhatIfRequest,
        response: { 200: WhatIfView },
        summary:
          "Orders saved and lost if people moved, a truck waited, a service or a hold changed",
        tags: ["forecast"],
      },
    },
    async (request) => {
      const policy = siteOf(app, request, request.query.site);
      return desk.ask(policy, boardOf(app, policy.site.id), request.body.changes);
    },
  );
  doneRoutes(app, desk);
}
