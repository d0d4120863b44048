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
 * | canceled without approval | `hold.released` too: nobody will pay any more |
 * | status unavailable, canceled | `order.backordered`, `order.cancelled`, likewise |
 *
 * The promise is a day: `deliverBy` is the last second of it, in Brazil. An order that was never approved and yet went out has no payment hold: the files
 * miss that step.
 */
import { parse } from "csv-parse/sync";
import {
  byTime,
  instantOf,
  isWallTime,
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

const SEPARATORS = [",", ";", "\t"];

/** A spreadsheet that saves the file again may put another separator into it. */
function headerOf(text: string): { names: string[]; separator: string } {
  const line = (/^.*/.exec(text)?.[0] ?? "").trim().replaceAll('"', "");
  const namesBy = (separator: string): string[] => line.split(separator);
  const [separator = ","] = SEPARATORS.toSorted((a, b) => namesBy(b).length - namesBy(a).length);
  return { names: namesBy(separator), separator };
}

export const isOlistOrders = (text: string): boolean =>
  headerOf(text).names.includes("order_purchase_timestamp");

function rowsOf<Row>(text: string, path: string, columns: readonly string[]): Row[] {
  const { names, separator } = headerOf(text);
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new UsageError(`${path}: column missing: ${missing.join(", ")}`);
  try {
    return parse(text, { columns: true, skip_empty_lines: true, delimiter: separator }) as Row[];
  } catch (cause) {
    throw new UsageError(`${path}: ${(cause as Error).message}; nothing was sent`);
  }
}

/** The times of each file; those that something else hangs on are never empty. */
const TIMES = {
  orders: {
    always: ["order_purchase_timestamp", "order_estimated_delivery_date"],
    perhaps: ["order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date"],
  },
  items: { always: ["shipping_limit_date"], perhaps: [] },
} as const;

type Cells = Readonly<Record<string, string | undefined>>;

/** What is wrong with a row, by its column. */
function mistakeIn(row: Cells, { always, perhaps }: (typeof TIMES)[keyof typeof TIMES]) {
  if (!row["order_id"]) return "order_id is empty";
  const isWrong = (column: string): boolean => !isWallTime(row[column] ?? "");
  const wrong =
    always.find(isWrong) ?? perhaps.find((column) => row[column] !== "" && isWrong(column));
  return wrong === undefined
    ? undefined
    : `${wrong}: "${row[wrong] ?? ""}" is no time like 2017-03-01 10:00:00`;
}

/** As a spreadsheet counts: the header is row 1. @throws UsageError for the first row with a mistake */
function checked<Row extends Cells>(
  rows: readonly Row[],
  path: string,
  times: (typeof TIMES)[keyof typeof TIMES],
): readonly Row[] {
  rows.forEach((row, place) => {
    const mistake = mistakeIn(row, times);
    if (mistake !== undefined)
      throw new UsageError(`${path}: row ${place + 2}, column ${mistake}; nothing was sent`);
  });
  return rows;
}

const pathOf = (near: readonly string[], name: string): string | undefined =>
  near.find((candidate) =>
    new RegExp(`(^|[/\\\\_])${name}(_dataset)?\\.csv(\\.gz)?$`).test(candidate),
  );

async function itemsBeside(path: string | undefined): Promise<readonly ItemRow[]> {
  if (path === undefined) return [];
  return checked(rowsOf<ItemRow>(await readText(path), path, COLUMNS.items), path, TIMES.items);
}

const customersBeside = async (path: string | undefined): Promise<CustomerRow[]> =>
  path === undefined ? [] : rowsOf<CustomerRow>(await readText(path), path, COLUMNS.customers);

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

type Make = (
  type: WireEvent["type"],
  step: string,
  local: string,
  data: WireEvent["data"],
) => WireEvent;

const HOLD = { code: "HOLD_PAYMENT" };

function paymentOf(row: OrderRow, make: Make): WireEvent[] {
  const { order_purchase_timestamp: placed, order_approved_at: approved } = row;
  const wentOut = row.order_delivered_carrier_date !== "";
  if (!approved && wentOut) return [];
  const events = [make("hold.placed", "payment", placed, HOLD)];
  if (approved) events.push(make("hold.released", "approved", approved, HOLD));
  else if (row.order_status === "canceled")
    events.push(make("hold.released", "unpaid", placed, HOLD));
  return events;
}

function parcelIdsOf(row: OrderRow, items: readonly ItemRow[]): string[] {
  const sellers = new Set(items.map((item) => item.seller_id)).size;
  return Array.from({ length: Math.max(1, sellers) }, (_, index) => `${row.order_id}-${index + 1}`);
}

function carriageOf(row: OrderRow, items: readonly ItemRow[], make: Make): WireEvent[] {
  const { order_delivered_carrier_date: out, order_delivered_customer_date: home } = row;
  return parcelIdsOf(row, items).flatMap((parcelId, index) => [
    ...(out ? [make("parcel.handed_over", `out-${index + 1}`, out, { parcelId })] : []),
    ...(home ? [make("parcel.delivered", `home-${index + 1}`, home, { parcelId })] : []),
  ]);
}

/** What only the status says: at the last time that the files know. */
function statusOf(row: OrderRow, make: Make): WireEvent[] {
  const type = STATUS_EVENTS[row.order_status];
  const times = [
    row.order_purchase_timestamp,
    row.order_approved_at,
    row.order_delivered_carrier_date,
    row.order_delivered_customer_date,
  ];
  const last = times.toSorted().at(-1) ?? row.order_purchase_timestamp;
  return type
    ? [make(type, row.order_status, last, { reason: `status "${row.order_status}"` })]
    : [];
}

function eventsOf(row: OrderRow, context: Context): WireEvent[] {
  const make: Make = (type, step, local, data) => ({
    id: `${row.order_id}-${step}`,
    source: SOURCE,
    type,
    site: context.site,
    orderId: row.order_id,
    occurredAt: context.at(local),
    data,
  });
  return [
    make("order.received", "received", row.order_purchase_timestamp, received(row, context)),
    ...paymentOf(row, make),
    ...carriageOf(row, context.items, make),
    ...statusOf(row, make),
  ];
}

/** Reads orders.csv (plain or gzipped) and what stands beside it. */
export async function readOlist(
  path: string,
  near: readonly string[],
  options: FeedOptions,
): Promise<Feed> {
  const rows = rowsOf<OrderRow>(await readText(path), path, COLUMNS.orders);
  const orders = checked(rows, path, TIMES.orders);
  const [itemsPath, customersPath] = [pathOf(near, "order_items"), pathOf(near, "customers")];
  const items = groupBy(await itemsBeside(itemsPath), (item) => item.order_id);
  const customers = await customersBeside(customersPath);
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
  const notes = [
    ...(itemsPath === undefined ? [`no order_items.csv beside ${path}: orders have no lines`] : []),
    ...(customersPath === undefined
      ? [`no customers.csv beside ${path}: orders have no cities`]
      : []),
  ];
  return {
    format: "Olist CSV",
    orders: orders.length,
    events: events.toSorted(byTime),
    read: [path, ...[itemsPath, customersPath].filter((beside) => beside !== undefined)],
    notes,
  };
}
