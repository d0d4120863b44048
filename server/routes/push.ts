/** Web push of one's own account: the key a browser subscribes with, browsers that did, and taking them back. */
import { createHash } from "node:crypto";
import { Type } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MOST_PUSHES, PushBody, PushView } from "../../domain/contract/channels.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { targetObjection } from "../../domain/webhook-target.ts";
import { problem } from "../problem.ts";

const about = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["account"], ...schema },
});

function ownName({ principal }: FastifyRequest): string {
  if (principal.kind === "person") return principal.name;
  throw problem("CT_ERR_NOT_FOUND", "A key has no account.");
}

const markOf = (endpoint: string): string =>
  createHash("sha256").update(endpoint).digest("base64url").slice(0, 22);

async function view(app: FastifyInstance, name: string): Promise<PushView> {
  const { store, desk } = app.channels;
  const [{ publicKey }, browsers] = await Promise.all([desk.pushKeys(), store.pushes(name)]);
  return { publicKey, browsers: browsers.length };
}

function checkEndpoint(app: FastifyInstance, endpoint: string): void {
  const url = URL.parse(endpoint);
  const objection = url === null ? "is no address" : targetObjection(url, app.config.webhookAllow);
  if (objection === null) return;
  const message = `${objection}: this is no push service`;
  throw problem("CT_ERR_INVALID", `endpoint ${message}`, {
    errors: [{ index: 0, path: "/endpoint", message }],
  });
}

export function pushRoutes(app: FastifyInstance): void {
  const { store } = app.channels;
  app.get(
    "/api/v1/account/push",
    about("GET /api/v1/account/push", "What a browser needs to take pushes", {
      response: { 200: PushView },
    }),
    (request) => view(app, ownName(request)),
  );
  app.put<{ Body: PushBody }>(
    "/api/v1/account/push",
    about("PUT /api/v1/account/push", "This browser takes pushes of yours from now on", {
      body: PushBody,
      response: { 200: PushView },
    }),
    async (request) => {
      const name = ownName(request);
      const { endpoint, keys } = request.body;
      checkEndpoint(app, endpoint);
      const mark = markOf(endpoint);
      const known = await store.pushes(name);
      if (!known.includes(mark) && known.length >= MOST_PUSHES)
        throw problem(
          "CT_ERR_CONFLICT",
          `${MOST_PUSHES} browsers take pushes. Take some back first.`,
        );
      await store.putPush(name, mark, { endpoint, keys, at: app.now() });
      return view(app, name);
    },
  );
  app.delete(
    "/api/v1/account/push",
    about("DELETE /api/v1/account/push", "No browser takes pushes of yours any more", {
      response: { 204: Type.Null() },
    }),
    async (request, reply) => {
      const name = ownName(request);
      await store.dropPushes(name, await store.pushes(name));
      return reply.code(204).send();
    },
  );
}
