/** How good the alarm "order will miss its next deadline" was: what each figure means, and which of the orders that were judged stand behind it. Counted by the forecaster, not in roll-ups. */
import type { Judged } from "../forecast/quality.ts";
import type { AnalyticsMetric } from "../contract/analytics.ts";

const define = (
  more: Pick<AnalyticsMetric, "key" | "name" | "unit" | "formula"> & Partial<AnalyticsMetric>,
): AnalyticsMetric => ({
  id: "I4",
  window: "by the day of the deadline",
  clock: "elapsed",
  rules: "Acting on an alarm saves orders, which makes it look wrong.",
  better: "more",
  hasOrders: true,
  ...more,
});

export const RAISED = define({
  key: "alarmsRaised",
  name: "Alarms raised",
  unit: "count",
  formula: "orders that an alarm was raised for before their deadline",
  better: "none",
});
export const PRECISION = define({
  key: "alarmPrecision",
  name: "Alarms that were right",
  unit: "share",
  formula: "alarms whose order missed its deadline / alarms",
  target: 0.5,
});
export const RECALL = define({
  key: "alarmRecall",
  name: "Misses we warned of",
  unit: "share",
  formula: "missed orders with an alarm / missed orders",
});
export const LEAD = define({
  key: "alarmLead",
  name: "How early",
  unit: "ms",
  formula: "from the alarm to the deadline, median of the alarms that were right",
});

export const ALARM_METRICS: readonly AnalyticsMetric[] = [PRECISION, RECALL, LEAD, RAISED];

/** Which of the judged orders a figure counts, and which of those count against it. */
export type Behind = {
  isRaised?: true;
  isMissed?: true;
  failed: "unmissed" | "unwarned" | "none";
};
export const BEHIND_ALARMS: Readonly<Record<string, Behind>> = {
  [RAISED.key]: { isRaised: true, failed: "none" },
  [PRECISION.key]: { isRaised: true, failed: "unmissed" },
  [RECALL.key]: { isMissed: true, failed: "unwarned" },
  [LEAD.key]: { isRaised: true, isMissed: true, failed: "none" },
};

export const failedThere = (
  { failed }: Behind,
  { isMissed, raisedAt }: Pick<Judged, "isMissed" | "raisedAt">,
): boolean => (failed === "unmissed" && !isMissed) || (failed === "unwarned" && raisedAt === null);
