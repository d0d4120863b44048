/** Whether a step of a ladder tells anybody when it falls due. */
import { MINUTE_MS } from "../wall-clock.ts";
import { dayWithin } from "./duty.ts";
import type { Incident } from "./incident.ts";
import type { Condition } from "./policies.ts";
import type { Rulebook } from "./rulebook.ts";

type Check = (
  condition: Condition,
  incident: Incident,
  book: Rulebook,
  at: number,
) => string | null;

const hours: Check = ({ days, from, to }, _incident, { site }, at) => {
  if (days === undefined && from === undefined && to === undefined) return null;
  const within = {
    ...(days !== undefined && { days }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  return dayWithin(site.timeZone, within, at) === null ? "outside its days and hours" : null;
};

const severity: Check = ({ severities }, incident) =>
  severities === undefined || severities.includes(incident.severity)
    ? null
    : `not for ${incident.severity}`;

const closeness: Check = ({ minutesToActBy: most }, { actBy }, _book, at) => {
  if (most === undefined) return null;
  if (actBy === null) return "there is no moment to act by";
  return actBy - at <= most * MINUTE_MS ? null : `more than ${most} min are left to act`;
};

const value: Check = ({ minimumValue: least }, { valueAtStake }) =>
  least === undefined || (valueAtStake ?? 0) >= least ? null : `less than ${least} is at stake`;

const tier: Check = ({ tiers }, incident) =>
  tiers === undefined || tiers.some((one) => incident.tiers?.includes(one))
    ? null
    : `none of its orders is of ${tiers.join(", ")}`;

const count: Check = ({ countInWindow: window }, _incident, { openedSince }, at) => {
  if (window === undefined) return null;
  const found = openedSince(at - window.minutes * MINUTE_MS);
  if (found >= window.count) return null;
  return `${found} were opened within ${window.minutes} min, not ${window.count}`;
};

const CHECKS = [hours, severity, closeness, value, tier, count];

/** Null when all of it holds; else what does not, in words. */
export function unmetOf(
  condition: Condition | undefined,
  incident: Incident,
  book: Rulebook,
  at: number,
): string | null {
  if (condition === undefined) return null;
  for (const check of CHECKS) {
    const unmet = check(condition, incident, book, at);
    if (unmet !== null) return unmet;
  }
  return null;
}
