/**
 * What is measured of an incident, from its record alone, so that history that is made again says the same: when somebody took it, when it ended, how far it climbed. Names
 * and words of people stay out. The time until somebody took it runs while the site works: nobody can answer a call in a closed house. That until it was over is elapsed.
 */
import { workingBetween, type Calendar } from "../calendar.ts";
import type {
  Incident,
  IncidentKind,
  IncidentSeverity,
  IncidentState,
} from "../incidents/incident.ts";
import type { Ledger } from "./ledger.ts";
import type { Place } from "./places.ts";

export type IncidentFacts = {
  id: string;
  kind: IncidentKind;
  severity: IncidentSeverity;
  state: IncidentState;
  orders: number;
  openedAt: number;
  /** when somebody took it for the first time */
  ackAt: number | null;
  resolvedAt: number | null;
  /** over by itself before anybody took it */
  isAutoCleared: boolean;
  /** its ladder came to level 2 by itself; somebody sent it there */
  isEscalated: boolean;
  isEscalatedByHand: boolean;
  isNoise: boolean;
  /** ms while the site works */
  toAck: number | null;
};

/** Taking over, putting away with a reason, resolving by hand: somebody looked at it. */
const TAKES: ReadonlySet<string> = new Set(["acknowledged", "assigned", "shelved", "resolved"]);

const ackAtOf = ({ timeline }: Incident): number | null =>
  timeline.find(({ what, by }) => by !== undefined && TAKES.has(what))?.at ?? null;

/** The first step is the call itself, level 0; the second asks one more colleague. From the third on, or gone through again, it is escalated. */
const ESCALATED = 2;
function escalationOf({ ladder }: Incident): { isEscalated: boolean; isEscalatedByHand: boolean } {
  const further = (ladder?.fired ?? []).filter(({ step, round }) => step >= ESCALATED || round > 0);
  return {
    isEscalated: further.some(({ by }) => by === undefined),
    isEscalatedByHand: further.some(({ by }) => by !== undefined),
  };
}

export function incidentFactsOf(incident: Incident, calendar: Calendar): IncidentFacts {
  const { id, kind, severity, state, counts, openedAt, resolution, noise } = incident;
  const ackAt = ackAtOf(incident);
  const resolvedAt = resolution?.at ?? null;
  return {
    id,
    kind,
    severity,
    state,
    orders: counts.orders,
    openedAt,
    ackAt,
    resolvedAt,
    isAutoCleared: ackAt === null && resolution !== null && resolution.by === undefined,
    ...escalationOf(incident),
    isNoise: noise !== null,
    toAck: ackAt === null ? null : workingBetween(calendar, openedAt, Math.max(openedAt, ackAt)),
  };
}

/** Elapsed ms from when it was raised to when it was over; null while it is not. */
export const timeToResolve = ({
  openedAt,
  resolvedAt,
}: Pick<IncidentFacts, "openedAt" | "resolvedAt">): number | null =>
  resolvedAt === null ? null : Math.max(0, resolvedAt - openedAt);

const placesOf = ({ kind, severity }: IncidentFacts): Place[] => [
  ["all", ""],
  ["kind", kind],
  ["severity", severity],
];

/** Everything is counted by when it was raised: a bad day stays one, whenever it was dealt with. */
export function countIncident(facts: IncidentFacts, ledger: Ledger, by: 1 | -1): void {
  const { openedAt: at, toAck } = facts;
  const toResolve = timeToResolve(facts);
  const places = placesOf(facts);
  const add = (name: string, is: boolean) => ledger.add(at, places, name, is ? by : 0);
  add("inc.raised", true);
  add("inc.cleared", facts.isAutoCleared);
  add("inc.resolved", facts.resolvedAt !== null);
  add("inc.escalated", facts.isEscalated);
  add("inc.escalatedByHand", facts.isEscalatedByHand);
  add("inc.climbed", facts.isEscalated || facts.isEscalatedByHand);
  add("inc.noise", facts.isNoise);
  if (toAck !== null) ledger.duration(at, places, "inc.ack", toAck, by);
  if (toResolve !== null) ledger.duration(at, places, "inc.resolve", toResolve, by);
}
