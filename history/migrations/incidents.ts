/** Incidents, what is measured of them, and who was called; and a view of them. */
import type { Migration } from "./migration.ts";

export const INCIDENTS: Migration = {
  name: "0003-incidents",
  phase: "expand",
  statements: [
    `create table incidents (site text not null, id text not null, epoch text not null, v {int} not null, kind text not null, severity text not null, state text not null,
      orders {int} not null, opened_at {int} not null, acknowledged_at {int}, resolved_at {int}, is_cleared {int} not null, is_escalated {int} not null,
      is_escalated_by_hand {int} not null, is_noise {int} not null, facts text not null, primary key (site, id))`,
    `create index incidents_opened on incidents (site, opened_at)`,
    `create table calls (site text not null, id text not null, at {int} not null, incident text not null, kind text not null, severity text not null, why text not null, call text not null, primary key (site, id))`,
    `create index calls_time on calls (site, at)`,
    `create view bi_incidents as select site, id as incident, kind, severity, state, orders, {time:opened_at} as opened_at, {time:acknowledged_at} as acknowledged_at,
      {time:resolved_at} as resolved_at, is_cleared, is_escalated, is_escalated_by_hand, is_noise from incidents`,
  ],
};
