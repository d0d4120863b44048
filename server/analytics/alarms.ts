/** How good the alarms were: what the risk alarm got right, and how early. Incidents add their own rules as they are kept. */
import type { FastifyInstance } from "fastify";
import type { AnalyticsQuery } from "../../domain/contract/analytics.ts";
import { reportOf, type QualityDay } from "../../domain/forecast/quality.ts";
import { formatDay, localDay } from "../../domain/wall-clock.ts";
import { share } from "../../domain/analytics/definition.ts";
import type { Window } from "../../history/queries/sums.ts";
import type { Desk } from "./reading.ts";
import { windowBefore, windowOf } from "./windows.ts";

type Days = Readonly<Record<string, QualityDay>>;

function figuresOf(days: Days, zone: string, { from, to }: Window) {
  const [first, last] = [formatDay(localDay(zone, from)), formatDay(localDay(zone, to - 1))];
  const within = Object.entries(days)
    .filter(([day]) => day >= first && day <= last)
    .map(([, sums]) => sums);
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
): Promise<object> {
  const { site, zone, now } = desk;
  const window = windowOf(zone, query, now, false);
  const kept = await app.foresight.store.told(site, "quality");
  const days: Days = kept === null ? {} : (JSON.parse(kept) as Days);
  const rule = { rule: "risk", name: "Order will miss its next deadline" };
  return {
    site,
    name: "alarms",
    zone,
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    items: [
      {
        ...rule,
        ...figuresOf(days, zone, window),
        before: figuresOf(days, zone, windowBefore(zone, window)),
      },
    ],
    next: null,
  };
}
