/** Single sign-on: to the provider and back. A browser is sent here, so refusals end on the login page, which says them. */
import { Type } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Entered } from "../people/log-in.ts";
import { OIDC_MS, type Oidc } from "../people/oidc.ts";
import {
  cookieOptions,
  isSecure,
  reconnectSockets,
  setSessionCookie,
  visitorOf,
} from "../people/session-cookie.ts";
import { isProblem, problem } from "../problem.ts";

const Begin = Type.Object(
  { next: Type.Optional(Type.String({ maxLength: 1024 })) },
  { additionalProperties: false },
);

const cookieName = (request: FastifyRequest): string =>
  isSecure(request) ? "__Host-ct-oidc" : "ct-oidc";

function oidcOf(app: FastifyInstance): Oidc {
  const { oidc } = app.people;
  if (oidc === undefined) throw problem("CT_ERR_NOT_FOUND", "Single sign-on is not set up here.");
  return oidc;
}

type Reason = "sign-on" | "no-role" | "away";

const reasonOf = (error: unknown): Reason => {
  if (!isProblem(error)) return "sign-on";
  if (error.code === "CT_ERR_UNAVAILABLE") return "away";
  return error.extra.members?.["reason"] === "no-role" ? "no-role" : "sign-on";
};

const toLogin = (reply: FastifyReply, reason: Reason): FastifyReply =>
  reply.header("cache-control", "no-store").redirect(`/login?refused=${reason}`, 303);

async function enter(
  app: FastifyInstance,
  request: FastifyRequest,
): Promise<Entered & { next: string }> {
  const search = request.url.slice(request.url.indexOf("?"));
  const cookie = request.cookies[cookieName(request)];
  const { person, next } = await oidcOf(app).finish(search, cookie);
  const visitor = visitorOf(request);
  const account = await app.people.signOn(person, visitor.address);
  return { account, next, token: await app.people.begin(account, visitor, "single sign-on") };
}

/** The messages of an error and of what caused it, and nothing else of them: the rest may hold claims, codes and tokens. */
function messagesOf(error: unknown): string[] {
  const found: string[] = [];
  for (let one = error; one instanceof Error && found.length < 5; one = one.cause)
    found.push(one.message);
  return found;
}

/** What went wrong is for the audit and the log; the page is told one of a few words. */
async function note(app: FastifyInstance, request: FastifyRequest, error: unknown): Promise<void> {
  const why = isProblem(error) ? error.message : "the answer could not be used";
  request.log.warn({ messages: messagesOf(error) }, "single sign-on was refused");
  await app.audit
    .record({
      who: "anonymous",
      what: "session.refused",
      where: request.ip,
      why: `single sign-on: ${why}`,
    })
    .catch(() => undefined);
}

export function signOnRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: { next?: string } }>(
    "/api/v1/session/oidc",
    {
      config: { operation: "GET /api/v1/session/oidc" },
      schema: { querystring: Begin, summary: "Log in by single sign-on", tags: ["session"] },
    },
    async (request, reply) => {
      const oidc = oidcOf(app);
      try {
        const { url, cookie } = await oidc.begin(request.query.next);
        const options = { ...cookieOptions(request), maxAge: OIDC_MS / 1000 };
        reply.setCookie(cookieName(request), cookie, options);
        return reply.header("cache-control", "no-store").redirect(url, 303);
      } catch (error) {
        request.log.warn({ messages: messagesOf(error) }, "single sign-on cannot begin");
        return toLogin(reply, "away");
      }
    },
  );

  app.get(
    "/api/v1/session/oidc/callback",
    {
      config: { operation: "GET /api/v1/session/oidc/callback" },
      schema: { summary: "Back from single sign-on", tags: ["session"] },
    },
    async (request, reply) => {
      oidcOf(app);
      const { sessionKey } = visitorOf(request);
      reply.clearCookie(cookieName(request), cookieOptions(request));
      try {
        const { account, token, next } = await enter(app, request);
        reconnectSockets(app, sessionKey, account.name);
        setSessionCookie(request, reply, token);
        return reply.header("cache-control", "no-store").redirect(next, 303);
      } catch (error) {
        await note(app, request, error);
        return toLogin(reply, reasonOf(error));
      }
    },
  );
}
