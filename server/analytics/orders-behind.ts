/** The orders behind a number, as they leave over HTTP. */
import {
  FILTERS,
  type AnalyticsName,
  type AnalyticsOrdersQuery,
} from "../../domain/contract/analytics.ts";
import type { DrilledOrder } from "../../history/queries/orders.ts";
import type { Dimension } from "../../domain/analytics/ledger.ts";
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

const isoOrNull = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

export const orderOut = (order: DrilledOrder): object => ({
  ...order,
  at: isoOrNull(order.at),
  shipBy: isoOrNull(order.shipBy),
  departedAt: isoOrNull(order.departedAt),
  deliverBy: isoOrNull(order.deliverBy),
  deliveredAt: isoOrNull(order.deliveredAt),
});

export async function readOrdersBehind(
  desk: Desk,
  metric: string,
  query: AnalyticsOrdersQuery,
): Promise<object> {
  const { site, zone, now } = desk;
  const window = windowOf(zone, query, now, false);
  const page = await desk.ask("orders", {
    site,
    metric,
    ...window,
    now,
    ...placeOf(query),
    stage: query.stage,
    isFailedOnly: query.failed ?? false,
    after: query.cursor,
    limit: query.limit ?? DEFAULT_LIMIT,
  });
  return { items: page.items.map(orderOut), next: page.next };
}
