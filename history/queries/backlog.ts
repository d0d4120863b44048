/** Burn-down of the orders due on each truck: how many of them had come in and not left, and how many were not ready for it, step by step until it departed. */
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import { goneAt } from "../../domain/analytics/service.ts";
import type { History } from "../open.ts";

const STEP_MS = 15 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

export type BurnDownQuery = { site: string; from: number; to: number; now: number };
export type BurnDown = {
  truck: string;
  at: number;
  due: number;
  /** gone by its departure */
  made: number;
  /** `left`: in and not gone; `unready`: not on the dock yet */
  steps: { at: number; left: number; unready: number }[];
};

type Due = { receivedAt: number; departedAt: number | null; readyAt: number | null };

const isAfter = (at: number | null, moment: number): boolean => at === null || at > moment;

function stepsOf(orders: readonly Due[], at: number, now: number): BurnDown["steps"] {
  const first = Math.min(...orders.map(({ receivedAt }) => receivedAt));
  const from = Math.max(at - LONGEST_MS, Math.floor(first / STEP_MS) * STEP_MS);
  const steps: BurnDown["steps"] = [];
  for (let moment = from; moment <= Math.min(at, now); moment += STEP_MS) {
    const here = orders.filter(
      ({ receivedAt, departedAt }) => receivedAt <= moment && isAfter(departedAt, moment),
    );
    const unready = here.filter(({ readyAt }) => isAfter(readyAt, moment)).length;
    steps.push({ at: moment, left: here.length, unready });
  }
  return steps;
}

export async function readBurnDown(
  { db }: Pick<History, "db">,
  { site, from, to, now }: BurnDownQuery,
): Promise<BurnDown[]> {
  const rows = await db
    .selectFrom("orders")
    .select(["received_at", "net_ship_by", "facts"])
    .where("site", "=", site)
    .where("net_ship_by", ">=", from)
    .where("net_ship_by", "<", to)
    .where("cancelled_by", "is", null)
    .execute();
  const trucks = new Map<string, { at: number; orders: Due[] }>();
  for (const row of rows) {
    const facts = JSON.parse(row.facts) as OrderFacts;
    const { truck, readyAt } = facts;
    if (truck === null) continue;
    const known = trucks.get(truck.id) ?? { at: row.net_ship_by ?? 0, orders: [] };
    trucks.set(truck.id, known);
    known.orders.push({ receivedAt: row.received_at, departedAt: goneAt(facts), readyAt });
  }
  return [...trucks]
    .map(([truck, { at, orders }]) => ({
      truck,
      at,
      due: orders.length,
      made: orders.filter(({ departedAt }) => departedAt !== null && departedAt <= at).length,
      steps: stepsOf(orders, at, now),
    }))
    .sort((a, b) => a.at - b.at || (a.truck < b.truck ? -1 : 1));
}
