/** Filtering, sorting and paging of incidents in memory. Pages go on after the last one of the page before, so that a list that moves neither skips nor repeats. */
import { Type } from "typebox";
import {
  type IncidentListQuery,
  type IncidentSort,
  type IncidentView,
} from "../../domain/contract/incidents.ts";
import { COMPARE_INCIDENTS, type Weighed } from "../../domain/incidents/figures.ts";
import {
  Incident,
  INCIDENT_KINDS,
  INCIDENT_SEVERITIES,
  INCIDENT_STATES,
} from "../../domain/incidents/incident.ts";
import { createPlaceCursors, type PlaceCursor } from "../cursor.ts";
import { problem } from "../problem.ts";

const wanted = (
  name: "state" | "severity" | "kind",
  text: string | undefined,
  known: readonly string[],
): ReadonlySet<string> | null => {
  if (text === undefined || text === "") return null;
  const values = text.split(",").map((one) => one.trim());
  const strange = values.filter((value) => !known.includes(value));
  if (strange.length === 0) return new Set(values);
  const message = `querystring ${name} is one or more of ${known.join(", ")}`;
  throw problem("CT_ERR_INVALID", `${strange.join(", ")} is no ${name} of an incident.`, {
    errors: [{ index: 0, path: `/${name}`, message }],
  });
};

function isFound({ id, title, orders, cause }: IncidentView, query: string): boolean {
  const text = query.toLowerCase();
  return [id, title, cause, ...orders].some((one) => one.toLowerCase().includes(text));
}

const ownerTest = (owner: string, me: string) => {
  if (owner === "none") return (incident: IncidentView) => !incident.isOwned;
  const name = owner === "me" ? me : owner;
  return (incident: IncidentView) => incident.owner === name;
};

export type Filter = { fits: (incident: IncidentView) => boolean; wantsResolved: boolean };

/** Any of the values of a filter, all filters. `me`: who asks. Without a state: everything that is not resolved. */
export function filterOf(query: IncidentListQuery, me: string): Filter {
  const states = wanted("state", query.state, INCIDENT_STATES);
  const severities = wanted("severity", query.severity, INCIDENT_SEVERITIES);
  const kinds = wanted("kind", query.kind, INCIDENT_KINDS);
  const { owner } = query;
  const q = query.q?.trim() ?? "";
  const tests: ((incident: IncidentView) => boolean)[] = [
    ({ state }) => (states === null ? state !== "resolved" : states.has(state)),
  ];
  if (severities !== null) tests.push(({ severity }) => severities.has(severity));
  if (kinds !== null) tests.push(({ kind }) => kinds.has(kind));
  if (owner !== undefined && owner !== "") tests.push(ownerTest(owner, me));
  if (q !== "") tests.push((incident) => isFound(incident, q));
  return {
    fits: (incident) => tests.every((test) => test(incident)),
    wantsResolved: states?.has("resolved") ?? false,
  };
}

/** What orders incidents in any of the sorts: enough to find the place after the last one of a page. */
const Place = Type.Pick(Incident, [
  "id",
  "savingRate",
  "priority",
  "actBy",
  "severity",
  "openedAt",
  "changedAt",
  "counts",
  "kind",
]);
export const incidentCursors = createPlaceCursors(Place);

const placeOf = (incident: IncidentView): Weighed => {
  const { id, savingRate, priority, actBy, severity, openedAt, changedAt, counts, kind } = incident;
  return { id, savingRate, priority, actBy, severity, openedAt, changedAt, counts, kind };
};

export type Page = { items: IncidentView[]; next: PlaceCursor<Weighed> | null };

export function pageOf(
  incidents: Iterable<IncidentView>,
  { fits }: Filter,
  sort: IncidentSort,
  after: Weighed | undefined,
  limit: number,
): Page {
  const compare = COMPARE_INCIDENTS[sort];
  const found = [...incidents].filter(
    (incident) => fits(incident) && (after === undefined || compare(incident, after) > 0),
  );
  found.sort(compare);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next: found.length > limit && last !== undefined ? { after: placeOf(last) } : null,
  };
}
