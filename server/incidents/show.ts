/** One incident as it is answered to whoever asks. */
import { Type } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { audienceOf } from "../audience.ts";
import { toHttp } from "../http-instants.ts";
import { incidentDetail } from "./detail.ts";
import { findIncident, noSuchIncident } from "./find.ts";

export const IncidentPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

export async function showIncident(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<object> {
  const incident = await findIncident(app, request, asked, id);
  const policy = app.sites.get(incident.site);
  if (policy === undefined) throw noSuchIncident();
  const audience = audienceOf(request.principal);
  return toHttp(await incidentDetail(app, policy, incident, audience)) as object;
}
