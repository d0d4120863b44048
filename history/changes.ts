/** What a stretch changes: which orders are measured anew, and by how much the roll-ups move. Orders sent in place of others change those too; parts of one customer's order are judged together. */
import type { OrderFacts } from "../domain/analytics/facts.ts";
import type { Gains } from "../domain/analytics/gains.ts";
import { createLedger } from "../domain/analytics/ledger.ts";
import { countOrders } from "../domain/analytics/measures.ts";
import type { MeasuredAhead } from "./measuring.ts";
import type { History, Writing } from "./open.ts";
import { asReplaced, customerOf, factsIn, measure, versionIn, type Measured } from "./order-row.ts";
import { knownBy, type Known, type Policies, type ReadOrder, type Stretch } from "./stretch.ts";

/** Measured anew; null: lost. */
export type Change = { id: string; measured: Measured | null; text: string };
export type Unreadable = (id: string, error: unknown) => void;
export type KnownOrders = Map<string, Known>;

/** How orders are measured: what was measured ahead is there already. */
export type Measuring = { policies: Policies; ahead: MeasuredAhead | null };

function measureNow(
  site: string,
  { id, text }: { id: string; text: string },
  { policies, ahead }: Measuring,
): Measured | null {
  const known = ahead?.orders.get(id);
  if (known === undefined) return measure(site, id, text, policies.of);
  if (known !== null && "error" in known) throw new Error(known.error);
  return known;
}

function changeOf(
  { id, text }: ReadOrder,
  stretch: Stretch,
  before: Known | undefined,
  measuring: Measuring,
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
  const measured = measureNow(stretch.site, { id, text }, measuring);
  return measured === null ? null : { id, measured, text };
}

/** Those whose events are others than the ones known here. One that cannot be read stops nobody else. */
export function changesIn(
  stretch: Stretch,
  known: ReadonlyMap<string, Known>,
  measuring: Measuring,
  onUnreadable: Unreadable,
): Change[] {
  return stretch.orders.flatMap((order) => {
    try {
      return changeOf(order, stretch, known.get(order.id), measuring) ?? [];
    } catch (error) {
      onUnreadable(order.id, error);
      return [];
    }
  });
}

function customersOf(changes: readonly Change[], known: KnownOrders): Set<string> {
  const customers = new Set<string>();
  for (const { id, measured } of changes) {
    if (measured !== null) customers.add(customerOf(measured));
    const before = known.get(id);
    if (before !== undefined) customers.add(before.customer_order);
  }
  return customers;
}

/** Of those that changed: in whose place another was sent, which was copied before. */
async function replacedBefore(
  history: History,
  trx: Writing,
  site: string,
  changes: readonly Change[],
): Promise<string[]> {
  const keys = changes.map(({ id }) => [site, id]);
  const found = await history.find(
    trx,
    "replacements",
    ["replaced_id"],
    ["site", "replaced_id"],
    keys,
  );
  return found.map((one) => one.replaced_id);
}

/** Adds to `known` what has to be counted again with these changes; ids of the orders that others were sent in place of. */
export async function readAround(
  history: History,
  trx: Writing,
  site: string,
  changes: readonly Change[],
  known: KnownOrders,
): Promise<ReadonlySet<string>> {
  const replaced = new Set([
    ...changes.flatMap(({ measured }) => measured?.replaces ?? []),
    ...(await replacedBefore(history, trx, site, changes)),
  ]);
  const missing = [...replaced].filter((id) => !known.has(id));
  for (const one of await knownBy(history, trx, site, "id", missing)) known.set(one.id, one);
  const customers = customersOf(changes, known);
  for (const id of replaced) {
    const one = known.get(id);
    if (one !== undefined) customers.add(one.customer_order);
  }
  for (const one of await knownBy(history, trx, site, "customer_order", [...customers]))
    known.set(one.id, one);
  return replaced;
}

/** What an order counts for; its facts are read when it is counted, which most that were measured ahead are already. */
type Part = { id: string; customer: string; facts: () => OrderFacts };
type Parts = Map<string, Part>;

const partOf = (id: string, measured: Measured): Part => ({
  id,
  customer: customerOf(measured),
  facts: () => factsIn(measured),
});

