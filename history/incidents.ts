/** Incidents as history has them: their facts by record, the roll-ups by the difference. Written within the transaction of the stretch that told of them. */
import {
  countIncident,
  incidentFactsOf,
  type IncidentFacts,
} from "../domain/analytics/incident-facts.ts";
import type { Gains } from "../domain/analytics/gains.ts";
import { createLedger } from "../domain/analytics/ledger.ts";
import { calendarOf } from "../domain/calendar.ts";
import type { Incident } from "../domain/incidents/incident.ts";
import type { History, Writing } from "./open.ts";
import type { Tables } from "./schema.ts";
import { CHUNK, type Policies } from "./stretch.ts";

type Row = Tables["incidents"];
type Known = Pick<Row, "id" | "epoch" | "v" | "facts">;

const flag = (is: boolean): 0 | 1 => (is ? 1 : 0);

const valuesOf = (site: string, epoch: string, v: number, facts: IncidentFacts): unknown[] =>
  Object.values({
    site,
    id: facts.id,
    epoch,
    v,
    kind: facts.kind,
    severity: facts.severity,
    state: facts.state,
    orders: facts.orders,
    opened_at: facts.openedAt,
    acknowledged_at: facts.ackAt,
    resolved_at: facts.resolvedAt,
    is_cleared: flag(facts.isAutoCleared),
    is_escalated: flag(facts.isEscalated),
    is_escalated_by_hand: flag(facts.isEscalatedByHand),
    is_noise: flag(facts.isNoise),
    facts: JSON.stringify(facts),
  } satisfies Row);

async function knownOf(trx: Writing, site: string, ids: readonly string[]): Promise<Known[]> {
  const found: Known[] = [];
  for (let first = 0; first < ids.length; first += CHUNK)
    found.push(
      ...(await trx
        .selectFrom("incidents")
        .select(["id", "epoch", "v", "facts"])
        .where("site", "=", site)
        .where("id", "in", ids.slice(first, first + CHUNK))
        .execute()),
    );
  return found;
}

/** Each once, as it was told last. */
const latestOf = (incidents: readonly Incident[]): Incident[] => {
  const latest = new Map<string, Incident>();
  for (const one of incidents) if ((latest.get(one.id)?.v ?? -1) <= one.v) latest.set(one.id, one);
  return [...latest.values()];
};

type Told = { site: string; epoch: string; incidents: readonly Incident[] };

/** Writes those that are news; what the roll-ups gain by them. */
export async function writeIncidents(
  history: History,
  trx: Writing,
  { site, epoch, incidents }: Told,
  { zone, current }: Policies,
): Promise<Gains> {
  const latest = latestOf(incidents);
  const ids = latest.map(({ id }) => id);
  const known = new Map((await knownOf(trx, site, ids)).map((one) => [one.id, one]));
  const calendar = calendarOf(current);
  const ledger = createLedger(zone);
  const rows: unknown[][] = [];
  for (const incident of latest) {
    const before = known.get(incident.id);
    if (before?.epoch === epoch && before.v >= incident.v) continue;
    if (before !== undefined) countIncident(JSON.parse(before.facts) as IncidentFacts, ledger, -1);
    const facts = incidentFactsOf(incident, calendar);
    countIncident(facts, ledger, 1);
    rows.push(valuesOf(site, epoch, incident.v, facts));
  }
  await history.upsert(trx, "incidents", rows, ["site", "id"]);
  return ledger.packed();
}

/** What all of a site's incidents are in the roll-ups: after those were thrown away. */
export async function gainsOfAll(trx: Writing, site: string, zone: string): Promise<Gains> {
  const ledger = createLedger(zone);
  const rows = await trx.selectFrom("incidents").select("facts").where("site", "=", site).execute();
  for (const { facts } of rows) countIncident(JSON.parse(facts) as IncidentFacts, ledger, 1);
  return ledger.packed();
}
