/** Incidents counted and put in the order of work. Pure. */
import type { IncidentMetrics } from "../board.ts";
import { INCIDENT_SEVERITIES, isOpenIncident, type Incident } from "./incident.ts";

/** What begins a time without an owner. */
const LETS_GO: ReadonlySet<string> = new Set(["opened", "reopened", "ack-expired", "unshelved"]);

/** Since when nobody owns it; null while somebody does, it is on the shelf, or it is over. */
export function unownedSince({
  state,
  owner,
  timeline,
  openedAt,
}: Pick<Incident, "state" | "owner" | "timeline" | "openedAt">): number | null {
  if (state !== "open" || owner !== null) return null;
  // somebody may have let it go, too: an assignment that left it without an owner
  const begun = timeline.findLast(({ what }) => LETS_GO.has(what) || what === "assigned");
  return begun?.at ?? openedAt;
}

export function incidentMetrics(incidents: Iterable<Incident>, now: number): IncidentMetrics {
  const bySeverity = Object.fromEntries(INCIDENT_SEVERITIES.map((severity) => [severity, 0]));
  const metrics: IncidentMetrics = {
    open: 0,
    unowned: 0,
    acknowledged: 0,
    shelved: 0,
    bySeverity,
    unownedAgeMs: null,
  };
  for (const incident of incidents) {
    if (!isOpenIncident(incident)) continue;
    metrics.open += 1;
    bySeverity[incident.severity] = (bySeverity[incident.severity] ?? 0) + 1;
    if (incident.state === "acknowledged") metrics.acknowledged += 1;
    if (incident.state === "shelved") metrics.shelved += 1;
    const since = unownedSince(incident);
    if (since === null) continue;
    metrics.unowned += 1;
    metrics.unownedAgeMs = Math.max(metrics.unownedAgeMs ?? 0, now - since, 0);
  }
  return metrics;
}

export type Weighed = Pick<
  Incident,
  | "id"
  | "savingRate"
  | "priority"
  | "actBy"
  | "severity"
  | "openedAt"
  | "changedAt"
  | "counts"
  | "kind"
>;

/** All of its orders are lost: nothing that anybody does helps them any more. */
export const isLost = ({ counts }: Pick<Incident, "counts">): boolean =>
  counts.orders > 0 && counts.lost >= counts.orders;

const last = Number.MAX_SAFE_INTEGER;
const byNumber = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** What is lost comes last; then what a minute of work saves, the more the earlier; then hurry. */
export const compareSavable = (a: Weighed, b: Weighed): number =>
  Number(isLost(a)) - Number(isLost(b)) ||
  b.savingRate - a.savingRate ||
  b.priority - a.priority ||
  (a.actBy ?? last) - (b.actBy ?? last) ||
  byNumber(a.id, b.id);

export const COMPARE_INCIDENTS = {
  savable: compareSavable,
  actBy: (a: Weighed, b: Weighed) => (a.actBy ?? last) - (b.actBy ?? last) || compareSavable(a, b),
  severity: (a: Weighed, b: Weighed) => byNumber(a.severity, b.severity) || compareSavable(a, b),
  priority: (a: Weighed, b: Weighed) => b.priority - a.priority || compareSavable(a, b),
  openedAt: (a: Weighed, b: Weighed) => b.openedAt - a.openedAt || byNumber(a.id, b.id),
  changedAt: (a: Weighed, b: Weighed) => b.changedAt - a.changedAt || byNumber(a.id, b.id),
} as const;
