/** Channels over HTTP: made, listed, tried, ended. What leads there is in no answer. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import { SiteListQuery } from "../orders/order-path.ts";
import { ChannelCreate, ChannelList, ChannelView } from "../../domain/contract/channels.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { viewOf, type Asker } from "../channels/desk.ts";
import { siteOf } from "../site-of.ts";
import { refused } from "../refused.ts";

const Path = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const Tried = Type.Object({ notice: Type.String() }, { title: "ChannelTried" });
type Id = { Params: Static<typeof Path> };

const GONE = { 404: refused("no such channel for you") };
const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["channels"], ...schema },
});
const askerOf = ({ principal, ip }: FastifyRequest): Asker => ({ principal, where: ip });

function listing(app: FastifyInstance): void {
  const { desk } = app.channels;
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/channels",
    options("GET /api/v1/channels", "Channels of your sites, the newest first", {
      querystring: SiteListQuery,
      response: { 200: ChannelList },
    }),
    async (request) => {
      const { site } = request.query;
      if (site !== undefined) siteOf(app, request, site);
      const found = await desk.all(askerOf(request));
      const shown = found.filter((one) => site === undefined || one.site === site);
      return pageBehind(shown.map(viewOf), ({ id }) => id, request.query);
    },
  );
}

export function channelRoutes(app: FastifyInstance): void {
  const { desk } = app.channels;
  listing(app);
  app.post<{ Body: ChannelCreate }>(
    "/api/v1/channels",
    options("POST /api/v1/channels", "A room of Slack or Teams, or a team's mailbox", {
      body: ChannelCreate,
      response: { 201: ChannelView, 409: refused("there is one of that id already") },
    }),
    async (request, reply) => {
      const channel = await desk.create(askerOf(request), request.body);
      return reply.code(201).send(viewOf(channel));
    },
  );
  app.post<Id>(
    "/api/v1/channels/:id/test",
    options("POST /api/v1/channels/:id/test", "Send a message that says it is a trial", {
      params: Path,
      response: { 202: Tried, ...GONE },
    }),
    async (request, reply) => {
      const notice = await desk.trial(askerOf(request), request.params.id);
      return reply.code(202).send({ notice });
    },
  );
  app.delete<Id>(
    "/api/v1/channels/:id",
    options("DELETE /api/v1/channels/:id", "Ladders that name it tell nobody there any more", {
      params: Path,
      response: { 204: Type.Null(), ...GONE },
    }),
    async (request, reply) => {
      await desk.remove(askerOf(request), request.params.id);
      return reply.code(204).send();
    },
  );
}
