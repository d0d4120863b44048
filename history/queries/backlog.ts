/** Burn-down of the orders due on each truck: how many of them had come in and not left, and how many were not ready for it, step by step until it departed. */
import { sql } from "kysely";
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

type Source = Pick<History, "db" | "kind">;
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

/** One field of the facts, read by the database: of two days of a large site parsing all of them took twice as long as the rest. */
const factIn = (kind: History["kind"], path: readonly string[]) =>
  kind === "sqlite"
    ? sql<string | number | null>`json_extract(facts, ${sql.lit(`$.${path.join(".")}`)})`
    : sql<string | null>`facts::json #>> ${sql.lit(`{${path.join(",")}}`)}`;

const instantIn = (value: string | number | null): number | null =>
  value === null ? null : Number(value);

async function readDue({ db, kind }: Source, { site, from, to }: BurnDownQuery) {
  return (
    db
      .selectFrom("orders")
      .select([
        "received_at",
        "net_ship_by",
        "departed_at",
        factIn(kind, ["truck", "id"]).as("truck"),
        factIn(kind, ["readyAt"]).as("ready_at"),
        factIn(kind, ["scannedAt"]).as("scanned_at"),
      ])
      .where("site", "=", site)
      .where("net_ship_by", ">=", from)
      .where("net_ship_by", "<", to)
      .where("cancelled_by", "is", null)
      // thrown away to be made anew
      .where("facts", "!=", "")
      .execute()
  );
}

export async function readBurnDown(source: Source, query: BurnDownQuery): Promise<BurnDown[]> {
  const trucks = new Map<string, { at: number; orders: Due[] }>();
  for (const row of await readDue(source, query)) {
    if (row.truck === null) continue;
    const truck = String(row.truck);
    const known = trucks.get(truck) ?? { at: row.net_ship_by ?? 0, orders: [] };
    trucks.set(truck, known);
    const gone = goneAt({ departedAt: row.departed_at, scannedAt: instantIn(row.scanned_at) });
    known.orders.push({
      receivedAt: row.received_at,
      departedAt: gone,
      readyAt: instantIn(row.ready_at),
    });
  }
  return [...trucks]
    .map(([truck, { at, orders }]) => ({
      truck,
      at,
      due: orders.length,
      made: orders.filter(({ departedAt }) => departedAt !== null && departedAt <= at).length,
      steps: stepsOf(orders, at, query.now),
    }))
    .sort((a, b) => a.at - b.at || (a.truck < b.truck ? -1 : 1));
}
