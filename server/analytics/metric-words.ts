/** What is told of a metric: its definition, and whether there are orders to be seen behind it. */
import { ALARM_METRICS } from "../../domain/analytics/alarm-metrics.ts";
import { CATALOG } from "../../domain/analytics/catalog.ts";
import type { Definition } from "../../domain/analytics/definition.ts";
import { DRILLABLE } from "../../domain/analytics/drill.ts";
import type { AnalyticsMetric } from "../../domain/contract/analytics.ts";

/** Behind them stand incidents; how many calls reached whom is counted of people. */
const OF_INCIDENTS = new Set(
  CATALOG.incidents.filter(({ id }) => id !== "M25").map(({ key }) => key),
);

export const wordsOf = ({ read: _read, ...words }: Definition): AnalyticsMetric => ({
  ...words,
  hasOrders: DRILLABLE.has(words.key) || OF_INCIDENTS.has(words.key),
});

const ALL = new Map<string, AnalyticsMetric>([
  ...Object.values(CATALOG).flatMap((definitions) =>
    definitions.map((definition) => [definition.key, wordsOf(definition)] as const),
  ),
  ...ALARM_METRICS.map((words) => [words.key, words] as const),
]);
export const metricOf = (key: string): AnalyticsMetric | null => ALL.get(key) ?? null;
