/** From the figures of alarms to the orders that they count. Pure. */
import { LEAD, PRECISION, RECALL } from "../../domain/analytics/alarm-metrics.ts";
import { alarmOrders } from "../analytics/orders-link.ts";
import type { ForecastQuality, QualityFigures } from "../../domain/contract/api.ts";

type Span = { from: string; to: string };

const toOrders = (site: string, span: Span, metric: string, many: number) =>
  many > 0 ? alarmOrders(site, span, metric) : undefined;

/** By figure: `missed`, `precision`, `recall`, `lead`; undefined where no order stands behind it. */
export function judgedLinks(site: string, span: Span, { missed, alarms }: QualityFigures) {
  const raised = alarms.right + alarms.wrong;
  return {
    missed: toOrders(site, span, RECALL.key, missed),
    precision: toOrders(site, span, PRECISION.key, raised),
    recall: toOrders(site, span, RECALL.key, missed),
    lead: toOrders(site, span, LEAD.key, alarms.right),
  };
}
type Links = ReturnType<typeof judgedLinks>;

/** Of the whole period: its first and last day with orders. */
export function periodLinks({ site, days, total }: ForecastQuality): Partial<Links> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return {};
  return judgedLinks(site, { from: first.day, to: last.day }, total);
}
