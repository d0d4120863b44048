/** Finds an incident within the sites of whoever asks: in memory, or among those that are resolved for longer. Another's and one that is nowhere look the same. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Incident } from "../../domain/incidents/incident.ts";
import { problem } from "../problem.ts";
import { atSeveral, siteOf, sitesOf } from "../site-of.ts";

export const noSuchIncident = () =>
  problem("CT_ERR_NOT_FOUND", "There is no such incident for you.");

async function findAt(app: FastifyInstance, site: string, id: string): Promise<Incident[]> {
  const live = app.live.board(site)?.incidents.get(id);
  const found = live ?? (await app.incidents.past(site, id));
  return found === null ? [] : [found];
}

/** Numbers are counted by site: the same at two of them needs the site named. */
export async function findIncident(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<Incident> {
  const sites =
    asked === undefined ? sitesOf(app, request.principal) : [siteOf(app, request, asked).site.id];
  const found = (await Promise.all(sites.map(async (site) => findAt(app, site, id)))).flat();
  const [first, second] = found;
  if (first === undefined) throw noSuchIncident();
  if (second !== undefined) throw atSeveral("it");
  return first;
}
