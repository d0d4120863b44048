/** Small scenes for the rules of incidents: Berlin, Monday 12 January 2026, 14:00. */
import type { Candidate, Detection, Scene } from "../../../domain/incidents/detection.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import type { KnownIncident } from "../../../domain/incidents/matching.ts";
import type { Row } from "../../../domain/board.ts";
import { BER, policyOf } from "../time-fixtures.ts";
import { aRow } from "../../support/board-rows.ts";

export const NOW = Date.UTC(2026, 0, 12, 13);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 16:00 in Berlin */
export const TRUCK = { id: "A-20260112-1600", at: NOW + 2 * HOUR };

/** An order on the floor, due with the 16:00 truck. */
export function aCandidate(
  id: string,
  row: Partial<Row> = {},
  rest: Partial<Candidate> = {},
): Candidate {
  return {
    row: aRow({
      id,
      stage: "released",
      stageSince: NOW - HOUR,
      sev: "on_time",
      actBy: NOW + HOUR,
      due: TRUCK.at,
      dueKind: "ship",
      risk: 0.1,
      carrier: "A",
      service: "A",
      pickup: TRUCK,
      flags: [],
      holds: [],
      exceptions: [],
      value: 100,
      ...row,
    }),
    skus: [],
    holds: [],
    exceptions: [],
    ...rest,
  };
}

/** The same, at risk. */
export const inTrouble = (
  id: string,
  row: Partial<Row> = {},
  rest: Partial<Candidate> = {},
): Candidate => aCandidate(id, { sev: "at_risk", risk: 0.9, why: "Behind", ...row }, rest);

export function aScene(candidates: readonly Candidate[], change: Partial<Scene> = {}): Scene {
  return {
    policy: policyOf(BER),
    policies: DEFAULT_POLICIES,
    version: 3,
    now: NOW,
    orders: new Map(candidates.map((one) => [one.row.id, one])),
    pickups: [],
    trucks: [],
    truckNews: [],
    silent: [],
    dead: [],
    paces: [],
    arrivals: null,
    open: [],
    usual: () => 0,
    ...change,
  };
}

/** The incident that a detection opened. */
export function incidentOf(
  { members, isFaint: _faint, isQuiet, habit: _habit, tiers, ...found }: Detection,
  change: Partial<Incident> = {},
): KnownIncident {
  const incident: Incident = {
    ...structuredClone({ ...found, orders: members.slice(0, 20) }),
    tiers: [...tiers],
    attributes: [...found.attributes],
    sources: [...found.sources],
    reasons: [...found.reasons],
    inputs: { ...found.inputs },
    orders: members.slice(0, 20),
    id: "INC-1",
    site: "BER",
    v: 1,
    state: "open",
    openedAt: NOW,
    changedAt: NOW,
    owner: null,
    ackUntil: null,
    activeAt: NOW,
    shelved: null,
    resolution: null,
    reopened: 0,
    seenAt: NOW,
    generation: 1,
    ladder: null,
    announcedOrders: isQuiet ? 0 : found.counts.orders,
    ...(!isQuiet && { announcedSeverity: found.severity }),
    played: [],
    noise: null,
    timeline: [],
    ...change,
  };
  return { incident, members: [...members] };
}
