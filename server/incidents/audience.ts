/**
 * What viewers, walls and keys without `people:read` see of an incident (promise S7): the same shape, made from a list of what is allowed, so that a field that is added later is not shown
 * before somebody decided so. No names, nothing that a person typed: title and reasons of an incident that somebody opened, comments, why it is on the shelf, how it ended, and what stands
 * beside a hold, which the reasons of any incident quote with the words of its worst order.
 */
import { withoutTyped } from "../../domain/delay/words.ts";
import type { IncidentView } from "../../domain/contract/incidents.ts";
import type { Incident, IncidentKind } from "../../domain/incidents/incident.ts";
import type { Audience } from "../audience.ts";

/** Found for an order's hold, damage or rejection: their words may quote what somebody wrote beside it. */
const QUOTES: ReadonlySet<IncidentKind> = new Set([
  "manual",
  "hold_ageing",
  "damage",
  "quality_reject",
]);

const TITLES: Partial<Record<IncidentKind, string>> = {
  manual: "Opened by a person",
  hold_ageing: "A hold is ageing",
  damage: "Damaged goods",
  quality_reject: "Rejected by quality control",
};

const isOwned = ({ state, owner }: Incident): boolean => state === "acknowledged" && owner !== null;

function openLadder({ ladder }: Incident): Incident["ladder"] {
  if (ladder === null) return null;
  const { ladder: name, version, step, round, since, nextAt } = ladder;
  return { ladder: name, version, step, round, since, nextAt, fired: [] };
}

function reduced(incident: Incident): IncidentView {
  const { id, site, v, kind, severity, priority, savingRate, state, counts, orders } = incident;
  const { openedAt, changedAt, actBy, valueAtStake, activeAt, seenAt, ackUntil } = incident;
  const { attributes, sources, rule, reopened, generation, announcedOrders } = incident;
  const quotes = QUOTES.has(kind);
  const { shelved, resolution } = incident;
  return {
    id,
    site,
    v,
    kind,
    cause: kind,
    title: quotes ? (TITLES[kind] ?? kind) : incident.title,
    severity,
    priority,
    savingRate,
    state,
    openedAt,
    changedAt,
    actBy,
    valueAtStake,
    counts,
    orders,
    attributes,
    sources,
    reasons: quotes ? [] : incident.reasons.map(withoutTyped),
    doThis: quotes ? null : incident.doThis,
    rule,
    inputs: {},
    owner: null,
    ackUntil,
    activeAt,
    shelved: shelved && { by: "", at: shelved.at, reason: "", until: shelved.until },
    resolution: resolution && { at: resolution.at, code: resolution.code, words: "" },
    reopened,
    seenAt,
    generation,
    ladder: openLadder(incident),
    announcedOrders,
    played: [],
    noise: null,
    timeline: [],
    isOwned: isOwned(incident),
  };
}

export const incidentFor = (audience: Audience, incident: Incident): IncidentView =>
  audience === "full" ? { ...incident, isOwned: isOwned(incident) } : reduced(incident);
