/** Logging in and out, who one is, and the ways to log in. */
import type { FastifyInstance } from "fastify";
import type { SessionView } from "../../domain/contract/api.ts";
import { FirstAdmin, Login, type LoginOptions } from "../../domain/contract/people.ts";
import { DEMO_USERS, type Principal } from "../../domain/permissions.ts";
import { inStageOrder } from "../../domain/stages.ts";
import { mustChoosePassword, type Account } from "../people/account.ts";
import {
  clearSessionCookie,
  reconnectSockets,
  setSessionCookie,
  visitorOf,
} from "../people/session-cookie.ts";
import { problem } from "../problem.ts";
import { sitesOf } from "../site-of.ts";

const PERSON_BYTES = 4_096;

function viewOf(app: FastifyInstance, principal: Principal): SessionView {
  const own = new Set(sitesOf(app, principal));
  const account = principal.kind === "person" ? app.users.get(principal.name) : undefined;
  return {
    name: principal.name,
    ...(account?.shownName !== undefined && { shownName: account.shownName }),
    ...(principal.role !== undefined && { role: principal.role }),
    permissions: [...principal.permissions],
    sites: app.sites
      .all()
      .filter(({ id }) => own.has(id))
      .map(({ id, name, timeZone, stages }) => ({
        id,
        name,
        timeZone,
        stages: inStageOrder(stages),
      })),
    demo: app.config.demo,
    ...(account !== undefined && mustChoosePassword(account) && { mustChoosePassword: true }),
  };
}

/** Who just came in; refused when all their sessions were ended, or they were disabled, at that very moment. */
async function viewOfEntered(app: FastifyInstance, { name, generation }: Account) {
  const principal = await app.users.principal(name, generation);
  if (principal === null)
    throw problem("CT_ERR_UNAUTHENTICATED", "This was ended elsewhere just now. Log in again.");
  return viewOf(app, principal);
}

function logInRoute(app: FastifyInstance): void {
  app.post<{ Body: Login }>(
    "/api/v1/session",
    {
      config: { operation: "POST /api/v1/session" },
      schema: { body: Login, summary: "Log in with name and password", tags: ["session"] },
      bodyLimit: PERSON_BYTES,
    },
    async (request, reply) => {
      const visitor = visitorOf(request);
      const { account, token } = await app.people.logIn(request.body, visitor);
      reconnectSockets(app, visitor.sessionKey, account.name);
      setSessionCookie(request, reply, token);
      return viewOfEntered(app, account);
    },
  );
}

function firstAdminRoute(app: FastifyInstance): void {
  app.post<{ Body: FirstAdmin }>(
    "/api/v1/session/first-admin",
    {
      config: { operation: "POST /api/v1/session/first-admin" },
      schema: {
        body: FirstAdmin,
        summary: "Become the first administrator with the link that the console showed",
        tags: ["session"],
      },
      bodyLimit: PERSON_BYTES,
    },
    async (request, reply) => {
      const visitor = visitorOf(request);
      const account = await app.people.firstAdmin.use(request.body, visitor.address);
      setSessionCookie(request, reply, await app.people.begin(account, visitor, "first-admin"));
      return reply.code(201).send(await viewOfEntered(app, account));
    },
  );
}

function optionsRoute(app: FastifyInstance): void {
  app.get(
    "/api/v1/session/options",
    {
      config: { operation: "GET /api/v1/session/options" },
      schema: { summary: "The ways to log in here", tags: ["session"] },
    },
    async (): Promise<LoginOptions> => {
      const { oidc } = app.people;
      return {
        oidc: oidc === undefined ? null : { name: oidc.name },
        demoUsers: app.config.demo ? [...DEMO_USERS] : [],
      };
    },
  );
}

export function sessionRoutes(app: FastifyInstance): void {
  logInRoute(app);
  firstAdminRoute(app);
  optionsRoute(app);

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
      const { sessionKey, principal } = request;
      if (sessionKey !== undefined) {
        const { name } = principal;
        await app.audit.record({
          who: name,
          what: "session.ended",
          where: request.ip,
          subject: name,
          why: "logged out",
        });
        await app.sessions.end(name, [sessionKey]);
        app.endSockets(sessionKey, "logged-out");
      }
      return clearSessionCookie(request, reply).code(204).send();
    },
  );
}
