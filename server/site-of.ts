/** Which site a request is about: from the credential, or `?site=` within it. Another's site and a missing one look the same. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { hasSite, type Principal } from "../domain/permissions.ts";
import type { SitePolicy } from "../domain/site.ts";
import { aboutField, problem, throwIf } from "./problem.ts";

/** Ids of the configured sites that the credential has. */
export const sitesOf = (app: FastifyInstance, principal: Principal): string[] =>
  app.sites.all().flatMap((site) => (hasSite(principal, site.id) ? [site.id] : []));

export const noSuchSite = () => problem("CT_ERR_NOT_FOUND", "There is no such site for you.");

/** What is meant stands at several of one's sites. */
export const atSeveral = (what: string) =>
  problem(
    "CT_ERR_SITE_REQUIRED",
    `Several of your sites have ${what}. Add ?site=.`,
    aboutField("/site", "querystring is required: several of your sites have it"),
  );

/** Refuses with 404 for a site that is not the credential's, with 422 when it has several and none was named, with 429 when too much is read of it. */
export function siteOf(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
): SitePolicy {
  const own = sitesOf(app, request.principal);
  const id = asked ?? (own.length === 1 ? own[0] : undefined);
  if (id === undefined)
    throw problem(
      "CT_ERR_SITE_REQUIRED",
      `Add ?site=, one of ${own.join(", ")}.`,
      aboutField("/site", "querystring is required: you have several"),
    );
  const policy = own.includes(id) ? app.sites.get(id) : undefined;
  if (policy === undefined) throw noSuchSite();
  if (request.method === "GET") throwIf(app.rates.takeSite(policy.site.id));
  return policy;
}
