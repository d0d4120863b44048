/**
 * Olist's Brazilian e-commerce CSV files (orders, and beside it order_items and customers when they are there).
 *
 * | file's step | becomes |
 * |---|---|
 * | purchase | `order.received`; payment not approved yet: `hold.placed` HOLD_PAYMENT |
 * | approved | `hold.released` HOLD_PAYMENT |
 * | delivered to carrier | `parcel.handed_over`, one parcel a seller |
 * | delivered to customer | `parcel.delivered` |
 * | status invoiced, processing | `order.released`; the files give it no time, so it carries the last one known |
 * | status unavailable, canceled | `order.backordered`, `order.cancelled`, likewise |
 *
 * The promise is a day: `deliverBy` is the last second of it, in Brazil. An order that was never approved and yet went out has no payment hold: the files
 * miss that step.
 */
import { parse } from "csv-parse/sync";
import {
  byTime,
  instantOf,
  readText,
  UsageError,
  type Feed,
  type FeedOptions,
  type WireEvent,
} from "./feed.ts";

const ZONE = "America/Sao_Paulo";
const SOURCE = "import/olist";

const COLUMNS = {
  orders: [
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
  ],
  items: ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price"],
  customers: ["customer_id", "customer_zip_code_prefix", "customer_city", "customer_state"],
} as const;
type OrderRow = Record<(typeof COLUMNS.orders)[number], string>;
type ItemRow = Record<(typeof COLUMNS.items)[number], string>;
type CustomerRow = Record<(typeof COLUMNS.customers)[number], string>;

const headerOf = (text: string): string[] =>
  (text.slice(0, text.indexOf("\n")) || text).trim().replaceAll('"', "").split(",");

export const isOlistOrders = (text: string): boolean =>
  headerOf(text).includes("order_purchase_timestamp");

function rowsOf<Row>(text: string, path: string, columns: readonly string[]): Row[] {
  const header = headerOf(text);
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new UsageError(`${path}: column missing: ${missing.join(", ")}`);
  return parse(text, { columns: true, skip_empty_lines: true, bom: true }) as Row[];
}

async function neighbor<Row>(
  near: readonly string[],
  name: string,
  columns: readonly string[],
): Promise<Row[]> {
  const path = near.find((candidate) =>
    new RegExp(`(^|[/\\\\_])${name}(_dataset)?\\.csv(\\.gz)?$`).test(candidate),
  );
  return path ? rowsOf<Row>(await readText(path), path, columns) : [];
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

type Context = {
  site: string;
  at: (local: string) => string;
  items: ItemRow[];
  customer: CustomerRow | undefined;
};

function received(row: OrderRow, { at, items, customer }: Context): WireEvent["data"] {
  const limits = items.map((item) => item.shipping_limit_date).toSorted();
  return {
    customerOrder: row.order_id,
    channel: "olist",
    service: "standard",
    placedAt: at(row.order_purchase_timestamp),
    deliverBy: at(`${row.order_estimated_delivery_date.slice(0, 10)} 23:59:59`),
    ...(limits[0] && { shipBy: at(limits[0]) }),
    currency: "BRL",
    shipTo: {
      country: "BR",
      ...(customer && {
        city: customer.customer_city,
        region: customer.customer_state,
        postalCode: customer.customer_zip_code_prefix,
      }),
    },
    lines: items.map((item) => ({
      line: Number(item.order_item_id),
      sku: item.product_id,
      quantity: 1,
      unitPrice: Number(item.price),
    })),
  };
}

const STATUS_EVENTS: Record<string, WireEvent["type"]> = {
  invoiced: "order.released",
  processing: "order.released",
  unavailable: "order.backordered",
  canceled: "order.cancelled",
};

function eventsOf(row: OrderRow, context: Context): WireEvent[] {
  const { site, at, items } = context;
  const make = (
    type: WireEvent["type"],
    step: string,
    local: string,
    data: WireEvent["data"],
  ): WireEvent => ({
    id: `${row.order_id}-${step}`,
    source: SOURCE,
    type,
    site,
    orderId: row.order_id,
    occurredAt: at(local),
    data,
  });
  const { order_purchase_timestamp: placed, order_approved_at: approved } = row;
  const { order_delivered_carrier_date: handedOver, order_delivered_customer_date: delivered } =
    row;
  const sellers = [...new Set(items.map((item) => item.seller_id))];
  const parcels =
    sellers.length > 0
      ? sellers.map((_, index) => `${row.order_id}-${index + 1}`)
      : [`${row.order_id}-1`];
  const events = [make("order.received", "received", placed, received(row, context))];
  if (approved || !handedOver)
    events.push(make("hold.placed", "payment", placed, { code: "HOLD_PAYMENT" }));
  if (approved) events.push(make("hold.released", "approved", approved, { code: "HOLD_PAYMENT" }));
  for (const parcelId of parcels) {
    if (handedOver)
      events.push(
        make("parcel.handed_over", `out-${parcelId.slice(-1)}`, handedOver, { parcelId }),
      );
    if (delivered)
      events.push(make("parcel.delivered", `home-${parcelId.slice(-1)}`, delivered, { parcelId }));
  }
  const last =
    [placed, approved, handedOver, delivered].filter(Boolean).toSorted().at(-1) ?? placed;
  const status = STATUS_EVENTS[row.order_status];
  if (status)
    events.push(make(status, row.order_status, last, { reason: `status "${row.order_status}"` }));
  return events;
}

/** Reads orders.csv (plain or gzipped) and what stands beside it. */
export async function readOlist(
  path: string,
  near: readonly string[],
  options: FeedOptions,
): Promise<Feed> {
  const orders = rowsOf<OrderRow>(await readText(path), path, COLUMNS.orders);
  const items = groupBy(
    await neighbor<ItemRow>(near, "order_items", COLUMNS.items),
    (item) => item.order_id,
  );
  const customers = await neighbor<CustomerRow>(near, "customers", COLUMNS.customers);
  const customerOf = new Map(customers.map((customer) => [customer.customer_id, customer]));
  const zone = options.zone ?? ZONE;
  const at = (local: string): string => instantOf(local, zone);
  const events = orders.flatMap((row) =>
    eventsOf(row, {
      site: options.site,
      at,
      items: items.get(row.order_id) ?? [],
      customer: customerOf.get(row.customer_id),
    }),
  );
  return { format: "Olist CSV", orders: orders.length, events: events.toSorted(byTime) };
}
