/** How orders stood to their alarms; and a view of it. */
import type { Migration } from "./migration.ts";

export const JUDGED: Migration = {
  name: "0004-judged",
  phase: "expand",
  statements: [
    `create table judged (site text not null, id text not null, order_id text not null, day text not null, deadline_at {int} not null, raised_at {int}, ready_at {int},
      is_missed {int} not null, primary key (site, id))`,
    `create index judged_day on judged (site, day, id)`,
    `create view bi_alarms as select site, order_id, day, {time:deadline_at} as deadline_at, {time:raised_at} as raised_at, {time:ready_at} as ready_at, is_missed from judged`,
  ],
};
