/** What a flood of alarms leaves (design page 4.7, features 4.8): causes only, savable only, a sound only for what is new, critical and unowned. Pure; workers call by it, pages list and sound by it. */
import type { Role } from "../permissions.ts";
import type { Incident, IncidentKind } from "./incident.ts";
import type { Notice } from "./notice.ts";

/** Kinds that are about single orders: in a flood they are part of something, or can wait. */
const SINGLE: ReadonlySet<IncidentKind> = new Set([
  "order_delay",
  "no_scan",
  "hold_ageing",
  "damage",
  "quality_reject",
]);
const CRITICAL: ReadonlySet<Incident["severity"]> = new Set(["S1", "S2"]);
/** An order of a customer who matters most still calls somebody, so often in ten minutes. */
const VIP_PRIORITY = 80;
const MOST_VIP_CALLS = 2;
export const PASS_WINDOW_MS = 10 * 60_000;
/** More nobody keeps in mind: the rest is counted. */
const MOST_CAUSES = 5;

type Weighed = Pick<
  Incident,
  "kind" | "counts" | "severity" | "state" | "owner" | "priority" | "tiers" | "actBy"
>;

const isCause = ({ kind, counts }: Weighed): boolean => !SINGLE.has(kind) || counts.orders > 1;

/** Of a site's own trouble nothing is lost yet. */
export const isSavable = (
  { counts, actBy }: Pick<Incident, "counts" | "actBy">,
  now: number,
): boolean =>
  counts.orders === 0 || (counts.lost < counts.orders && (actBy === null || actBy >= now));

const isVip = ({ priority, tiers = [] }: Weighed): boolean =>
  priority >= VIP_PRIORITY && tiers.some((tier) => tier.toLowerCase() === "vip");

/** A single order that passes in a flood for whose it is. */
export const isVipAlone = (incident: Weighed): boolean => !isCause(incident) && isVip(incident);

export type FloodMode = {
  /** may stand in the list; the rest is counted */
  isListed: boolean;
  /** somebody is called for it; what is not is written down as held back */
  calls: boolean;
  sounds: boolean;
};

/** `vipCalls`: calls for single orders of such customers in the last ten minutes. */
export function inFlood(incident: Weighed, now: number, vipCalls = 0): FloodMode {
  const passes = isVipAlone(incident) && vipCalls < MOST_VIP_CALLS;
  const isListed = (isCause(incident) || passes) && isSavable(incident, now);
  const isNew = incident.state === "open" && incident.owner === null;
  return {
    isListed,
    calls: isListed,
    sounds: isListed && isNew && (CRITICAL.has(incident.severity) || passes),
  };
}

/** What stands in the list: the gravest of the causes, and of the single orders that pass. */
export function listedInFlood<I extends Weighed>(incidents: readonly I[], now: number): Set<I> {
  const listed = incidents
    .filter((one) => inFlood(one, now).isListed)
    .sort((a, b) => b.priority - a.priority);
  const alone = listed.filter(isVipAlone).slice(0, MOST_VIP_CALLS);
  const causes = listed.filter((one) => !isVipAlone(one)).slice(0, MOST_CAUSES);
  return new Set([...causes, ...alone]);
}

/** Since when people of a role are flooded, and whether the next role was called for it. */
export type Floods = Partial<Record<Role, number>>;

/** What says something to somebody in person is never held back. */
const HELD: ReadonlySet<Notice["why"]> = new Set(["escalated", "worse"]);

/** The notice as it goes out, after so many calls for single orders that passed in the last ten minutes: those who are flooded are not called for what can wait. Its step is taken all the same, and what was held back is written down with it. */
export function heldBack(
  notice: Notice,
  incident: Weighed,
  floods: Floods | undefined,
  now: number,
  vipCalls = 0,
): Notice {
  const roles = Object.keys(floods ?? {}) as Role[];
  if (roles.length === 0 || !HELD.has(notice.why)) return notice;
  if (inFlood(incident, now, vipCalls).calls) return notice;
  return { ...notice, heldFor: { roles, since: Math.min(...Object.values(floods ?? {})) } };
}
