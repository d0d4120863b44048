/**
 * Orders measured before their turn to be written comes, in another thread if there is one (`measurer.ts`): folding and counting is the larger part of copying, and needs to
 * know nothing of what is here. They are counted as if nothing of them and of their customers' orders were here yet, which is so while all is read for the first time; whoever
 * writes them takes back what does not hold (`changes.ts`).
 */
import type { Gains } from "../domain/analytics/gains.ts";
import { createLedger } from "../domain/analytics/ledger.ts";
import { countOrders } from "../domain/analytics/measures.ts";
import type { SitePolicy } from "../domain/site.ts";
import { compareIds, customerOf, factsIn, measure, type Measured } from "./order-row.ts";

export type Batch = {
  site: string;
  zone: string;
  orders: readonly { id: string; text: string }[];
  /** false: they are measured only */
  isCounted: boolean;
};
export type MeasuredAhead = {
  /** whose hours they were counted by */
  zone: string;
  /** null: its `order.received` is not known */
  orders: Map<string, Measured | { error: string } | null>;
  /** null: not counted */
  gains: Gains | null;
};

function measureOne(
  site: string,
  { id, text }: Batch["orders"][number],
  policyOf: (version: number) => SitePolicy,
): Measured | { error: string } | null {
  try {
    return measure(site, id, text, policyOf);
  } catch (error) {
    return { error: String(error) };
  }
}

/** Counts orders as they come; parts of one customer's order are counted again together. */
function createCounting(zone: string) {
  const ledger = createLedger(zone);
  const customers = new Map<string, Measured[]>();
  const countGroup = (group: readonly Measured[], by: 1 | -1): void =>
    countOrders(group.map(factsIn), ledger, by);
  return {
    count(measured: Measured): void {
      const customer = customerOf(measured);
      const group = customers.get(customer) ?? [];
      if (group.length > 0) countGroup(group, -1);
      group.push(measured);
      customers.set(customer, group.sort(compareIds));
      countGroup(group, 1);
    },
    gains: (): Gains => ledger.packed(),
  };
}

/** What is only needed to count is let go at once: keeping it for a whole batch costs more than reading again the few that are asked for twice. */
export function measureAhead(
  { site, zone, orders, isCounted }: Batch,
  policyOf: (version: number) => SitePolicy,
): MeasuredAhead {
  const ahead: MeasuredAhead["orders"] = new Map();
  const counting = isCounted ? createCounting(zone) : null;
  for (const order of orders) {
    const measured = measureOne(site, order, policyOf);
    ahead.set(order.id, measured);
    if (measured === null || "error" in measured) continue;
    counting?.count(measured);
    measured.facts = null;
  }
  return { zone, orders: ahead, gains: counting?.gains() ?? null };
}
