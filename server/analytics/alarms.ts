/** How good the alarms were: what the risk alarm got right, and how early, day by day. What came of incidents is asked for by their own name. */
import type { FastifyInstance } from "fastify";
import type { Alarms } from "../../domain/contract/analytics-others.ts";
import type { AnalyticsQuery } from "../../domain/contract/analytics.ts";
import { reportOf, type QualityDay } from "../../domain/forecast/quality.ts";
import { formatDay, localDay } from "../../domain/wall-clock.ts";
import { share } from "../../domain/analytics/definition.ts";
import type { Window } from "../../history/queries/sums.ts";
import { refuseFilters, refuseSplits, type Desk } from "./reading.ts";
import { windowBefore, windowOf } from "./windows.ts";

type Days = Readonly<Record<string, QualityDay>>;

/** The days of the site that a window touches: alarms are counted by whole days. */
export const daysOf = (zone: string, { from, to }: Window) => ({
  first: formatDay(localDay(zone, from)),
  last: formatDay(localDay(zone, to - 1)),
});

function daysWithin(days: Days, zone: string, window: Window): [string, QualityDay][] {
  const { first, last } = daysOf(zone, window);
  return Object.entries(days)
    .filter(([day]) => day >= first && day <= last)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function figuresOf(within: readonly QualityDay[]) {
  const alarms = { right: 0, wrong: 0, silent: 0 };
  for (const day of within) {
    alarms.right += day.alarms.right;
    alarms.wrong += day.alarms.wrong;
    alarms.silent += day.alarms.silent;
  }
  const { right, wrong, silent } = alarms;
  return {
    raised: right + wrong,
    precision: share(right, right + wrong),
    recall: share(right, right + silent),
    report: reportOf(within),
  };
}

export async function alarmsOf(
  app: FastifyInstance,
  desk: Desk,
  query: AnalyticsQuery,
): Promise<Alarms> {
  refuseFilters(query);
  refuseSplits(query, "day");
  const { site, zone, now } = desk;
  const window = windowOf(zone, query, now, false);
  const past = windowBefore(zone, window);
  const kept = await app.foresight.store.told(site, "quality");
  const days: Days = kept === null ? {} : (JSON.parse(kept) as Days);
  const rule = { rule: "risk", name: "Order will miss its next deadline" };
  const within = daysWithin(days, zone, window);
  const sums = (pairs: readonly [string, QualityDay][]) => pairs.map(([, day]) => day);
  return {
    site,
    name: "alarms",
    zone,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    before: { from: new Date(past.from).toISOString(), to: new Date(past.to).toISOString() },
    items: [
      {
        ...rule,
        ...figuresOf(sums(within)),
        before: figuresOf(sums(daysWithin(days, zone, past))),
        days: within.map(([day, one]) => ({ day, ...figuresOf([one]) })),
      },
    ],
    next: null,
  };
}
