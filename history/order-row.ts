/** An order of the live store as a row of history: folded, measured, and laid out in columns. Nothing of it names a person. */
import { factsOf, type OrderFacts } from "../domain/analytics/facts.ts";
import { decodeOrderRecord } from "../domain/contract/order-record.ts";
import { EMPTY_FOLD, foldOn, inFoldOrder } from "../domain/fold.ts";
import { promisesOf } from "../domain/promise.ts";
import type { SitePolicy } from "../domain/site.ts";
import { columnsOf, type OrderRow } from "./schema.ts";

export type Measured = {
  facts: OrderFacts;
  v: number;
  policy: number;
  events: number;
  lines: number;
};

/** Null for one whose `order.received` is not known. Throws when the record cannot be read or the rules throw. */
export function measure(
  site: string,
  id: string,
  text: string,
  policyOf: (version: number) => SitePolicy,
): Measured | null {
  const { v, policy, events } = decodeOrderRecord(text, site, id);
  const rules = policyOf(policy);
  const sorted = inFoldOrder(events);
  const { order } = foldOn(EMPTY_FOLD, sorted, rules);
  if (order === null) return null;
  const facts = factsOf(order, promisesOf(order, rules), sorted, rules);
  return { facts, v, policy, events: events.length, lines: order.lines.length };
}

/** Number of the commit that wrote a record, without reading the rest of it. */
export const versionIn = (record: string): number => Number.parseInt(record.slice(1), 10);

export function rowOf(
  site: string,
  epoch: string,
  { facts, v, events, lines }: Measured,
  record: string,
  archivedAt: number | null,
): OrderRow {
  return {
    site,
    id: facts.id,
    customer_order: facts.customerOrder,
    epoch,
    v,
    channel: facts.channel,
    service: facts.service,
    carrier: facts.carrier,
    client: facts.client ?? null,
    node: facts.node ?? null,
    country: facts.country ?? null,
    stage: facts.stage,
    placed_at: facts.placedAt,
    received_at: facts.receivedAt,
    ship_by: facts.shipBy,
    deliver_by: facts.deliverBy,
    net_ship_by: facts.netShipBy,
    net_deliver_by: facts.netDeliverBy,
    departed_at: facts.departedAt,
    delivered_at: facts.deliveredAt,
    closed_at: facts.closedAt,
    cancelled_by: facts.cancelled?.by ?? null,
    is_returned: facts.isReturned ? 1 : 0,
    units: facts.units.ordered,
    lines,
    events,
    archived_at: archivedAt,
    facts: JSON.stringify(facts),
    record,
  };
}

const ORDER_COLUMNS = columnsOf("orders") as (keyof OrderRow)[];
export const valuesOf = (row: OrderRow): unknown[] => ORDER_COLUMNS.map((column) => row[column]);
