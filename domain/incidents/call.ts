/** An annunciation: somebody was called for something (design page 4.7). What a person merely says to another is none. The alarm budget is measured by these. */
import type { IncidentKind, IncidentSeverity } from "./incident.ts";
import type { Role } from "../permissions.ts";
import type { Notice } from "./notice.ts";
import type { Target } from "./policies.ts";

const CALLS: ReadonlySet<Notice["why"]> = new Set([
  "escalated",
  "ack-expired",
  "returned",
  "worse",
]);

export type Call = {
  at: number;
  notice: string;
  incident: string;
  kind: IncidentKind;
  severity: IncidentSeverity;
  why: Notice["why"];
  targets: Target[];
  people: string[];
  important: boolean;
  orders: number;
  /** it was late, and goes to a person together with the others of its group */
  group?: string;
  /** roles whose people were not called: they are flooded with alarms */
  heldFor?: Role[];
  /** for a single order that passes in a flood for whose it is */
  isVipAlone?: true;
};

export function callOf(notice: Notice): Call | null {
  const { id, at, incident, kind, severity, why, targets, people, important, orders } = notice;
  if (!CALLS.has(why)) return null;
  const { group, heldFor } = notice;
  const of = {
    ...(group !== undefined && { group }),
    ...(heldFor !== undefined && { heldFor: heldFor.roles }),
  };
  return {
    at,
    notice: id,
    incident,
    kind,
    severity,
    why,
    targets,
    people,
    important,
    orders,
    ...of,
  };
}

/** Somebody was called for a single order in spite of a flood, or would have been. */
export const isVipCall = ({ isVipAlone, heldFor }: Call): boolean =>
  isVipAlone === true && heldFor === undefined;

export const encodeCall = (call: Call): string => JSON.stringify(call);
