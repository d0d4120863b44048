/**
 * How grave an incident is, by how many orders it costs and how soon (design page 4.6). An order that is not lost yet counts with its probability; a share of a truck counts
 * only within its last hours and from some orders on, since two of ten are not a disaster.
 */
import { HOUR_MS } from "../wall-clock.ts";
import { INCIDENT_SEVERITIES, type IncidentSeverity } from "./incident.ts";

/** The truck that most of it is about. */
export type CutOffShare = { share: number; leftMs: number };

const SOON_MS = 2 * HOUR_MS;
const LEAST = 5;

/** `expected`: orders that will miss, those that have already included. */
export function severityOf(expected: number, cutOff: CutOffShare | null): IncidentSeverity {
  const isSoon = cutOff !== null && cutOff.leftMs <= SOON_MS && cutOff.leftMs >= 0;
  const share = isSoon && expected >= LEAST ? cutOff.share : 0;
  if (expected >= 100 || share >= 0.1) return "S1";
  if (expected >= 25 || share >= 0.03) return "S2";
  return expected >= LEAST ? "S3" : "S4";
}

/** 0 to 100; `hurry`: the largest of those that can still be saved, 0 to 1. */
export const incidentPriority = (expected: number, hurry: number): number =>
  Math.min(100, 20 * Math.log2(1 + expected) * (0.5 + 0.5 * hurry));

/** True when `now` is graver than `before`. */
export const isGraver = (now: IncidentSeverity, before: IncidentSeverity): boolean =>
  INCIDENT_SEVERITIES.indexOf(now) < INCIDENT_SEVERITIES.indexOf(before);
