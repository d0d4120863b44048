/**
 * What the burn-down of a truck asks of each order, in columns and all of it in the index that finds them: of two days of a large site, reading it out of the facts took
 * longer than all other questions together.
 */
import type { Migration } from "./migration.ts";

export const DUE_ON_TRUCKS: Migration = {
  name: "0006-due-on-trucks",
  phase: "expand",
  statements: [
    `alter table orders add column truck text`,
    `alter table orders add column gone_at {int}`,
    `alter table orders add column ready_at {int}`,
    `create index orders_due on orders (site, net_ship_by, truck, received_at, gone_at, ready_at, cancelled_by)`,
    // the new one begins with the same columns
    `drop index orders_net_ship_by`,
  ],
};
