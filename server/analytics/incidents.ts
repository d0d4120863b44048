/** Incidents of a window: what the roll-ups hold, with what stands open at this moment and how many calls reached whom. */
import type { FastifyInstance } from "fastify";
import { alarmSums } from "../../domain/analytics/alarm-sums.ts";
import { timeToResolve, type IncidentFacts } from "../../domain/analytics/incident-facts.ts";
import { addDuration, merge, noSums, type Sums } from "../../domain/analytics/sums.ts";
import { calendarOf, workingBetween, type Calendar } from "../../domain/calendar.ts";
import type {
  AnalyticsOrdersQuery,
  IncidentBehind,
  IncidentsBehind,
} from "../../domain/contract/analytics.ts";
import type { Site } from "../../domain/site.ts";
import type { Window } from "../../history/queries/sums.ts";
import { peopleAt } from "../incidents/alarms.ts";
import type { Asked } from "./answer.ts";
import { noSuchCursor } from "../cursor.ts";
import { metricOf } from "./metric-words.ts";
import { MOMENT_CURSOR } from "./orders-behind.ts";
import type { Desk, Place } from "./reading.ts";
import { windowOf } from "./windows.ts";

/** So many that nobody has taken are looked at: more are a flood, and their quantiles say so all the same. */
const MOST_OPEN = 5_000;
const DEFAULT_LIMIT = 50;

const ofPlace = ({ dim, value }: Place): { kind?: string; severity?: string } =>
  dim === "kind" || dim === "severity" ? { [dim]: value } : {};

/** Ages of those that nobody has taken. */
async function openSums(
  { ask, site, now }: Desk,
  window: Window,
  place: Place,
  calendar: Calendar,
): Promise<Sums> {
  const asked = { site, ...window, ...ofPlace(place), isUntaken: true, limit: MOST_OPEN };
  const { items } = await ask("incidents", asked);
  const sums = noSums();
  for (const { openedAt } of items)
    addDuration(sums, "inc.open", workingBetween(calendar, openedAt, Math.max(openedAt, now)), 1);
  return sums;
}

/** Calls are not kept by kind of place: only of the site as a whole. */
async function loadSums(
  app: FastifyInstance,
  { ask, site, now }: Desk,
  { from, to }: Window,
  calendar: Calendar,
): Promise<Sums> {
  const until = Math.min(to, now);
  const calls = await ask("calls", { site, from, to: until });
  return alarmSums(calls, peopleAt(app, site), calendar, { from, to: until });
}

/** The same question; of incidents with what has to be looked up at this moment. */
export function withOpenIncidents(app: FastifyInstance, asked: Asked, site: Site): Asked {
  const { desk, name } = asked;
  if (name !== "incidents") return asked;
  const calendar = calendarOf(site);
  const more = async (window: Window, place: Place): Promise<Sums> => {
    const sums = await openSums(desk, window, place, calendar);
    if (place.dim === "all") merge(sums, await loadSums(app, desk, window, calendar));
    return sums;
  };
  return { ...asked, more };
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const incidentOut = ({ openedAt, ackAt, resolvedAt, ...facts }: IncidentFacts): IncidentBehind => ({
  ...facts,
  toResolve: timeToResolve({ openedAt, resolvedAt }),
  at: iso(openedAt),
  acknowledgedAt: isoOrNull(ackAt),
  resolvedAt: isoOrNull(resolvedAt),
});

/** The incidents behind a number. */
export async function readIncidentsBehind(
  { ask, site, zone, now }: Desk,
  query: AnalyticsOrdersQuery,
): Promise<IncidentsBehind> {
  const { kind, severity, cursor, limit = DEFAULT_LIMIT } = query;
  if (cursor !== undefined && !MOMENT_CURSOR.test(cursor)) throw noSuchCursor();
  const window = windowOf(zone, query, now, false);
  const page = await ask("incidents", { site, ...window, kind, severity, after: cursor, limit });
  return {
    site,
    zone,
    from: iso(window.from),
    to: iso(window.to),
    metric: query.metric === undefined ? null : metricOf(query.metric),
    items: page.items.map(incidentOut),
    next: page.next,
  };
}
