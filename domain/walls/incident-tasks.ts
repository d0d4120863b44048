/**
 * Incidents as walls show them: the cause in the words of the floor, how much hangs on it, and whether somebody has it; not who, nor what anybody wrote. Made from what
 * those may see who are shown no people. Orders that stand in a shown incident are not told a second time. Pure.
 */
import type { WallTask } from "../contract/walls.ts";
import { actByOf } from "../incidents/act-by.ts";
import type { Attribute, Incident, IncidentSeverity } from "../incidents/incident.ts";
import { nameIn } from "../incidents/words.ts";
import type { Site } from "../site.ts";

export type OpenIncident = Pick<
  Incident,
  "id" | "title" | "severity" | "counts" | "actBy" | "state" | "orders" | "kind" | "attributes"
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

const MOST_NAMED = 4;
/** Causes of one order each are called by it. */
const OF_AN_ORDER: ReadonlySet<Incident["kind"]> = new Set([
  "order_delay",
  "damage",
  "quality_reject",
]);

/** A carrier goes without saying where its truck is named. */
function aboutOf({ kind, attributes, orders }: OpenIncident, site: Site): Attribute[] {
  const [order] = orders;
  if (OF_AN_ORDER.has(kind) && attributes.length === 0 && order !== undefined)
    return [{ name: "order", value: order }];
  const hasTruck = attributes.some(({ name }) => name === "pickup");
  return attributes
    .filter(({ name }) => !(hasTruck && name === "carrier"))
    .slice(0, MOST_NAMED)
    .map((attribute) => ({ name: attribute.name, value: nameIn(site, attribute) }));
}

export function incidentTask(incident: OpenIncident, site: Site): WallTask {
  const { id, title, kind, severity, counts, isOwned } = incident;
  return {
    id,
    incident: id,
    severity: LEVELS[severity],
    sev: counts.late > 0 ? "late" : "at_risk",
    process: null,
    title,
    cause: { kind, about: aboutOf(incident, site) },
    orders: counts.orders,
    actBy: actByOf(incident),
    truck: null,
    state: isOwned ? "taken" : "open",
  };
}
