/** An order of the live store as a row of history: folded, measured, and laid out in columns. Nothing of it names a person. */
import { factsOf, type OrderFacts } from "../domain/analytics/facts.ts";
import { decodeOrderRecord } from "../domain/contract/order-record.ts";
import { EMPTY_FOLD, foldOn, inFoldOrder } from "../domain/fold.ts";
import { promisesOf } from "../domain/promise.ts";
import type { SitePolicy } from "../domain/site.ts";
import { columnsOf, type OrderRow } from "./schema.ts";

export type Measured = {
  /** the row in the order of its columns, but for what only the stretch can say (`rowOf`) */
  values: unknown[];
  /** the order that it is sent in place of */
  replaces: string | null;
  /** null: read from the row when they are asked for */
  facts: OrderFacts | null;
};

const COLUMNS = columnsOf("orders") as (keyof OrderRow)[];
const placeOf = (column: keyof OrderRow): number => COLUMNS.indexOf(column);
const ID = placeOf("id");
const CUSTOMER_ORDER = placeOf("customer_order");
const EPOCH = placeOf("epoch");
const ARCHIVED_AT = placeOf("archived_at");
const FACTS = placeOf("facts");
const RECORD = placeOf("record");

type Counted = { v: number; events: number; lines: number };

const valuesOf = (site: string, facts: OrderFacts, { v, events, lines }: Counted): unknown[] =>
  Object.values({
    site,
    id: facts.id,
    customer_order: facts.customerOrder,
    epoch: "",
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
    archived_at: null,
    facts: JSON.stringify(facts),
    record: "",
    truck: facts.truck?.id ?? null,
    gone_at: facts.departedAt,
    ready_at: facts.readyAt,
    commit_by: facts.commitBy,
  } satisfies OrderRow);

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
  const values = valuesOf(site, facts, { v, events: events.length, lines: order.lines.length });
  return { values, replaces: facts.replaces ?? null, facts };
}

/** Number of the commit that wrote a record, and version of its rules, without reading the rest of it. */
export const versionIn = (record: string): number => Number.parseInt(record.slice(1), 10);
export const policyIn = (record: string): number =>
  Number.parseInt(record.slice(record.indexOf(",") + 1), 10);

export const customerOf = ({ values }: Measured): string => String(values[CUSTOMER_ORDER]);
export const compareIds = (a: Measured, b: Measured): number =>
  String(a.values[ID]) < String(b.values[ID]) ? -1 : 1;
export const factsIn = (measured: Measured): OrderFacts =>
  (measured.facts ??= JSON.parse(String(measured.values[FACTS])) as OrderFacts);

/** The same of an order in whose place another was sent. */
export function asReplaced(measured: Measured): Measured {
  const facts: OrderFacts = { ...factsIn(measured), isReplaced: true };
  return { ...measured, values: measured.values.with(FACTS, JSON.stringify(facts)), facts };
}

/** The whole row. */
export function rowOf(
  { values }: Measured,
  { epoch, archivedAt, record }: { epoch: string; archivedAt: number | null; record: string },
): unknown[] {
  const row = values.slice();
  row[EPOCH] = epoch;
  row[ARCHIVED_AT] = archivedAt;
  row[RECORD] = record;
  return row;
}
