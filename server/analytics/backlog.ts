/** What stood in the house hour by hour, and whether it got on its trucks. */
import type { AnalyticsQuery } from "../../domain/contract/analytics.ts";
import type { Backlog } from "../../domain/contract/analytics-others.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import type { Window } from "../../history/queries/sums.ts";
import { refuseFilters, refuseSplits, type Desk } from "./reading.ts";
import { readBacklog } from "./wip.ts";
import { windowOf } from "./windows.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** Trucks are told one by one, from all orders due on them: of a window that is longer than a week, those of its last two days. */
const WEEK_MS = 7 * 86_400_000;
const BURN_DOWN_MS = 2 * 86_400_000;
const trucksWithin = ({ from, to }: Window): Window =>
  to - from > WEEK_MS + HOUR_MS ? { from: to - BURN_DOWN_MS, to } : { from, to };

export async function backlogAnswer(desk: Desk, query: AnalyticsQuery): Promise<Backlog> {
  refuseFilters(query);
  refuseSplits(query, "hour");
  const window = windowOf(desk.zone, query, desk.now, true);
  const { site, now } = desk;
  const [hours, trucks] = await Promise.all([
    readBacklog(desk, window),
    desk.ask("burnDown", { site, zone: desk.zone, ...trucksWithin(window), now }),
  ]);
  return {
    site,
    name: "backlog",
    by: "hour",
    zone: desk.zone,
    from: iso(window.from),
    to: iso(window.to),
    items: hours.map(({ at, inside, held }) => ({ key: iso(at), at: iso(at), inside, held })),
    trucks: trucks.map(({ at, steps, ...truck }) => ({
      ...truck,
      at: iso(at),
      steps: steps.map((step) => ({ ...step, at: iso(step.at) })),
    })),
    next: null,
  };
}
