/** Burn-down of the orders due on each truck: how many of them had come in and not left, and how many were not ready for it, step by step until it departed. */
import type { NotNull } from "kysely";
import { stepsOf, type Due, type Step } from "../../domain/analytics/burn-down.ts";
import { readPickupId } from "../../domain/pickup-id.ts";
import { DAY_MS, parseDay, parseWallTime, wallInstant } from "../../domain/wall-clock.ts";
import type { History } from "../open.ts";

export type BurnDownQuery = { site: string; zone: string; from: number; to: number; now: number };
export type BurnDown = {
  truck: string;
  at: number;
  due: number;
  /** gone by its departure */
  made: number;
  steps: Step[];
};

/**
 * A promise may lie behind the last truck that keeps it (over a weekend for instance), and our own clock behind the promise; an order that a hold moved further away is not
 * waited for by that truck any more.
 */
const LONGEST_AFTER_MS = 2 * DAY_MS;

/** When it departs by its name; null of what is not named as our trucks are. */
function departureOf(zone: string, truck: string): number | null {
  const name = readPickupId(truck);
  return name === null ? null : wallInstant(zone, parseDay(name.date), parseWallTime(name.time));
}

type Source = Pick<History, "db">;

/** Answered from the index `orders_due` alone. */
const readDue = ({ db }: Source, { site, from, to }: BurnDownQuery) =>
  db
    .selectFrom("orders")
    .select(["net_ship_by", "truck", "received_at", "gone_at", "ready_at"])
    .where("site", "=", site)
    .where("net_ship_by", ">=", from)
    .where("net_ship_by", "<", to + LONGEST_AFTER_MS)
    .where("cancelled_by", "is", null)
    // none either while the order is being measured anew
    .where("truck", "is not", null)
    .$narrowType<{ truck: NotNull; net_ship_by: NotNull }>()
    .execute();

export async function readBurnDown(source: Source, query: BurnDownQuery): Promise<BurnDown[]> {
  const { zone, from, to } = query;
  const trucks = new Map<string, { at: number; orders: Due[] }>();
  for (const { truck, ...row } of await readDue(source, query)) {
    const known = trucks.get(truck) ?? {
      at: departureOf(zone, truck) ?? row.net_ship_by,
      orders: [],
    };
    trucks.set(truck, known);
    if (row.net_ship_by >= known.at + LONGEST_AFTER_MS) continue;
    known.orders.push({
      receivedAt: row.received_at,
      departedAt: row.gone_at,
      readyAt: row.ready_at,
    });
  }
  return [...trucks]
    .filter(([, { at, orders }]) => at >= from && at < to && orders.length > 0)
    .map(([truck, { at, orders }]) => ({
      truck,
      at,
      due: orders.length,
      made: orders.filter(({ departedAt }) => departedAt !== null && departedAt <= at).length,
      steps: stepsOf(orders, at, query.now),
    }))
    .sort((a, b) => a.at - b.at || (a.truck < b.truck ? -1 : 1));
}
