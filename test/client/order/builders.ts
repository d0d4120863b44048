/** Orders as the drawer holds them, for its tests: one plain order, changed where a test says so. */
import type { Row } from "../../../domain/board.ts";
import type { OrderDetail } from "../../../domain/contract/api.ts";
import type { Milestone, Order } from "../../../domain/order.ts";
import type { Stage } from "../../../domain/stages.ts";
import type { DeadlineView, EventView, OrderView } from "../../../client/order/order-view.ts";

export const MINUTE = 60_000;
/** Monday 23 November 2026, 09:00 in Berlin. */
export const NINE = Date.UTC(2026, 10, 23, 8, 0);
export const at = (minutes: number): number => NINE + minutes * MINUTE;

export const milestone = (
  stage: Stage,
  minutes: number | null,
  change: Partial<Milestone> = {},
): Milestone => ({
  stage,
  at: minutes === null ? null : at(minutes),
  startedAt: null,
  attempt: 1,
  inferred: minutes === null,
  dwellMs: null,
  covers: [stage],
  ...change,
});

export const anOrder = (change: Partial<Order> = {}): Order => ({
  id: "SO-1",
  site: "BER1",
  customerOrder: "CO-1",
  channel: "web",
  service: "express",
  placedAt: at(0),
  receivedAt: at(0),
  shipTo: { city: "Hamburg", country: "DE" },
  lines: [{ line: 1, sku: "SKU-1", quantity: 2, picked: 0, packed: 0, short: 0 }],
  parcels: [],
  stage: "allocated",
  stageSince: at(10),
  attempt: 1,
  timeline: [milestone("received", 0), milestone("allocated", 10)],
  holds: [],
  exceptions: [],
  flags: [],
  notes: [],
  ...change,
});

export const anEventView = (change: Partial<EventView> = {}): EventView => ({
  at: at(0),
  source: "shop/1",
  id: "e1",
  type: "order.received",
  recordedAt: at(0),
  seq: 7,
  effect: "applied",
  words: "received",
  ...change,
});

export const aDeadline = (change: Partial<DeadlineView> = {}): DeadlineView => ({
  name: "ship by",
  kind: "ship",
  at: at(300),
  basis: "computed",
  how: ["The last A truck leaves Mon 23 Nov 14:00."],
  state: "open",
  ...change,
});

export const aView = (change: Partial<OrderView> = {}): OrderView => ({
  order: anOrder(),
  v: 7,
  severity: "on_time",
  actBy: null,
  due: at(300),
  dueKind: "ship",
  pickup: null,
  reasons: [],
  blockers: [],
  deadlines: [aDeadline()],
  forecast: null,
  incident: null,
  events: [anEventView()],
  personal: null,
  personalHidden: false,
  ...change,
});

export const aRow = (change: Partial<Row> = {}): Row => ({
  id: "SO-1",
  v: 7,
  stage: "allocated",
  stageSince: at(10),
  sev: "at_risk",
  actBy: at(60),
  due: at(300),
  dueKind: "ship",
  risk: null,
  carrier: "A",
  service: "express",
  pickup: { id: "A-20261123-1400", at: at(300) },
  flags: [],
  holds: [],
  exceptions: [],
  parcels: { total: 0, packed: 0, shipped: 0 },
  lines: 1,
  units: 2,
  find: [],
  placedAt: at(0),
  ...change,
});

/** The same order as the server sends it. */
export function onTheWire(view: OrderView): OrderDetail {
  const { personal, order, ...rest } = view;
  const text = JSON.stringify({ slackMs: null, ...rest, ...order }, (name, value: unknown) =>
    typeof value === "number" && /(At|Since|By|^at|^until|^due|^eta)$/.test(name)
      ? new Date(value).toISOString()
      : value,
  );
  return { ...(JSON.parse(text) as Omit<OrderDetail, "personal">), personal };
}
