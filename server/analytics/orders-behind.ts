/** The orders behind a number, as they leave over HTTP. */
import {
  FILTERS,
  type AnalyticsName,
  type AnalyticsOrdersQuery,
  type OrderBehind,
  type OrdersBehind,
} from "../../domain/contract/analytics.ts";
import type { DrilledOrder } from "../../history/queries/orders.ts";
import type { Dimension } from "../../domain/analytics/ledger.ts";
import { metricOf } from "./metric-words.ts";
import type { Desk } from "./reading.ts";
import { windowOf } from "./windows.ts";

const FIRST: Readonly<Partial<Record<AnalyticsName, string>>> = {
  otif: "otif",
  "cycle-times": "clickToShip",
  throughput: "clickToShip",
  delays: "lostMs",
  carriers: "carrierOnTime",
  quality: "exceptionRate",
  packaging: "packagingPerOrder",
  backlog: "backlog",
};
export const firstMetric = (name: AnalyticsName): string | null => FIRST[name] ?? null;

const DEFAULT_LIMIT = 50;

/** Of the filters the last one named is the dimension; a stage goes with any. */
function placeOf(query: AnalyticsOrdersQuery): { dim: Dimension; value: string } {
  if (query.lossStage !== undefined) return { dim: "lossStage", value: query.lossStage };
  const name = FILTERS.find((filter) => filter !== "stage" && query[filter] !== undefined);
  if (name !== undefined) return { dim: name, value: query[name] ?? "" };
  return query.stage === undefined
    ? { dim: "all", value: "" }
    : { dim: "stage", value: query.stage };
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const orderOut = (order: DrilledOrder): OrderBehind => ({
  ...order,
  at: iso(order.at),
  shipBy: isoOrNull(order.shipBy),
  departedAt: isoOrNull(order.departedAt),
  deliverBy: isoOrNull(order.deliverBy),
  deliveredAt: isoOrNull(order.deliveredAt),
});

export async function readOrdersBehind(
  desk: Desk,
  metric: string,
  query: AnalyticsOrdersQuery,
): Promise<OrdersBehind> {
  const { site, zone, now } = desk;
  const window = windowOf(zone, query, now, false);
  const page = await desk.ask("orders", {
    site,
    metric,
    ...window,
    now,
    zone,
    ...placeOf(query),
    stage: query.stage,
    truck: query.truck,
    heat: query.heat,
    isFailedOnly: query.failed ?? false,
    after: query.cursor,
    limit: query.limit ?? DEFAULT_LIMIT,
  });
  return {
    site,
    zone,
    from: iso(window.from),
    to: iso(window.to),
    metric: metricOf(metric),
    items: page.items.map(orderOut),
    next: page.next,
  };
}
