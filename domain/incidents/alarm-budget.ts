/**
 * Floods of alarms as they begin and end (design page 4.7, features 4.8): the next role is called, once a flood; when it is over, the three rules that cost the most attention are
 * named, each with a threshold that would have cost less. How many alarms reached whom: `alarm-load.ts`; what a flood leaves: `flood-mode.ts`. Pure.
 */
import type { Role } from "../permissions.ts";
import { MINUTE_MS, inWords } from "../wall-clock.ts";
import { callsOf, floodSince, ruleCosts, type RuleCost, type Who } from "./alarm-load.ts";
import type { Call } from "./call.ts";
import type { Floods } from "./flood-mode.ts";
import type { Incident } from "./incident.ts";
import type { Policies } from "./policies.ts";

/** What rang before it was a flood made it one. */
const WINDOW_BEFORE_MS = 10 * MINUTE_MS;

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
    calls.filter(({ at }) => at >= since - WINDOW_BEFORE_MS),
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
