/** The views for people who ask with SQL: what each holds and what each column means, in their order. The statements are in `migrations/`; a test holds both together. */
import { TABLES } from "./schema.ts";

export type View = { meaning: string; columns: Readonly<Record<string, string>> };

/** Columns that a view takes from its table as they are. */
function taken<T extends keyof typeof TABLES>(
  table: T,
  names: readonly (keyof (typeof TABLES)[T]["columns"] & string)[],
): Record<string, string> {
  const columns: Readonly<Record<string, { meaning: string }>> = TABLES[table].columns;
  return Object.fromEntries(names.map((name) => [name, columns[name]?.meaning ?? ""]));
}

const SITE = { site: "id of the site" };
const ORDER = { ...SITE, order_id: "id of the order, as its source gave it" };

export const VIEWS: Readonly<Record<string, View>> = {
  bi_orders: {
    meaning: "An order a row, and whether it shipped and arrived in time.",
    columns: {
      ...ORDER,
      ...taken("orders", [
        "customer_order",
        "channel",
        "service",
        "carrier",
        "client",
        "node",
        "country",
        "stage",
        "placed_at",
        "received_at",
        "ship_by",
        "deliver_by",
        "net_ship_by",
        "net_deliver_by",
        "departed_at",
        "delivered_at",
        "closed_at",
        "cancelled_by",
        "is_returned",
        "units",
        "lines",
        "events",
      ]),
      shipped_on_time:
        "1 when it left by `net_ship_by`, 0 when it left later; missing of what is cancelled and of what has not left: to count what is open and late as failed, as the metric does, add `departed_at is null and net_ship_by < now`",
      delivered_on_time: "the same of its arrival by `net_deliver_by`",
    },
  },
  bi_events: {
    meaning: "An event a row, taken from the orders' records.",
    columns: {
      ...ORDER,
      type: "what happened, as it was sent",
      occurred_at: "when it happened",
      recorded_at: "when the tower took it",
      source: "who sent it",
      event_id: "its id at the source",
      seq: "number of the commit that applied it",
      actor: "who did it, as the source calls them; 0 when nobody said",
      station: "where; 0 when nobody said",
    },
  },
  bi_legs: {
    meaning: "A completed stage a row: how long it took. `ms` = `work` + `hold` + `night`.",
    columns: {
      ...ORDER,
      stage:
        "the milestone that ended it; with those before it that nobody scanned: `picked+packed`",
      at: "when it was reached",
      station: "where; missing when nobody said",
      ms: "ms since the last recorded milestone",
      work: "of them working time and not on hold",
      hold: "of them on hold",
      night: "of them outside shifts and not on hold",
      wait: "of `work`, before the start scan; missing without one",
      attempt: "1, and more where it was done again",
    },
  },
  bi_incidents: {
    meaning: "An incident a row: when it was raised, taken and over, whether it was escalated.",
    columns: {
      ...SITE,
      incident: "id of the incident",
      ...taken("incidents", [
        "kind",
        "severity",
        "state",
        "orders",
        "opened_at",
        "acknowledged_at",
        "resolved_at",
        "is_cleared",
        "is_escalated",
        "is_escalated_by_hand",
        "is_noise",
      ]),
    },
  },
  bi_alarms: {
    meaning:
      "An order a row that an alarm was raised for, or that missed its deadline. Right alarms: `raised_at` is there and `is_missed` is 1; misses nobody was warned of: `raised_at` is missing.",
    columns: {
      ...ORDER,
      ...taken("judged", ["day", "deadline_at", "raised_at", "ready_at", "is_missed"]),
    },
  },
  bi_rollups: {
    meaning:
      "Sums by site, hour or day, dimension, value and name. Which metric is made of which sums stands under Metrics: add a sum up over the hours, days and sites you want, and only then divide.",
    columns: {
      ...taken("rollups", ["site", "grain", "dim", "value", "bucket"]),
      name: "what is counted",
      sum: "whole number; times in ms, weights in mg, volumes in ml",
    },
  },
};

/** A reader of its own in PostgreSQL: the views and nothing else. `password` must hold no `'`. */
export const readerStatements = (role: string, password: string): string[] => [
  `create role ${role} login password '${password}'`,
  `alter role ${role} set default_transaction_read_only = on`,
  `grant select on ${Object.keys(VIEWS).join(", ")} to ${role}`,
];
