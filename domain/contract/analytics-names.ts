/** What may be asked about, and what it may be split by. A room of its own without schemas, so that the browser can have it. */
export const ANALYTICS = [
  "otif",
  "cycle-times",
  "throughput",
  "delays",
  "carriers",
  "alarms",
  "quality",
  "packaging",
  "backlog",
  "budgets",
  "incidents",
] as const;
export type AnalyticsName = (typeof ANALYTICS)[number];

export const TIME_GROUPS = ["hour", "day", "week", "month"] as const;
export type TimeGroup = (typeof TIME_GROUPS)[number];
export const VALUE_GROUPS = [
  "carrier",
  "service",
  "channel",
  "client",
  "stage",
  "station",
  "reason",
  "owner",
  "lossStage",
  "kind",
  "severity",
] as const;
export type ValueGroup = (typeof VALUE_GROUPS)[number];
/** `heat`: hour of the day by weekday */
export const GROUPS = ["none", ...TIME_GROUPS, ...VALUE_GROUPS, "heat"] as const;
export type Group = (typeof GROUPS)[number];
