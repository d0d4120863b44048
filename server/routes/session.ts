/** Logging in and out, and who one is. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { SessionView } from "../../domain/contract/api.ts";
import type { Principal } from "../../domain/permissions.ts";
import { createLoginLimit } from "../login-limit.ts";
import { cookieName } from "../plugins/auth.ts";
import { problem } from "../problem.ts";
import { ABSOLUTE_MS, sessionKeyOf } from "../sessions.ts";
import { sitesOf } from "../site-of.ts";

const Login = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
);

function viewOf(app: FastifyInstance, principal: Principal): SessionView {
  const own = new Set(sitesOf(app, principal));
  return {
    name: principal.name,
    ...(principal.role !== undefined && { role: principal.role }),
    permissions: [...principal.permissions],
    sites: app.sites
      .all()
      .filter(({ id }) => own.has(id))
      .map(({ id, name, timeZone, stages }) => ({ id, name, timeZone, stages })),
    demo: app.config.demo,
  };
}

const isSecure = (request: FastifyRequest): boolean => request.protocol === "https";

const cookieOptions = (request: FastifyRequest) => ({
  path: "/",
  httpOnly: true,
  sameSite: "lax" as const,
  secure: isSecure(request),
});

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const maxAge = ABSOLUTE_MS / 1000;
  reply.setCookie(cookieName(isSecure(request)), token, { ...cookieOptions(request), maxAge });
}

export function sessionRoutes(app: FastifyInstance): void {
  const limit = createLoginLimit(Date.now);

  app.post<{ Body: Static<typeof Login> }>(
    "/api/v1/session",
    {
      config: { operation: "POST /api/v1/session" },
      schema: { body: Login, summary: "Log in with name and password", tags: ["session"] },
      bodyLimit: 4096,
    },
    async (request, reply) => {
      const { name, password } = request.body;
      limit.take(name, request.ip);
      const principal = await app.users.verify(name, password);
      if (principal === null)
        throw problem("CT_ERR_UNAUTHENTICATED", "The name or the password is wrong.");
      limit.forgive(name, request.ip);
      // a fresh token at every login: one that was planted before is worth nothing
      setCookie(request, reply, await app.sessions.start(principal.name));
      return viewOf(app, principal);
    },
  );

  app.get(
    "/api/v1/session",
    {
      config: { operation: "GET /api/v1/session" },
      schema: { summary: "Who you are and what you may do", tags: ["session"] },
    },
    async (request) => viewOf(app, request.principal),
  );

  app.delete(
    "/api/v1/session",
    {
      config: { operation: "DELETE /api/v1/session" },
      schema: { summary: "Log out, on every socket of this session too", tags: ["session"] },
    },
    async (request, reply) => {
      const name = cookieName(isSecure(request));
      const token = request.cookies[name];
      if (request.sessionKey !== undefined && token !== undefined) {
        await app.sessions.end(sessionKeyOf(token));
        app.endSockets(request.sessionKey, "logged-out");
      }
      return reply.clearCookie(name, cookieOptions(request)).code(204).send();
    },
  );
}
