/** From the address of the orders behind a number in the interface to the page that lists them. Pure. */
import type { AnalyticsItem } from "../../domain/contract/analytics.ts";
import type { To } from "./panels.ts";

/** Keeps every word of the question: the page asks the same. */
export function ordersPage(
  address: string | undefined,
  more: Readonly<Record<string, string>> = {},
): To | undefined {
  if (address === undefined) return undefined;
  const [path = "", text = ""] = address.split("?");
  const query = Object.fromEntries(new URLSearchParams(text));
  return { path: path.replace(/^\/api\/v1/, ""), query: { ...query, ...more } };
}

/** `from` and `to`: instants, or days of the site. */
type Span = { from: string; to: string };
/** The orders behind a figure of alarms. */
export const alarmOrders = (
  site: string,
  { from, to }: Span,
  metric: string,
  more: Readonly<Record<string, string>> = {},
) => ({ path: "/analytics/alarms/orders", query: { site, from, to, metric, ...more } });

type Metric = { key: string; hasOrders: boolean };
export const ordersOf = (
  { orders }: Pick<AnalyticsItem, "orders">,
  { key, hasOrders }: Metric,
  more: Readonly<Record<string, string>> = {},
): To | undefined => (hasOrders ? ordersPage(orders, { metric: key, ...more }) : undefined);
