/**
 * What changes in a flood of alarms (design page 4.7, features 4.8): causes only, savable only, a sound only for what is new, critical and unowned, and the next role is called, once a
 * flood. When it is over, the three rules that cost the most attention are named, each with a threshold that would have cost less. How many alarms reached whom: `alarm-load.ts`. Pure.
 */
import type { Role } from "../permissions.ts";
import { MINUTE_MS, inWords } from "../wall-clock.ts";
import { callsOf, floodSince, ruleCosts, type RuleCost, type Who } from "./alarm-load.ts";
import type { Call } from "./call.ts";
import type { Incident, IncidentKind } from "./incident.ts";
import type { Policies } from "./policies.ts";

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
export const VIP_WINDOW_MS = 10 * MINUTE_MS;

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

export type FloodMode = {
  /** stands in the list; the rest is counted */
  isListed: boolean;
  /** somebody is called for it; what is not is written down as held back */
  calls: boolean;
  sounds: boolean;
};

/** `vipCalls`: calls for single orders of such customers in the last ten minutes. */
export function inFlood(incident: Weighed, now: number, vipCalls = 0): FloodMode {
  const passes = isVip(incident) && vipCalls < MOST_VIP_CALLS;
  const isListed = (isCause(incident) || passes) && isSavable(incident, now);
  const isNew = incident.state === "open" && incident.owner === null;
  return {
    isListed,
    calls: isListed,
    sounds: isListed && isNew && (CRITICAL.has(incident.severity) || passes),
  };
}

/** Since when people of a role are flooded, and whether the next role was called for it. */
export type Floods = Partial<Record<Role, number>>;

const NEXT_ROLE: Readonly<Partial<Record<Role, Role>>> = {
  associate: "lead",
  coordinator: "lead",
  lead: "admin",
};

/** A role is flooded when one of its people is. */
export function floodsAt(calls: readonly Call[], people: readonly Who[], now: number): Floods {
  const floods: Floods = {};
  for (const who of people) {
    const since = floodSince(callsOf(calls, who), now);
    if (since === null) continue;
    floods[who.role] = Math.min(since, floods[who.role] ?? Infinity);
  }
  return floods;
}

export type FloodNews = { role: Role; since: number; to: Role; isOver: boolean };

/** Floods that began or ended since the look before, as far as there is somebody to tell. One that goes on is no news. */
export function floodNews(before: Floods, after: Floods): FloodNews[] {
  const roles = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<Role>;
  return [...roles].flatMap((role): FloodNews[] => {
    const to = NEXT_ROLE[role];
    const [was, is] = [before[role], after[role]];
    if (to === undefined || (was === undefined) === (is === undefined)) return [];
    return [{ role, to, since: is ?? was ?? 0, isOver: is === undefined }];
  });
}

/** Those that go on keep the moment at which they were first seen. */
export const continued = (before: Floods, after: Floods): Floods =>
  Object.fromEntries(
    Object.entries(after).map(([role, since]) => [role, before[role as Role] ?? since]),
  );

const MOST_RULES = 3;

/** The rules that cost the most attention in the flood. */
export const costliest = (
  calls: readonly Call[],
  since: number,
  resolved: readonly Pick<Incident, "kind" | "noise">[],
  policies: Policies,
): RuleCost[] =>
  ruleCosts(
    calls.filter(({ at }) => at >= since - VIP_WINDOW_MS),
    resolved,
    policies,
  ).slice(0, MOST_RULES);

const costInWords = ({ kind, alarms, proposal }: RuleCost): string =>
  `${kind} ${alarms}${proposal === null ? "" : ` (${proposal.threshold} ${proposal.proposed} instead of ${proposal.now})`}`;

export function floodInWords(news: FloodNews, costs: readonly RuleCost[], zone: string): string {
  const since = inWords(zone, news.since);
  if (!news.isOver)
    return `More alarms than the ${news.role} can answer since ${since}: causes only from now on, come and help.`;
  const most = costs.map(costInWords).join(", ");
  return `The flood of alarms since ${since} is over.${most === "" ? "" : ` What rang most: ${most}.`}`;
}
