/** Rows of orders: those of one `orderId` are its lines; what is said of the order itself may stand on the first row alone. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import { faultIn, type Cells } from "./columns.ts";
import { amount, instant, wholeNumber, type Value } from "./values.ts";

const TEXTS = [
  "customerOrder",
  "channel",
  "service",
  "carrier",
  "client",
  "tier",
  "currency",
  "replaces",
] as const;
const TIMES = ["placedAt", "shipBy", "deliverBy"] as const;
const PLACE = ["name", "city", "region", "postalCode", "country"] as const;
const OF_ORDER = [...TEXTS, "priority", ...TIMES, ...PLACE] as const;
const OF_LINE = ["line", "sku", "quantity", "unitPrice", "weightG", "zone"] as const;
export const ORDER_COLUMNS: readonly string[] = ["orderId", ...OF_ORDER, ...OF_LINE];
/** Without these columns there is no order. */
export const REQUIRED_COLUMNS: readonly string[] = ["orderId", "placedAt", "sku", "quantity"];

type Fields = Record<string, unknown>;
export type ReadOrder = {
  orderId: string;
  /** that of its first line */
  row: number;
  /** what the file says of it, in the shape of `order.received`; a column that is empty says nothing */
  data: Fields & { placedAt: string; shipTo: Fields; lines: Fields[] };
  /** the row of each line */
  lineRows: readonly number[];
};
export type File = { zone: string; separator: string };
export type OrdersRead = { orders: ReadOrder[]; faults: ItemError[] };

const PRIORITIES = ["P1", "P2", "P3", "P4"];

function valueOf(column: string, cell: string, { zone, separator }: File): Value<unknown> {
  if (TIMES.some((one) => one === column)) return instant(cell, zone, column !== "placedAt");
  if (column === "quantity" || column === "line") return wholeNumber(cell);
  if (column === "unitPrice" || column === "weightG") return amount(cell, separator);
  if (column === "priority" && !PRIORITIES.includes(cell))
    return { wrong: `must be one of ${PRIORITIES.join(", ")}` };
  return { value: cell };
}

/** The value of a cell; what is wrong with it goes into `faults`. */
function take(cells: Cells, column: string, file: File, faults: ItemError[]): unknown {
  const cell = cells.get(column);
  if (cell === undefined) return undefined;
  const read = valueOf(column, cell, file);
  if ("value" in read) return read.value;
  faults.push(faultIn(cells.row, column, read.wrong));
  return undefined;
}

function lineOf(cells: Cells, place: number, file: File, faults: ItemError[]): Fields {
  for (const column of ["sku", "quantity"])
    if (cells.get(column) === undefined) faults.push(faultIn(cells.row, column, "is required"));
  const line: Fields = {};
  for (const column of OF_LINE) {
    const value = take(cells, column, file, faults);
    if (value !== undefined) line[column] = value;
  }
  return { ...line, line: line["line"] ?? place + 1 };
}

/** What all rows of an order say of it; two that say different things are a mistake of the second. */
function factsOf(rows: readonly Cells[], file: File, faults: ItemError[]): Fields {
  const facts: Fields = {};
  for (const column of OF_ORDER) {
    const first = rows.find((cells) => cells.get(column) !== undefined);
    if (first === undefined) continue;
    for (const cells of rows)
      if (cells.get(column) !== undefined && cells.get(column) !== first.get(column))
        faults.push(faultIn(cells.row, column, `differs from row ${first.row} of the same order`));
    const value = take(first, column, file, faults);
    if (value !== undefined) facts[column] = value;
  }
  return facts;
}

function repeatedLines(
  lines: readonly Fields[],
  rows: readonly Cells[],
  faults: ItemError[],
): void {
  const seen = new Map<unknown, number>();
  lines.forEach(({ line }, place) => {
    const row = rows[place]?.row ?? 0;
    const before = seen.get(line);
    if (before === undefined) seen.set(line, row);
    else faults.push(faultIn(row, "line", `is the same as in row ${before}`));
  });
}

function orderOf(orderId: string, rows: readonly Cells[], file: File): ReadOrder | ItemError[] {
  const faults: ItemError[] = [];
  const facts = factsOf(rows, file, faults);
  const lines = rows.map((cells, place) => lineOf(cells, place, file, faults));
  repeatedLines(lines, rows, faults);
  const row = rows[0]?.row ?? 0;
  if (rows.every((cells) => cells.get("placedAt") === undefined))
    faults.push(faultIn(row, "placedAt", "is required"));
  if (faults.length > 0) return faults;
  const place = new Set<string>(PLACE);
  const entries = Object.entries(facts);
  const data = {
    ...Object.fromEntries(entries.filter(([field]) => !place.has(field))),
    placedAt: String(facts["placedAt"]),
    shipTo: Object.fromEntries(entries.filter(([field]) => place.has(field))),
    lines,
  };
  return { orderId, row, data, lineRows: rows.map((cells) => cells.row) };
}

/** An order with a mistake is refused whole. */
export function readOrders(rows: readonly Cells[], file: File): OrdersRead {
  const read: OrdersRead = { orders: [], faults: [] };
  const byOrder = Map.groupBy(rows, (cells) => cells.get("orderId"));
  for (const cells of byOrder.get(undefined) ?? [])
    read.faults.push(faultIn(cells.row, "orderId", "is required"));
  for (const [orderId, own] of byOrder) {
    if (orderId === undefined) continue;
    const order = orderOf(orderId, own, file);
    if (Array.isArray(order)) read.faults.push(...order);
    else read.orders.push(order);
  }
  return read;
}
