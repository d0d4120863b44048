/** The people who may log in, for administrators. Whom one may not reach does not exist for one. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ListQuery } from "../../domain/contract/api.ts";
import {
  NewUser,
  UserChange,
  UserPath,
  type SetupLink,
  type UserView,
  type UserWithPassword,
} from "../../domain/contract/people.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { isWithinReach, passwordViewOf, userViewOf } from "../people/account.ts";
import { reached } from "../people/change-users.ts";
import { pageByKey } from "../cursor.ts";
import { problem } from "../problem.ts";
import { sitesOf } from "../site-of.ts";

type Named = { Params: { name: string } };

const about = (operation: HttpOperation, summary: string) => ({
  config: { operation },
  schema: { summary, tags: ["users"] },
});
const named = (operation: HttpOperation, summary: string) => {
  const { config, schema } = about(operation, summary);
  return { config, schema: { ...schema, params: UserPath } };
};

const actorOf = (request: FastifyRequest) => ({
  principal: request.principal,
  address: request.ip,
});

/** Sites that do not exist are refused like those that are not the actor's own. */
function requireSites(
  app: FastifyInstance,
  { principal }: FastifyRequest,
  { sites }: Pick<UserChange, "sites">,
): void {
  if (sites === undefined || sites === "all") return;
  const own = sitesOf(app, principal);
  const strange = sites.find((site) => !own.includes(site));
  if (strange !== undefined)
    throw problem("CT_ERR_INVALID", `There is no site ${strange} for you.`, {
      errors: [{ index: 0, path: "/sites", message: `has no site ${strange}` }],
    });
}

function readRoutes(app: FastifyInstance): void {
  const list = about("GET /api/v1/users", "Everybody who may log in, by name");
  app.get<{ Querystring: ListQuery }>(
    "/api/v1/users",
    { ...list, schema: { ...list.schema, querystring: ListQuery } },
    async ({ principal, query }): Promise<{ items: UserView[]; next: string | null }> => {
      await app.users.refresh();
      const logins = await app.people.lastLogins();
      const reachable = app.users.all().filter((account) => isWithinReach(principal, account));
      const { items, next } = pageByKey(reachable, ({ name }) => name, query);
      return {
        items: items.map((account) => userViewOf(account, logins.get(account.name))),
        next,
      };
    },
  );

  app.get<Named>(
    "/api/v1/users/:name",
    named("GET /api/v1/users/:name", "One of them"),
    async (request): Promise<UserView> => {
      await app.users.refresh();
      const found = app.users.get(request.params.name);
      const account = reached(actorOf(request), found);
      return userViewOf(account, (await app.people.lastLogins()).get(account.name));
    },
  );
}

function addRoutes(app: FastifyInstance): void {
  const add = about("POST /api/v1/users", "Add one; the one-time password is in this answer alone");
  app.post<{ Body: NewUser }>(
    "/api/v1/users",
    { ...add, schema: { ...add.schema, body: NewUser } },
    async (request, reply) => {
      requireSites(app, request, request.body);
      const { account, password } = await app.people.change.add(actorOf(request), request.body);
      const answer = passwordViewOf(account, password);
      return reply.code(201).header("cache-control", "no-store").send(answer);
    },
  );

  app.post(
    "/api/v1/users/first-admin-link",
    about("POST /api/v1/users/first-admin-link", "A link for the first administrator"),
    async (_request, reply): Promise<SetupLink> => {
      reply.code(201).header("cache-control", "no-store");
      return app.people.firstAdmin.link();
    },
  );
}

export function userRoutes(app: FastifyInstance): void {
  readRoutes(app);
  addRoutes(app);

  const change = named("PATCH /api/v1/users/:name", "Role, sites, disabled, or a new password");
  app.patch<Named & { Body: UserChange }>(
    "/api/v1/users/:name",
    { ...change, schema: { ...change.schema, body: UserChange } },
    async (request, reply): Promise<UserView | UserWithPassword> => {
      const { name } = request.params;
      requireSites(app, request, request.body);
      const changed = await app.people.change.change(actorOf(request), name, request.body);
      const { account, password } = changed;
      if (account.disabled || password !== undefined) await app.people.endSessions(name);
      reply.header("cache-control", "no-store");
      if (password !== undefined) return passwordViewOf(account, password);
      return userViewOf(account, (await app.people.lastLogins()).get(name));
    },
  );

  app.delete<Named>(
    "/api/v1/users/:name",
    named("DELETE /api/v1/users/:name", "Delete one; the sessions end"),
    async (request, reply) => {
      const { name } = request.params;
      await app.people.change.remove(actorOf(request), name);
      await app.views.forget(name);
      await app.people.endSessions(name);
      return reply.code(204).send();
    },
  );

  app.post<Named>(
    "/api/v1/users/:name/logout",
    named("POST /api/v1/users/:name/logout", "End every session of a user"),
    async (request, reply) => {
      const { name } = request.params;
      await app.people.change.endSessions(actorOf(request), name);
      await app.people.endSessions(name);
      return reply.code(204).send();
    },
  );
}
