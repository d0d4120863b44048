/**
 * What is due in the hour that is running, by every deadline that is counted. Most of what an order promises falls on the moments of `net_ship_by` and `net_deliver_by`, which
 * have their indexes; only what does not is in these.
 */
import type { Migration } from "./migration.ts";

export const DUE_SOON: Migration = {
  name: "0007-due-soon",
  phase: "expand",
  statements: [
    `alter table orders add column commit_by {int}`,
    `create index orders_ship_by on orders (site, ship_by) where ship_by is distinct from net_ship_by`,
    `create index orders_deliver_by on orders (site, deliver_by) where deliver_by is distinct from net_deliver_by`,
    `create index orders_commit_by on orders (site, commit_by) where commit_by is distinct from net_deliver_by`,
  ],
};
