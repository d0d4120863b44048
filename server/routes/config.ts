/** The rules in force, and their change while the tower runs. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import { SitesFile, SitesWish } from "../../domain/contract/sites.ts";
import { hasSite, may } from "../../domain/permissions.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { audienceOf, siteFor } from "../audience.ts";
import { SiteListQuery, SiteQuery } from "../orders/order-path.ts";
import { problem } from "../problem.ts";
import { siteOf, sitesOf } from "../site-of.ts";
import type { IsOwn, SitesAsker } from "../sites/history.ts";

const MAX_BODY = 5 * 1024 * 1024;

export const ConfigChangeQuery = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    dryRun: Type.Optional(
      Type.Boolean({ description: "answers what would change and writes nothing" }),
    ),
  },
  { additionalProperties: false },
);
export type ConfigChangeQuery = Static<typeof ConfigChangeQuery>;
type Query = Static<typeof SiteQuery>;
const VersionPath = Type.Object({ version: Type.Integer({ minimum: 0 }) });

export const configAsker = ({ principal, ip }: FastifyRequest): SitesAsker => ({
  name: principal.name,
  where: ip,
  seesPeople: audienceOf(principal) === "full",
});

/** One version by two names: two versions are none. */
export function wantedVersion({
  version,
  ifVersion,
}: {
  version?: number | undefined;
  ifVersion?: number | undefined;
}): number | undefined {
  if (version === undefined || ifVersion === undefined) return ifVersion ?? version;
  if (version === ifVersion) return version;
  throw problem("CT_ERR_INVALID", "version and ifVersion are two versions.", {
    errors: [{ index: 0, path: "/ifVersion", message: "body must be the same as /version" }],
  });
}

/** The site whose rules are changed: an answer of GET names its own, and sent back it may do so alone. One that is not that of the address was meant for another. */
export function siteOfChange(
  app: FastifyInstance,
  request: FastifyRequest,
  { query, body }: { query: { site?: string }; body: { site?: string } },
): SitePolicy {
  const policy = siteOf(app, request, query.site ?? body.site);
  const { id } = policy.site;
  if (body.site === undefined || body.site === id) return policy;
  throw problem("CT_ERR_INVALID", "The body is of another site.", {
    errors: [{ index: 0, path: "/site", message: `body is ${id}, and not changed here` }],
  });
}

/** The site that was asked for, else all that the credential has. */
const ownSites = (app: FastifyInstance, request: FastifyRequest, { site }: Query): string[] =>
  site === undefined ? sitesOf(app, request.principal) : [siteOf(app, request, site).site.id];

/** The same among versions of before: who has all sites, or had one that is gone, is told what became of it. */
function ownOnceIn(app: FastifyInstance, request: FastifyRequest, { site }: Query): IsOwn {
  if (site === undefined) return (id) => hasSite(request.principal, id);
  const { id: asked } = siteOf(app, request, site).site;
  return (id) => id === asked;
}

/** Who may write them must see all that is in them. */
const shownTo = ({ principal }: FastifyRequest) =>
  may(principal, "config:write") ? "full" : audienceOf(principal);

function reading(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    "/api/v1/config/sites",
    {
      config: { operation: "GET /api/v1/config/sites" },
      schema: {
        querystring: SiteQuery,
        summary: "Your sites with their rules, and the version of these",
        description:
          "As they hold: public holidays of a site's `holidays` stand among its `closures`. Sent back by PUT they are known as such.",
        tags: ["config"],
      },
    },
    async (request) => {
      const own = new Set(ownSites(app, request, request.query));
      const sites = app.sites.all().filter(({ id }) => own.has(id));
      const audience = shownTo(request);
      return { version: app.sites.version(), sites: sites.map((site) => siteFor(audience, site)) };
    },
  );

  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/config/sites/versions",
    {
      config: { operation: "GET /api/v1/config/sites/versions" },
      schema: {
        querystring: SiteListQuery,
        summary: "The last versions of your sites: when, by whom, what was changed",
        tags: ["config"],
      },
    },
    async (request) => {
      const isOwn = ownOnceIn(app, request, request.query);
      const versions = await app.sitesHistory.versions(configAsker(request), isOwn);
      return pageBehind(versions, ({ version }) => String(version), request.query);
    },
  );

  app.get<{ Querystring: Query; Params: Static<typeof VersionPath> }>(
    "/api/v1/config/sites/versions/:version",
    {
      config: { operation: "GET /api/v1/config/sites/versions/:version" },
      schema: {
        params: VersionPath,
        querystring: SiteQuery,
        summary: "Your sites as they were in one of the last versions, without public holidays",
        tags: ["config"],
      },
    },
    async (request) => {
      const isOwn = ownOnceIn(app, request, request.query);
      const { version } = request.params;
      const found = await app.sitesHistory.at(version);
      if (found === null) throw problem("CT_ERR_NOT_FOUND", "This version is not kept.");
      const audience = shownTo(request);
      const sites = found.filter(({ id }) => isOwn(id));
      return { version, sites: sites.map((site) => siteFor(audience, site)) };
    },
  );
}

const ABOUT_CHANGE = `Takes what GET answers, changed, or a sites file: each of your sites, whole (with \`?site=\` that one). With \`version\` (or \`ifVersion\`) it is refused with 409 unless that is the version in force. Servers and workers use the new rules within a second; orders keep the rules they came under, new ones come under the new. Sites come with the sites file and go with it: one that is new or is left out is a mistake.

At the next start a sites file that is as it was when it was last taken undoes nothing; another one wins, with a warning, and what it replaces stays among the versions.

A closure that is a public holiday of \`holidays\` is not kept as one of the site's own. To work on a holiday, give its date shifts under \`special\`.`;

function changing(app: FastifyInstance): void {
  app.put<{ Querystring: ConfigChangeQuery; Body: SitesWish }>(
    "/api/v1/config/sites",
    {
      bodyLimit: MAX_BODY,
      config: { operation: "PUT /api/v1/config/sites" },
      schema: {
        querystring: ConfigChangeQuery,
        body: SitesWish,
        summary: "Change the rules of your sites",
        description: ABOUT_CHANGE,
        tags: ["config"],
      },
    },
    async (request) => {
      const { query, body } = request;
      const { kept: _kept, ...changed } = await app.sitesDesk.change(configAsker(request), {
        sites: body.sites,
        own: ownSites(app, request, query),
        ifVersion: wantedVersion(body),
        dryRun: query.dryRun === true,
      });
      return changed;
    },
  );
}

export function configRoutes(app: FastifyInstance): void {
  reading(app);
  changing(app);

  app.get(
    "/api/schemas/sites.json",
    {
      config: { operation: "GET /api/schemas/sites.json" },
      schema: { summary: "JSON Schema of the sites file", tags: ["config"] },
    },
    async (_request, reply) =>
      reply
        .type("application/schema+json")
        .serializer((document: unknown) => JSON.stringify(document))
        .send({ $schema: "https://json-schema.org/draft/2020-12/schema", ...SitesFile }),
  );
}
