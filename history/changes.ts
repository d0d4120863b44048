/** What a stretch changes: which orders are measured anew, and by how much the roll-ups move. Orders sent in place of others change those too; parts of one customer's order are judged together. */
import type { OrderFacts } from "../domain/analytics/facts.ts";
import type { Gains } from "../domain/analytics/gains.ts";
import { createLedger } from "../domain/analytics/ledger.ts";
import { countOrders } from "../domain/analytics/measures.ts";
import type { Writing } from "./open.ts";
import { measure, versionIn, type Measured } from "./order-row.ts";
import {
  factsIn,
  knownBy,
  type Known,
  type Policies,
  type ReadOrder,
  type Stretch,
} from "./stretch.ts";

/** Measured anew; null: lost. */
export type Change = { id: string; measured: Measured | null; text: string };
export type Unreadable = (id: string, error: unknown) => void;
export type KnownOrders = Map<string, Known>;

function changeOf(
  { id, text }: ReadOrder,
  stretch: Stretch,
  before: Known | undefined,
  policies: Policies,
): Change | null {
  if (text === null) {
    // archived ones are gone from there by right
    const isLost =
      stretch.isReconciling === true && before !== undefined && before.archived_at === null;
    return isLost ? { id, measured: null, text: "" } : null;
  }
  const isSame =
    before?.epoch === stretch.to.epoch &&
    before.v === versionIn(text) &&
    before.archived_at === null;
  if (isSame) return null;
  const measured = measure(stretch.site, id, text, policies.of);
  return measured === null ? null : { id, measured, text };
}

/** Those whose events are others than the ones known here. One that cannot be read stops nobody else. */
export function changesIn(
  stretch: Stretch,
  known: ReadonlyMap<string, Known>,
  policies: Policies,
  onUnreadable: Unreadable,
): Change[] {
  return stretch.orders.flatMap((order) => {
    try {
      return changeOf(order, stretch, known.get(order.id), policies) ?? [];
    } catch (error) {
      onUnreadable(order.id, error);
      return [];
    }
  });
}

function customersOf(changes: readonly Change[], known: KnownOrders): Set<string> {
  const customers = new Set<string>();
  for (const { id, measured } of changes) {
    if (measured !== null) customers.add(measured.facts.customerOrder);
    const before = known.get(id);
    if (before !== undefined) customers.add(before.customer_order);
  }
  return customers;
}

/** Adds to `known` what has to be counted again with these changes; ids of the orders that others were sent in place of. */
export async function readAround(
  trx: Writing,
  site: string,
  changes: readonly Change[],
  known: KnownOrders,
): Promise<ReadonlySet<string>> {
  const replaced = new Set(changes.flatMap(({ measured }) => measured?.facts.replaces ?? []));
  const missing = [...replaced].filter((id) => !known.has(id));
  for (const one of await knownBy(trx, site, "id", missing)) known.set(one.id, one);
  const customers = customersOf(changes, known);
  for (const id of replaced) {
    const one = known.get(id);
    if (one !== undefined) customers.add(one.customer_order);
  }
  for (const one of await knownBy(trx, site, "customer_order", [...customers]))
    known.set(one.id, one);
  return replaced;
}

type Facts = Map<string, OrderFacts>;

function factsOfAll(known: KnownOrders): Facts {
  const all: Facts = new Map();
  for (const [id, one] of known) {
    const facts = factsIn(one);
    if (facts !== undefined) all.set(id, facts);
  }
  return all;
}

/** The facts after the changes; `isReplaced` stays with whom it was said of. */
function after(before: Facts, changes: readonly Change[], replaced: ReadonlySet<string>): Facts {
  const facts: Facts = new Map(before);
  for (const { id, measured } of changes) {
    if (measured === null) facts.delete(id);
    else {
      if (before.get(id)?.isReplaced === true) measured.facts.isReplaced = true;
      facts.set(id, measured.facts);
    }
  }
  for (const id of replaced) {
    const one = facts.get(id);
    if (one === undefined || one.isReplaced === true) continue;
    // a change is written from its own facts, another order from what is said here
    const change = changes.find((candidate) => candidate.id === id);
    if (change?.measured != null) change.measured.facts.isReplaced = true;
    else facts.set(id, { ...one, isReplaced: true });
  }
  return facts;
}

function byCustomer(facts: Facts): Map<string, OrderFacts[]> {
  const groups = new Map<string, OrderFacts[]>();
  for (const one of facts.values()) {
    const parts = groups.get(one.customerOrder);
    if (parts === undefined) groups.set(one.customerOrder, [one]);
    else parts.push(one);
  }
  for (const parts of groups.values())
    if (parts.length > 1) parts.sort((a, b) => (a.id < b.id ? -1 : 1));
  return groups;
}

export type Moves = { gains: Gains; after: Facts };

export function movesOf(
  changes: readonly Change[],
  known: KnownOrders,
  replaced: ReadonlySet<string>,
  zone: string,
): Moves {
  const before = factsOfAll(known);
  const next = after(before, changes, replaced);
  const touched = customersOf(changes, known);
  for (const id of replaced) touched.add(next.get(id)?.customerOrder ?? "");
  const ledger = createLedger(zone);
  const [old, now] = [byCustomer(before), byCustomer(next)];
  for (const customer of touched) {
    countOrders(old.get(customer) ?? [], ledger, -1);
    countOrders(now.get(customer) ?? [], ledger, 1);
  }
  return { gains: ledger.packed(), after: next };
}
