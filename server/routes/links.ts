/** `/l/{token}`: what a link in a message opens. Reading it changes nothing, since mail scanners read ahead; its one button does it, once. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { askPage, DONE, PAGE_STYLE, saidPage } from "../incidents/link-page.ts";
import { findLinked, useLink } from "../incidents/use-link.ts";
import { isProblem } from "../problem.ts";

const LinkPathParams = Type.Object({ token: Type.String({ minLength: 1, maxLength: 2_048 }) });
type Params = Static<typeof LinkPathParams>;
const HTML = "text/html; charset=utf-8";

const page = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply.code(status).type(HTML).header("cache-control", "no-store").send(html);

/** A refusal as somebody with a phone in their hand can read it. */
function refused(reply: FastifyReply, error: unknown): FastifyReply {
  if (!isProblem(error) || error.statusCode >= 500) throw error;
  return page(reply, error.statusCode, saidPage("Not done", error.message));
}

const zoneOf = (app: FastifyInstance, site: string): string =>
  app.sites.get(site)?.site.timeZone ?? "UTC";

async function ask(
  app: FastifyInstance,
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
) {
  try {
    const { incident, link } = await findLinked(app, request.params.token);
    const { action, person } = link.claims;
    return page(reply, 200, askPage(incident, action, person, zoneOf(app, incident.site)));
  } catch (error) {
    return refused(reply, error);
  }
}

async function act(
  app: FastifyInstance,
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
) {
  try {
    const found = await findLinked(app, request.params.token);
    await useLink(app, request, found);
    const { incident, link } = found;
    const words = `${incident.id} is ${DONE[link.claims.action]}.`;
    return page(reply, 200, saidPage("Done", words));
  } catch (error) {
    return refused(reply, error);
  }
}

export async function linkRoutes(app: FastifyInstance): Promise<void> {
  // a scope of its own: forms are taken here and nowhere else
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: 1_024 },
      (_request, _body, done) => done(null, {}),
    );
    scope.get(
      "/l/page.css",
      {
        config: { operation: "GET /l/page.css", isPage: true },
        schema: { summary: "How the page behind a link looks", tags: ["incidents"] },
      },
      async (_request, reply) => reply.type("text/css; charset=utf-8").send(PAGE_STYLE),
    );
    scope.get<{ Params: Params }>(
      "/l/:token",
      {
        config: { operation: "GET /l/:token", isPage: true },
        schema: {
          params: LinkPathParams,
          summary: "The page behind a link in a message; it changes nothing",
          tags: ["incidents"],
        },
      },
      async (request, reply) => ask(app, request, reply),
    );
    scope.post<{ Params: Params }>(
      "/l/:token",
      {
        // the token is the credential; browsers send no origin from a page without referrer
        config: { operation: "POST /l/:token", isPage: true, isFromAnywhere: true },
        schema: {
          params: LinkPathParams,
          summary: "Does what a link in a message says, once",
          tags: ["incidents"],
        },
      },
      async (request, reply) => act(app, request, reply),
    );
  });
}
