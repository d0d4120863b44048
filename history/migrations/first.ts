/** The first tables. `{int}` and `{blob}` are the type names of the database at hand. */
import type { Migration } from "./migration.ts";

export const FIRST: Migration = {
  name: "0001-first",
  phase: "expand",
  statements: [
    `create table checkpoints (site text primary key, epoch text not null, seq {int} not null, at {int} not null, projected_at {int} not null, gaps {int} not null, measures {int} not null, backfill text)`,
    `create table policies (site text not null, version {int} not null, rules text not null, primary key (site, version))`,
    `create table orders (
      site text not null, id text not null, customer_order text not null, epoch text not null, v {int} not null,
      channel text not null, service text not null, carrier text not null, client text, node text, country text, stage text not null,
      placed_at {int} not null, received_at {int} not null, ship_by {int}, deliver_by {int}, net_ship_by {int}, net_deliver_by {int},
      departed_at {int}, delivered_at {int}, closed_at {int}, cancelled_by text, is_returned {int} not null,
      units {int} not null, lines {int} not null, events {int} not null, archived_at {int},
      facts text not null, record text not null, primary key (site, id))`,
    `create index orders_customer_order on orders (site, customer_order)`,
    `create index orders_received on orders (site, received_at)`,
    `create index orders_net_ship_by on orders (site, net_ship_by)`,
    `create index orders_net_deliver_by on orders (site, net_deliver_by)`,
    `create index orders_departed on orders (site, departed_at)`,
    `create index orders_delivered on orders (site, delivered_at)`,
    `create index orders_closed on orders (site, closed_at)`,
    `create table rollups (site text not null, grain text not null, dim text not null, value text not null, bucket {int} not null, sums text not null, primary key (site, grain, dim, value, bucket))`,
    `create table segments (site text not null, epoch text not null, first_seq {int} not null, last_seq {int} not null, from_at {int} not null, to_at {int} not null, bytes {int} not null, entries {blob} not null, primary key (site, epoch, first_seq))`,
    `create index segments_time on segments (site, to_at)`,
    `create table snapshots (site text not null, epoch text not null, seq {int} not null, at {int} not null, rows {int} not null, bytes {int} not null, frame {blob} not null, primary key (site, epoch, seq))`,
    `create index snapshots_time on snapshots (site, at)`,
    `create table forecast_days (site text not null, day text not null, figures text not null, primary key (site, day))`,
  ],
};
