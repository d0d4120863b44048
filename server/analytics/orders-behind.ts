/** The orders behind a number, as they leave over HTTP. */
import {
  FILTERS,
  type AnalyticsName,
  type AnalyticsOrdersQuery,
  type OrderBehind,
  type OrdersBehind,
} from "../../domain/contract/analytics.ts";
import type { DrilledOrder, DrilledPage } from "../../history/queries/orders.ts";
import type { Window } from "../../history/queries/sums.ts";
import { ALARM_METRICS, BEHIND_ALARMS, PRECISION } from "../../domain/analytics/alarm-metrics.ts";
import { DRILLABLE } from "../../domain/analytics/drill.ts";
import type { Dimension } from "../../domain/analytics/places.ts";
import { noSuchCursor } from "../cursor.ts";
import { problem } from "../problem.ts";
import { daysOf } from "./alarms.ts";
import { metricOf } from "./metric-words.ts";
import type { Desk } from "./reading.ts";
import { windowOf } from "./windows.ts";

const FIRST: Readonly<Partial<Record<AnalyticsName, string>>> = {
  otif: "otif",
  "cycle-times": "clickToShip",
  throughput: "throughput",
  delays: "lostMs",
  carriers: "carrierOnTime",
  quality: "exceptionRate",
  packaging: "packagingPerOrder",
  backlog: "backlog",
  alarms: PRECISION.key,
};
const KEYS = [...DRILLABLE, ...ALARM_METRICS.map(({ key }) => key)];

/** The metric that is asked about, or the first of that name. @throws problem when no orders stand behind it */
export function drilledMetric(name: AnalyticsName | null, asked: string | undefined): string {
  const metric = asked ?? (name === null ? "received" : FIRST[name]);
  if (metric !== undefined && KEYS.includes(metric)) return metric;
  const message = `must be one of ${KEYS.join(", ")}`;
  throw problem("CT_ERR_INVALID", "There are no orders behind this metric.", {
    errors: [{ index: 0, path: "/metric", message }],
  });
}

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

/** As pages end: with the moment of the last one, or its day, and its name. */
export const MOMENT_CURSOR = /^-?\d{1,16}\|./;
const DAY_CURSOR = /^\d{4}-\d{2}-\d{2}\|./;

function askFor(
  { ask, site, zone, now }: Desk,
  metric: string,
  query: AnalyticsOrdersQuery,
  window: Window,
): Promise<DrilledPage> {
  const { failed = false, cursor, limit = DEFAULT_LIMIT } = query;
  const isOfDays = metric in BEHIND_ALARMS;
  if (cursor !== undefined && !(isOfDays ? DAY_CURSOR : MOMENT_CURSOR).test(cursor))
    throw noSuchCursor();
  const page = { site, metric, isFailedOnly: failed, after: cursor, limit };
  if (isOfDays) return ask("judged", { ...page, days: daysOf(zone, window) });
  const { stage, truck, heat } = query;
  return ask("orders", { ...page, ...window, now, zone, ...placeOf(query), stage, truck, heat });
}

export async function readOrdersBehind(
  desk: Desk,
  metric: string,
  query: AnalyticsOrdersQuery,
): Promise<OrdersBehind> {
  const { site, zone, now } = desk;
  const window = windowOf(zone, query, now, false);
  const page = await askFor(desk, metric, query, window);
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
