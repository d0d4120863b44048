/** One's own account: what it is, its password, its sessions, what one wants to be told of. */
import { Type } from "typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ListQuery } from "../../domain/contract/api.ts";
import {
  AccountChange,
  PasswordChange,
  type AccountView,
  type Preferences,
  type SessionItem,
} from "../../domain/contract/people.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { pageByKey } from "../cursor.ts";
import { accountViewOf, nextGeneration, type Account } from "../people/account.ts";
import {
  clearSessionCookie,
  reconnectSockets,
  setSessionCookie,
  visitorOf,
} from "../people/session-cookie.ts";
import { problem } from "../problem.ts";
import { sitesOf } from "../site-of.ts";
import { sessionIdOf, type Session } from "../sessions.ts";

const SessionPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

const about = (operation: HttpOperation, summary: string) => ({
  config: { operation },
  schema: { summary, tags: ["account"] },
});

/** The account behind the cookie. A machine key has the permission never, and no account either. */
function ownAccount(app: FastifyInstance, { principal }: FastifyRequest): Account {
  const account = principal.kind === "person" ? app.users.get(principal.name) : undefined;
  if (account === undefined) throw problem("CT_ERR_NOT_FOUND", "A key has no account.");
  return account;
}

const actorOf = (request: FastifyRequest) => ({
  principal: request.principal,
  address: request.ip,
});

function requireOwnSites(
  app: FastifyInstance,
  { principal }: FastifyRequest,
  { sites }: Preferences,
): void {
  const own = sitesOf(app, principal);
  const strange = sites.find((site) => !own.includes(site));
  if (strange !== undefined)
    throw problem("CT_ERR_INVALID", `${strange} is not one of your sites.`, {
      errors: [{ index: 0, path: "/preferences/sites", message: `has no site ${strange}` }],
    });
}

function accountRoutesOf(app: FastifyInstance): void {
  app.get(
    "/api/v1/account",
    about("GET /api/v1/account", "Your account"),
    async (request): Promise<AccountView> => {
      const account = ownAccount(app, request);
      return accountViewOf(account, (await app.people.lastLogins()).get(account.name));
    },
  );

  const change = about("PATCH /api/v1/account", "Change what you want to be told of");
  app.patch<{ Body: { preferences: Preferences } }>(
    "/api/v1/account",
    { ...change, schema: { ...change.schema, body: AccountChange } },
    async (request): Promise<AccountView> => {
      const { name } = ownAccount(app, request);
      const { preferences } = request.body;
      requireOwnSites(app, request, preferences);
      const words = { what: "account.changed", why: "preferences" };
      const account = await app.people.write(actorOf(request), name, words, (before) => {
        if (before === undefined) throw problem("CT_ERR_NOT_FOUND", "Your account is gone.");
        return { ...before, preferences };
      });
      return accountViewOf(account as Account);
    },
  );

  const password = about("POST /api/v1/account/password", "Choose another password");
  app.post<{ Body: PasswordChange }>(
    "/api/v1/account/password",
    {
      ...password,
      schema: {
        ...password.schema,
        body: PasswordChange,
        description: "Every other session ends; this one goes on with a new cookie.",
      },
      bodyLimit: 4_096,
    },
    async (request, reply) => {
      const account = ownAccount(app, request);
      const visitor = visitorOf(request);
      const { token } = await app.people.changePassword(account, request.body, visitor);
      const { name } = account;
      const before = (await app.sessions.list(name)).filter(
        ({ key, generation }) => key !== visitor.sessionKey && generation === account.generation,
      );
      const keys = before.map(({ key }) => key);
      await app.sessions.end(name, keys);
      for (const key of keys) app.endSockets(key, "revoked");
      reconnectSockets(app, visitor.sessionKey, name);
      return setSessionCookie(request, reply, token).code(204).send();
    },
  );
}

const itemOf = (session: Session & { key: string }, current: string | undefined): SessionItem => ({
  id: sessionIdOf(session.key),
  isCurrent: session.key === current,
  device: session.device,
  address: session.address,
  startedAt: new Date(session.startedAt).toISOString(),
  seenAt: new Date(session.seenAt).toISOString(),
});

/** A text that is smaller the later it began. */
const newestFirst = ({ startedAt, key }: Session & { key: string }): string =>
  `${String(Number.MAX_SAFE_INTEGER - startedAt).padStart(16, "0")}.${sessionIdOf(key)}`;

/** Those that are still good: of the account's generation of today. */
async function livingSessions(app: FastifyInstance, { name, generation }: Account) {
  const sessions = await app.sessions.list(name);
  return sessions.filter((session) => session.generation === generation);
}

async function endEverywhere(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = ownAccount(app, request);
  const words = { what: "session.ended", why: "everywhere" };
  await app.people.write(actorOf(request), name, words, (before) => {
    if (before === undefined) throw problem("CT_ERR_NOT_FOUND", "Your account is gone.");
    return { ...before, generation: nextGeneration(before, Date.now()) };
  });
  await app.people.endSessions(name);
  return clearSessionCookie(request, reply).code(204).send();
}

export function accountRoutes(app: FastifyInstance): void {
  accountRoutesOf(app);

  const list = about("GET /api/v1/account/sessions", "Where you are logged in, the newest first");
  app.get<{ Querystring: ListQuery }>(
    "/api/v1/account/sessions",
    { ...list, schema: { ...list.schema, querystring: ListQuery } },
    async (request): Promise<{ items: SessionItem[]; next: string | null }> => {
      const sessions = await livingSessions(app, ownAccount(app, request));
      const { items, next } = pageByKey(sessions, newestFirst, request.query);
      return { items: items.map((one) => itemOf(one, request.sessionKey)), next };
    },
  );

  app.delete(
    "/api/v1/account/sessions",
    about("DELETE /api/v1/account/sessions", "Log out everywhere, here too"),
    async (request, reply) => endEverywhere(app, request, reply),
  );

  const one = about("DELETE /api/v1/account/sessions/:id", "Log out there");
  app.delete<{ Params: { id: string } }>(
    "/api/v1/account/sessions/:id",
    { ...one, schema: { ...one.schema, params: SessionPath } },
    async (request, reply) => {
      const { name } = ownAccount(app, request);
      const sessions = await app.sessions.list(name);
      const found = sessions.find(({ key }) => sessionIdOf(key) === request.params.id);
      if (found === undefined) throw problem("CT_ERR_NOT_FOUND", "That session is over already.");
      await app.audit.record({
        who: name,
        what: "session.ended",
        where: request.ip,
        subject: name,
        why: `${found.device}, begun ${new Date(found.startedAt).toISOString()}`,
      });
      await app.sessions.end(name, [found.key]);
      app.endSockets(found.key, "revoked");
      return reply.code(204).send();
    },
  );
}