/** But for those whose facts were thrown away to be made anew: they count for nothing meanwhile. */
function partsOf(known: KnownOrders): Parts {
  const parts: Parts = new Map();
  for (const [id, { customer_order: customer, facts: text }] of known) {
    if (text === "") continue;
    let facts: OrderFacts | undefined;
    parts.set(id, { id, customer, facts: () => (facts ??= JSON.parse(text) as OrderFacts) });
  }
  return parts;
}

/** Those that were counted ahead, as if nothing of their customers' orders were here. */
function countedIn(ahead: MeasuredAhead | null): Parts {
  const parts: Parts = new Map();
  if (ahead === null || ahead.gains === null) return parts;
  for (const [id, measured] of ahead.orders)
    if (measured !== null && !("error" in measured)) parts.set(id, partOf(id, measured));
  return parts;
}

/** A change is written from its own measures, another order from what is said here. */
function markReplaced(parts: Parts, changes: readonly Change[], id: string): void {
  const part = parts.get(id);
  if (part === undefined || part.facts().isReplaced === true) return;
  const change = changes.find((candidate) => candidate.id === id);
  if (change?.measured != null) {
    change.measured = asReplaced(change.measured);
    parts.set(id, partOf(id, change.measured));
    return;
  }
  const facts: OrderFacts = { ...part.facts(), isReplaced: true };
  parts.set(id, { ...part, facts: () => facts });
}

/** What counts after the changes; `isReplaced` stays with whom it was said of. */
function after(
  before: Parts,
  counted: Parts,
  changes: readonly Change[],
  replaced: ReadonlySet<string>,
): Parts {
  const parts: Parts = new Map(before);
  const marked = new Set(replaced);
  for (const { id, measured } of changes) {
    if (before.get(id)?.facts().isReplaced === true) marked.add(id);
    if (measured === null) parts.delete(id);
    else parts.set(id, counted.get(id) ?? partOf(id, measured));
  }
  for (const id of marked) markReplaced(parts, changes, id);
  return parts;
}

type Groups = Map<string, Part[]>;

function byCustomer(parts: Parts): Groups {
  const groups: Groups = new Map();
  for (const one of parts.values()) {
    const group = groups.get(one.customer);
    if (group === undefined) groups.set(one.customer, [one]);
    else group.push(one);
  }
  for (const group of groups.values())
    if (group.length > 1) group.sort((a, b) => (a.id < b.id ? -1 : 1));
  return groups;
}

const isSameGroup = (a: readonly Part[], b: readonly Part[]): boolean =>
  a.length === b.length && a.every((part, place) => part === b[place]);

const factsOfAll = (group: readonly Part[]): OrderFacts[] => group.map(({ facts }) => facts());

/** Of the customers' orders before, as counted ahead, and after: the difference, where there is one. */
function countDifference(
  touched: ReadonlySet<string>,
  before: Parts,
  counted: Parts,
  next: Parts,
  zone: string,
): Gains {
  const ledger = createLedger(zone);
  const [old, was, now] = [before, counted, next].map(byCustomer) as [Groups, Groups, Groups];
  for (const customer of new Set([...touched, ...was.keys()])) {
    const gone = old.get(customer) ?? [];
    const ahead = was.get(customer) ?? [];
    const stands = now.get(customer) ?? [];
    if (gone.length === 0 && isSameGroup(ahead, stands)) continue;
    countOrders(factsOfAll(gone), ledger, -1);
    countOrders(factsOfAll(ahead), ledger, -1);
    countOrders(factsOfAll(stands), ledger, 1);
  }
  return ledger.packed();
}

export type Moves = { gains: Gains[]; factsOf: (id: string) => OrderFacts | undefined };

/** What was counted ahead and holds is left as it is. */
export function movesOf(
  changes: readonly Change[],
  known: KnownOrders,
  replaced: ReadonlySet<string>,
  { policies, ahead }: Measuring,
): Moves {
  const before = partsOf(known);
  const counted = countedIn(ahead);
  const next = after(before, counted, changes, replaced);
  const touched = customersOf(changes, known);
  for (const id of replaced) touched.add(next.get(id)?.customer ?? "");
  const difference = countDifference(touched, before, counted, next, policies.zone);
  return {
    gains: ahead?.gains == null ? [difference] : [ahead.gains, difference],
    factsOf: (id) => next.get(id)?.facts(),
  };
}
