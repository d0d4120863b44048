/**
 * Olist's files as orders for the model. Read are orders, order_items (seller, shipping limit), customers and sellers (state, postal code): what is known when an
 * order is placed, and the two instants of its course. Not read: review files, and of the final status only whether the order was cancelled.
 */
import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import Holidays from "date-holidays";
import { instantOf, readText } from "../../../bin/adapters/feed.ts";
import type { TransitOrder } from "../../../domain/forecast/transit/state.ts";
import { DAY_MS, parseDay } from "../../../domain/wall-clock.ts";
import { lookMoments } from "./alarms.ts";
import { beforePromise, type DataSet, type Moment, type RealOrder } from "./real-order.ts";

const ZONE = "America/Sao_Paulo";
const FILES = ["orders", "order_items", "customers", "sellers"] as const;
type FileName = (typeof FILES)[number];
type CsvRow = Record<string, string>;

/** An order that was called off before it arrived breaks no promise (it is dropped, as cancelled orders are everywhere here). */
const CALLED_OFF = new Set(["canceled", "unavailable"]);

async function csv(folder: string, name: FileName): Promise<CsvRow[]> {
  const pattern = new RegExp(`^(olist_)?${name}(_dataset)?\\.csv(\\.gz)?$`);
  const file = (await readdir(folder)).find((entry) => pattern.test(entry));
  if (file === undefined) throw new Error(`${folder}: no ${name}.csv or ${name}.csv.gz`);
  assert(!/review/.test(file), "review files are never read");
  const text = await readText(join(folder, file));
  return parse(text, { columns: true, skip_empty_lines: true, bom: true }) as CsvRow[];
}

const instant = (local: string | undefined): number | undefined =>
  local ? Date.parse(instantOf(local, ZONE)) : undefined;

/** National holidays, and carnival, on which carriers do not deliver either. */
export function closedDays(country: string, years: readonly number[]): number[] {
  const book = new Holidays(country);
  const dates = years.flatMap((year) =>
    book
      .getHolidays(year)
      .filter(({ type }) => type === "public" || type === "bank" || /arnava/.test(type))
      .map(({ date }) => date.slice(0, 10)),
  );
  return [...new Set(dates)].map(parseDay).sort((a, b) => a - b);
}

type Books = {
  items: Map<string, CsvRow[]>;
  customers: Map<string, CsvRow>;
  sellers: Map<string, CsvRow>;
};

/** What is known of an order when it is placed. */
function factsOf(
  row: CsvRow,
  books: Books,
  given: { placedAt: number; deliverBy: number },
): TransitOrder {
  const lines = books.items.get(row["order_id"] ?? "") ?? [];
  const customer = books.customers.get(row["customer_id"] ?? "");
  const seller = lines[0]?.["seller_id"];
  const limit = lines.map((line) => line["shipping_limit_date"]).toSorted()[0];
  return {
    carrier: "olist",
    service: "standard",
    from: seller === undefined ? undefined : books.sellers.get(seller)?.["seller_state"],
    to: customer?.["customer_state"],
    toArea: customer?.["customer_zip_code_prefix"]?.padStart(5, "0").slice(0, 2),
    shipper: seller,
    shipBy: instant(limit),
    ...given,
  };
}

function orderOf(row: CsvRow, books: Books): RealOrder[] {
  const placedAt = instant(row["order_purchase_timestamp"]);
  const promised = row["order_estimated_delivery_date"]?.slice(0, 10);
  const deliverBy = instant(promised && `${promised} 23:59:59`);
  if (placedAt === undefined || deliverBy === undefined) return [];
  if (CALLED_OFF.has(row["order_status"] ?? "")) return [];
  const facts = factsOf(row, books, { placedAt, deliverBy });
  const handedOverAt = instant(row["order_delivered_carrier_date"]);
  const deliveredAt = instant(row["order_delivered_customer_date"]);
  return [{ id: row["order_id"] ?? "", facts, handedOverAt, deliveredAt }];
}

const after = (name: string, days: number): Moment => ({
  name,
  at: ({ facts }) => facts.placedAt + days * DAY_MS,
});
const by = (rows: readonly CsvRow[], column: string): Map<string, CsvRow> =>
  new Map(rows.map((row) => [row[column] ?? "", row]));

export async function readOlistOrders(folder: string): Promise<DataSet> {
  const orders = await csv(folder, "orders");
  const items = new Map<string, CsvRow[]>();
  for (const line of await csv(folder, "order_items")) {
    const id = line["order_id"] ?? "";
    items.set(id, [...(items.get(id) ?? []), line]);
  }
  const customers = by(await csv(folder, "customers"), "customer_id");
  const sellers = by(await csv(folder, "sellers"), "seller_id");
  return {
    name: "Olist",
    zone: ZONE,
    closed: closedDays("BR", [2016, 2017, 2018]),
    orders: orders.flatMap((row) => orderOf(row, { items, customers, sellers })),
    moments: [
      { name: "hand-over", at: ({ handedOverAt }) => handedOverAt },
      after("purchase +7 d", 7),
      after("purchase +14 d", 14),
      ...[7, 5, 3].map(beforePromise),
    ],
    looks: lookMoments,
    judgedFrom: Date.parse(instantOf("2017-08-01 00:00:00", ZONE)),
    givenUpAfterMs: 45 * DAY_MS,
    notes: [
      "late = not delivered when the promised day has ended; an order that never arrived is late, one that was called off is dropped",
    ],
  };
}
