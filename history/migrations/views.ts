/** Views for people who ask with SQL: no names, no addresses, instants as time stamps. `{time:x}` makes one of a column, `{events}` takes an order's events apart. */
import type { Migration } from "./migration.ts";

export const VIEWS: Migration = {
  name: "0002-views",
  phase: "expand",
  statements: [
    `create view bi_orders as select site, id as order_id, customer_order, channel, service, carrier, client, node, country, stage,
      {time:placed_at} as placed_at, {time:received_at} as received_at, {time:ship_by} as ship_by, {time:deliver_by} as deliver_by,
      {time:net_ship_by} as net_ship_by, {time:net_deliver_by} as net_deliver_by, {time:departed_at} as departed_at,
      {time:delivered_at} as delivered_at, {time:closed_at} as closed_at, cancelled_by, is_returned, units, lines, events,
      case when cancelled_by is not null or net_ship_by is null then null when departed_at is null then null when departed_at <= net_ship_by then 1 else 0 end as shipped_on_time,
      case when cancelled_by is not null or net_deliver_by is null then null when delivered_at is null then null when delivered_at <= net_deliver_by then 1 else 0 end as delivered_on_time
      from orders`,
    `create view bi_events as {events}`,
    `create view bi_legs as {legs}`,
    `create view bi_rollups as {rollups}`,
  ],
};
