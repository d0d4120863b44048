/** Everything known of one incident, for whoever may see it. */
import type { FastifyInstance } from "fastify";
import type { IncidentDetail } from "../../domain/contract/incidents.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Ladder, Policies } from "../../domain/incidents/policies.ts";
import { compareUrgency } from "../../domain/board-model.ts";
import type { Row } from "../../domain/board.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { rowsFor, type Audience } from "../audience.ts";
import { incidentFor } from "./audience.ts";
import { beforeOf } from "./before.ts";
import { playbookView } from "./playbook-view.ts";
import { ladderSteps, toldOf } from "./ladder-view.ts";

const MOST_ROWS = 500;

/** Its orders with their rows: the open ones by urgency, then those that are over. */
function membersOf(
  ids: readonly string[],
  rows: ReadonlyMap<string, Row>,
  audience: Audience,
): IncidentDetail["members"] {
  const open = ids.flatMap((id) => rows.get(id) ?? []).sort(compareUrgency);
  const shown = rowsFor(audience, open.slice(0, MOST_ROWS));
  const gone = ids.filter((id) => !rows.has(id)).slice(0, MOST_ROWS - shown.length);
  return [...shown.map((row) => ({ id: row.id, row })), ...gone.map((id) => ({ id, row: null }))];
}

async function ladderFor(
  app: FastifyInstance,
  policy: SitePolicy,
  { ladder }: Incident,
): Promise<Ladder | null> {
  if (ladder === null) return null;
  const current = await app.policyDesk.current(policy.site);
  const isCurrent = current.version === ladder.version;
  // one that runs keeps the version it began under
  const kept = isCurrent ? null : await app.incidents.policiesOf(policy.site.id, ladder.version);
  const policies = kept === null ? current.policies : (JSON.parse(kept) as Policies);
  return policies.ladders.find(({ id }) => id === ladder.ladder) ?? null;
}

export async function incidentDetail(
  app: FastifyInstance,
  policy: SitePolicy,
  incident: Incident,
  audience: Audience,
): Promise<IncidentDetail> {
  const { site, id } = incident;
  const isFull = audience === "full";
  const [members, ladder, notices, past] = await Promise.all([
    app.incidents.members(site, id),
    ladderFor(app, policy, incident),
    isFull ? app.incidents.notices(site, id) : {},
    app.pastIncidents(site),
  ]);
  const ids = members ?? incident.orders;
  const told = toldOf(notices);
  return {
    ...incidentFor(audience, incident),
    members: membersOf(ids, app.live.board(site)?.rows ?? new Map(), audience),
    memberCount: ids.length,
    ladderSteps: isFull ? ladderSteps(incident, ladder, told) : [],
    ladderName: ladder?.name ?? null,
    playbook: isFull ? playbookView(incident) : null,
    before: beforeOf(past, incident),
  };
}
