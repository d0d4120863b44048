/** Saved views of the board: everybody keeps their own, whoever may `views:share` those of the site. Changes of the shared ones are audited. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import {
  SavedView,
  SavedViews,
  ViewBody,
  ViewId,
  type SavedViews as Views,
} from "../../domain/contract/views.ts";
import { MOST_VIEWS } from "../../domain/view-limits.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { SiteListQuery, SiteQuery } from "../orders/order-path.ts";
import { problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";
import type { Shelf } from "../views/store.ts";

const ViewPath = Type.Object({ id: ViewId });
type Asked = { Params: Static<typeof ViewPath>; Querystring: Static<typeof SiteQuery> };
type Put = Asked & { Body: ViewBody };

const about = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["views"], querystring: SiteQuery, ...schema },
});
const putting = { params: ViewPath, body: ViewBody, response: { 200: SavedView } };
const choosing = { params: ViewPath, response: { 204: Type.Null() } };
const dropping = { params: ViewPath, response: { 204: Type.Null() } };

const siteIdOf = (app: FastifyInstance, request: FastifyRequest<Asked>): string =>
  siteOf(app, request, request.query.site).site.id;

/** Of the person who asks; a machine key has the permission never. */
const ownShelf = (app: FastifyInstance, request: FastifyRequest<Asked>): Shelf => ({
  site: siteIdOf(app, request),
  person: request.principal.name,
});

async function put(
  app: FastifyInstance,
  shelf: Shelf,
  { params: { id }, body }: FastifyRequest<Put>,
): Promise<SavedView> {
  const known = await app.views.all(shelf);
  if (!known.has(id) && known.size >= MOST_VIEWS)
    throw problem("CT_ERR_CONFLICT", `${MOST_VIEWS} views are saved. Delete one first.`);
  await app.views.put(shelf, id, body);
  return { id, ...body, isShared: shelf.person === undefined };
}

const noSuchView = () => problem("CT_ERR_NOT_FOUND", "There is no such view.");

async function drop(app: FastifyInstance, shelf: Shelf, id: string): Promise<void> {
  if (!(await app.views.drop(shelf, id))) throw noSuchView();
}

async function listed(app: FastifyInstance, shelf: Shelf): Promise<SavedView[]> {
  const isShared = shelf.person === undefined;
  const [kept, first] = await Promise.all([
    app.views.all(shelf),
    isShared ? app.views.defaultOf(shelf.site) : null,
  ]);
  const views = [...kept].map(([id, { name, query }]) => ({
    id,
    name,
    query,
    isShared,
    ...(id === first && { isDefault: true }),
  }));
  return views.sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function ownRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Static<typeof SiteQuery> }>(
    "/api/v1/account/views",
    about("GET /api/v1/account/views", "Saved views of the board: yours, and the shared ones", {
      response: { 200: SavedViews },
    }),
    async (request): Promise<Views> => {
      const { site } = siteOf(app, request, request.query.site);
      const person = request.principal.name;
      const [own, shared] = await Promise.all([
        listed(app, { site: site.id, person }),
        listed(app, { site: site.id }),
      ]);
      return { items: [...own, ...shared], next: null };
    },
  );
  app.put<Put>(
    "/api/v1/account/views/:id",
    about("PUT /api/v1/account/views/:id", "Save a view of your own", putting),
    (request) => put(app, ownShelf(app, request), request),
  );
  app.delete<Asked>(
    "/api/v1/account/views/:id",
    about("DELETE /api/v1/account/views/:id", "Delete a view of your own", dropping),
    async (request, reply) => {
      await drop(app, ownShelf(app, request), request.params.id);
      return reply.code(204).send();
    },
  );
}

/** Its name and address are free text and not copied: nothing is ever taken out of the audit. */
const audited = (app: FastifyInstance, request: FastifyRequest<Asked>, what: string) =>
  app.audit.record({
    who: request.principal.name,
    where: request.ip,
    what,
    site: siteIdOf(app, request),
    subject: request.params.id,
  });

/** With which of its views the board of a site opens. */
function defaultRoutes(app: FastifyInstance): void {
  app.put<Asked>(
    "/api/v1/views/:id/default",
    about("PUT /api/v1/views/:id/default", "Open the site's board with this view", choosing),
    async (request, reply) => {
      const site = siteIdOf(app, request);
      const { id } = request.params;
      if (!(await app.views.all({ site })).has(id)) throw noSuchView();
      await audited(app, request, "view.made-default");
      await app.views.setDefault(site, id);
      return reply.code(204).send();
    },
  );
  app.delete<Asked>(
    "/api/v1/views/:id/default",
    about("DELETE /api/v1/views/:id/default", "Open the site's board without this view", choosing),
    async (request, reply) => {
      const site = siteIdOf(app, request);
      if ((await app.views.defaultOf(site)) !== request.params.id) throw noSuchView();
      await audited(app, request, "view.default-ended");
      await app.views.setDefault(site, null);
      return reply.code(204).send();
    },
  );
}

export function viewRoutes(app: FastifyInstance): void {
  ownRoutes(app);
  defaultRoutes(app);
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/views",
    about("GET /api/v1/views", "Saved views of the board: those of the site", {
      querystring: SiteListQuery,
      response: { 200: SavedViews },
    }),
    async (request): Promise<Views> => {
      const { site } = siteOf(app, request, request.query.site);
      const views = await listed(app, { site: site.id });
      return pageBehind(views, ({ id }) => id, request.query);
    },
  );
  app.put<Put>(
    "/api/v1/views/:id",
    about("PUT /api/v1/views/:id", "Save a view for everybody of the site", putting),
    async (request) => {
      const site = siteIdOf(app, request);
      await audited(app, request, "view.shared");
      return put(app, { site }, request);
    },
  );
  app.delete<Asked>(
    "/api/v1/views/:id",
    about("DELETE /api/v1/views/:id", "Delete a view of the site", dropping),
    async (request, reply) => {
      const site = siteIdOf(app, request);
      await audited(app, request, "view.deleted");
      const { id } = request.params;
      await drop(app, { site }, id);
      // another that is saved under this id later was chosen by nobody
      if ((await app.views.defaultOf(site)) === id) await app.views.setDefault(site, null);
      return reply.code(204).send();
    },
  );
}
