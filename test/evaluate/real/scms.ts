/**
 * SCMS's delivery history (health supplies to some forty countries) as orders for the model. Days only: an event happens at noon UTC of its day, a promise ends with its
 * day. Lines of one ASN/DN are one shipment. There is no hand-over: the way begins when the purchase order is sent, or the quote where the file has no such day
 * (from a regional depot, or "not captured"); a shipment with neither day is left out. So the moments are days after that beginning, and days before the scheduled one.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { readText } from "../../../bin/adapters/feed.ts";
import { DAY_MS, HOUR_MS, parseDay } from "../../../domain/wall-clock.ts";
import { lookMoments } from "./alarms.ts";
import { beforePromise, type DataSet, type Moment, type RealOrder } from "./real-order.ts";

const DATE = /^\d{4}-\d{2}-\d{2}/;
type CsvRow = Record<string, string>;

const dayIn = (row: CsvRow, column: string): number | undefined => {
  const found = DATE.exec(row[column] ?? "")?.[0];
  return found === undefined ? undefined : parseDay(found) * DAY_MS;
};

function orderOf(row: CsvRow): RealOrder[] {
  const ordered =
    dayIn(row, "PO Sent to Vendor Date") ?? dayIn(row, "PQ First Sent to Client Date");
  const scheduled = dayIn(row, "Scheduled Delivery Date");
  const delivered = dayIn(row, "Delivered to Client Date");
  if (ordered === undefined || scheduled === undefined || delivered === undefined) return [];
  if (scheduled < ordered || delivered < ordered) return [];
  const placedAt = ordered + 12 * HOUR_MS;
  const facts = {
    carrier: row["Shipment Mode"] || "unknown",
    service: row["Fulfill Via"] ?? "",
    from: row["Fulfill Via"] === "From RDC" ? "depot" : row["Vendor"],
    to: row["Country"],
    placedAt,
    deliverBy: scheduled + DAY_MS - 1000,
    handedOverAt: placedAt,
  };
  const deliveredAt = delivered + 12 * HOUR_MS;
  return [{ id: row["ASN/DN #"] ?? "", facts, handedOverAt: placedAt, deliveredAt }];
}

const after = (days: number): Moment => ({
  name: `ordered +${days} d`,
  at: ({ facts }) => facts.placedAt + days * DAY_MS,
});

export async function readScmsOrders(folder: string): Promise<DataSet> {
  const file = (await readdir(folder)).find((name) => /^scms.*\.csv(\.gz)?$/i.test(name));
  if (file === undefined) throw new Error(`${folder}: no scms*.csv or scms*.csv.gz`);
  const text = await readText(join(folder, file));
  const rows = parse(text, { columns: true, skip_empty_lines: true, bom: true }) as CsvRow[];
  const shipments = new Map(rows.map((row) => [row["ASN/DN #"] ?? "", row]));
  return {
    name: "SCMS",
    zone: "UTC",
    closed: [],
    orders: [...shipments.values()].flatMap(orderOf),
    moments: [after(30), after(60), ...[28, 14, 7, 3].map(beforePromise)],
    looks: lookMoments,
    judgedFrom: parseDay("2010-07-01") * DAY_MS,
    givenUpAfterMs: 365 * DAY_MS,
    notes: [
      "days only; most shipments are delivered on the very scheduled day, so the schedule was probably rewritten as the delivery drew near",
    ],
  };
}
