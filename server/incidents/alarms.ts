/** How many alarms reached whom at a site in the last day, from the calls that the workers' commits wrote down. */
import type { FastifyInstance } from "fastify";
import type { AlarmLoad, PersonLoad } from "../../domain/contract/alarms.ts";
import type { Call } from "../../domain/incidents/call.ts";
import {
  callsOf,
  FLOOD_ABOVE,
  floodSince,
  HOURS,
  loadOf,
  PER_WINDOW,
  ruleCosts,
  type Who,
} from "../../domain/incidents/alarm-load.ts";
import { may, type Principal } from "../../domain/permissions.ts";
import type { Site } from "../../domain/site.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import { peopleWho } from "./addressees.ts";

/** a day with more calls than that has its newest */
const MOST_CALLS = 20_000;
const MOST_RESOLVED = 2_000;

const decode = (text: string): Call => JSON.parse(text) as Call;

export async function callsAt(app: FastifyInstance, site: string): Promise<Call[]> {
  const from = app.now() - HOURS * HOUR_MS;
  return (await app.incidents.calls(site, from, MOST_CALLS)).map(decode);
}

/** Who answers incidents there. */
export const peopleAt = (app: FastifyInstance, site: string): Who[] =>
  peopleWho(app, site, "incidents:act");

function personLoad(calls: readonly Call[], who: Who, now: number): PersonLoad {
  const { floodSince: since, ...load } = loadOf(callsOf(calls, who), now);
  return {
    person: who.name,
    ...load,
    floodSince: since === null ? null : new Date(since).toISOString(),
  };
}

/** Since when anybody who works here is flooded; null when nobody is. */
export async function siteFloodSince(app: FastifyInstance, site: string): Promise<number | null> {
  const calls = await callsAt(app, site);
  const now = app.now();
  const since = peopleAt(app, site).flatMap((who) => floodSince(callsOf(calls, who), now) ?? []);
  return since.length === 0 ? null : Math.min(...since);
}

export async function alarmLoad(
  app: FastifyInstance,
  principal: Principal,
  site: Site,
): Promise<AlarmLoad> {
  const calls = await callsAt(app, site.id);
  const now = app.now();
  const me: Who = { name: principal.name, role: principal.role ?? "viewer" };
  const own = {
    site: site.id,
    at: new Date(now).toISOString(),
    budget: { per10Min: PER_WINDOW, floodAbove: FLOOD_ABOVE },
    own: personLoad(calls, me, now),
  };
  if (!may(principal, "alarms:read")) return own;
  const [resolved, { policies }] = await Promise.all([
    app.incidents.closedSince(site.id, now - HOURS * HOUR_MS, MOST_RESOLVED),
    app.policyDesk.current(site),
  ]);
  const people = peopleAt(app, site.id).map((who) => personLoad(calls, who, now));
  return {
    ...own,
    // names are for those who may see people
    ...(may(principal, "people:read") && {
      people: people.toSorted((a, b) => b.last10Min - a.last10Min || b.lastHour - a.lastHour),
    }),
    rules: ruleCosts(calls, resolved, policies),
  };
}
