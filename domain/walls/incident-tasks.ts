/**
 * Incidents as walls show them: the cause in the words of the floor, how much hangs on it, and whether somebody has it; not who, nor what anybody wrote. Made from what
 * those may see who are shown no people. Orders that stand in a shown incident are not told a second time. Pure.
 */
import type { WallTask } from "../contract/walls.ts";
import type { Incident, IncidentSeverity } from "../incidents/incident.ts";

export type OpenIncident = Pick<
  Incident,
  "id" | "title" | "severity" | "counts" | "actBy" | "state" | "orders" | "kind"
> & { isOwned: boolean };

const LEVELS: Readonly<Record<IncidentSeverity, WallTask["severity"]>> = {
  S1: 1,
  S2: 2,
  S3: 3,
  S4: 4,
};
/** Told by the hatch of the tiles that rest on the source, or nothing that the floor can do about it. */
const ELSEWHERE: ReadonlySet<Incident["kind"]> = new Set([
  "source_silent",
  "tpl_silent",
  "no_scan",
  "poison_events",
]);

/** Something that the floor can still do, and that nobody has put away. */
export const isForFloor = ({ state, severity, kind, counts }: OpenIncident): boolean =>
  (state === "open" || state === "acknowledged") &&
  severity !== "S4" &&
  !ELSEWHERE.has(kind) &&
  counts.orders > counts.lost;

export function incidentTask(incident: OpenIncident): WallTask {
  const { id, title, severity, counts, actBy, isOwned } = incident;
  return {
    id,
    incident: id,
    severity: LEVELS[severity],
    sev: counts.late > 0 ? "late" : "at_risk",
    process: null,
    title,
    orders: counts.orders,
    actBy,
    truck: null,
    state: isOwned ? "taken" : "open",
  };
}
