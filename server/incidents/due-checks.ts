/** What the auditor of escalation's clock found last, of each site of which it was told. A Redis that does not answer tells nothing. */
import type { FastifyInstance } from "fastify";
import type { DueCheck } from "../../domain/incidents/due-check.ts";

export type SiteCheck = { site: string; check: DueCheck };

async function checkOf(app: FastifyInstance, site: string): Promise<SiteCheck[]> {
  const text = await app.incidents.audit(site).catch(() => null);
  return text === null ? [] : [{ site, check: JSON.parse(text) as DueCheck }];
}

export async function checksOf(app: FastifyInstance): Promise<SiteCheck[]> {
  const all = await Promise.all(app.sites.all().map(({ id }) => checkOf(app, id)));
  return all.flat();
}
