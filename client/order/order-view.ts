/**
 * One order as the drawer holds it: the server's `OrderDetail` with its RFC 3339 instants turned into epoch milliseconds, once, at the edge.
 * Types only are taken from the schemas, so that no schema library reaches the browser.
 */
import type { OrderDetail } from "../../domain/contract/api.ts";
import type { EffectKind, Order } from "../../domain/order.ts";
import type { Severity } from "../../domain/stages.ts";
import type { Static } from "typebox";
import { withInstants } from "../realtime/instants.ts";

export type Effect = Static<typeof EffectKind>;

export type DeadlineView = {
  name: string;
  kind: "ship" | "deliver" | "milestone";
  /** epoch ms */
  at: number;
  basis: "given" | "computed";
  how: string[];
  state: "open" | "met" | "missed" | "paused";
};

/** What the forecast says of the promise that decides now. */
export type ForecastView = {
  /** probability of missing it, 0 to 1 */
  p: number;
  likelihood: "unlikely" | "possible" | "likely" | "very likely";
  words: string;
  reasons: string[];
  /** epoch ms, when it was said */
  at: number;
};

export type IncidentOfOrder = Pick<
  NonNullable<OrderDetail["incident"]>,
  "id" | "title" | "owner" | "isOwned"
>;

export type EventView = {
  /** epoch ms; null when the source gave none */
  at: number | null;
  source: string;
  id: string;
  type: string;
  recordedAt: number;
  seq?: number;
  effect: Effect;
  words: string;
};

export type OrderView = {
  order: Order;
  /** number of the commit that last wrote it */
  v: number;
  severity: Severity;
  actBy: number | null;
  /** the promise that decides now */
  due: number | null;
  dueKind: "ship" | "deliver";
  pickup: { id: string; at: number } | null;
  reasons: string[];
  blockers: string[];
  deadlines: DeadlineView[];
  /** null without a fresh forecast: then the plan decides */
  forecast: ForecastView | null;
  /** the open incident that it is a part of */
  incident: IncidentOfOrder | null;
  events: EventView[];
  personal: Record<string, unknown> | null;
  personalHidden: boolean;
  personalErasedAt?: string | null;
};

type Known = Omit<OrderView, "order" | "personal" | "personalHidden" | "personalErasedAt">;

/** Parts the order itself from what is known about it. Trusts the server's schema; personal fields are left exactly as they were given. */
export function readDetail(detail: OrderDetail): OrderView {
  const { personal, personalHidden, personalErasedAt = null, ...rest } = detail;
  const all = withInstants(rest) as Known;
  const { v, severity, actBy, due, dueKind, pickup, ...more } = all;
  const { reasons, blockers, deadlines, forecast, incident, events, ...order } = more;
  const judged = { v, severity, actBy, due, dueKind, pickup };
  const told = { reasons, blockers, deadlines, forecast, incident, events };
  const people = { personal, personalHidden, personalErasedAt };
  return { ...judged, ...told, order: order as unknown as Order, ...people };
}
