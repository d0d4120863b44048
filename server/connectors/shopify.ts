/**
 * Shopify: orders, fulfillments, what carriers say of them, and holds. An order is called by Shopify's own id, since that is what all its topics name; the number that people know is
 * its `customerOrder`.
 */
import { eventsOfScan, shopifyNews } from "./carrier-news.ts";
import { fieldsOf, firstOf, wrongField, type Fields } from "./fields.ts";
import { parseJsonWithIds, textOf } from "./posted.ts";
import { translateFulfillmentOrder } from "./shopify-holds.ts";
import { factsOf, joined, quantityOf, type ShopLine } from "./shop-facts.ts";
import {
  carrierOf,
  header,
  ignored,
  type Connector,
  type Delivery,
  type Scan,
  type ShopOrder,
  type ShopParcel,
  type Told,
  type Translation,
} from "./translation.ts";

const ORDER_TOPICS: ReadonlySet<string> = new Set([
  "orders/create",
  "orders/updated",
  "orders/paid",
  "orders/cancelled",
  "orders/fulfilled",
  "orders/partially_fulfilled",
]);

const isShipped = (line: Fields): boolean => line.flag("requires_shipping") ?? true;

type Units = ReadonlyMap<string, number>;

function unitsIn(items: readonly { id: string; quantity: number }[]): Units {
  const units = new Map<string, number>();
  for (const { id, quantity } of items) units.set(id, (units.get(id) ?? 0) + quantity);
  return units;
}

/** Units that came back and were refunded then: Shopify takes them out of the line as it does what will not be shipped. */
const returnedIn = (order: Fields): Units =>
  unitsIn(
    order
      .list("refunds")
      .flatMap((refund) => refund.list("refund_line_items"))
      .filter((item) => item.text("restock_type", 64) === "return")
      .map((item) => ({
        id: item.text("line_item_id", 64) ?? "",
        quantity: quantityOf(item, "quantity"),
      })),
  );

/** What had to be shipped of a line after edits and refunds, whether it has been by now or not; of a cancelled order, what there was. */
const lineOf =
  (isCancelled: boolean, shipped: Units, returned: Units) =>
  (line: Fields): ShopLine | null => {
    const id = line.mustText("id", 64);
    const left = quantityOf(line, "current_quantity", "quantity") + (returned.get(id) ?? 0);
    const quantity = isCancelled
      ? quantityOf(line, "quantity")
      : Math.max(left, shipped.get(id) ?? 0);
    if (!isShipped(line) || quantity === 0) return null;
    return {
      id,
      sku: firstOf(line.text("sku", 128), line.text("variant_id", 128), id) ?? id,
      name: firstOf(line.text("name"), line.text("title")),
      quantity,
      unitPrice: line.number("price"),
      weightG: line.number("grams"),
    };
  };

function addressOf(order: Fields) {
  const to = order.child("shipping_address");
  if (to === undefined) return {};
  return {
    name: firstOf(to.text("name"), joined(" ", to.text("first_name"), to.text("last_name"))),
    street: joined(", ", to.text("address1"), to.text("address2")),
    city: to.text("city"),
    region: firstOf(to.text("province_code"), to.text("province")),
    postalCode: to.text("zip", 64),
    country: firstOf(to.text("country_code", 64), to.text("country", 64)),
  };
}

const methodsOf = (order: Fields): string[] =>
  order
    .list("shipping_lines")
    .flatMap((line) => [line.text("code"), line.text("title")])
    .filter((name) => name !== undefined);

/** A fulfillment service was asked for it, or works on it: nothing is packed. */
const isAwaited = (fulfillment: Fields): boolean =>
  ["pending", "open"].includes(fulfillment.text("status") ?? "");

const STATES: Readonly<Record<string, ShopParcel["state"]>> = {
  cancelled: "cancelled",
  error: "failed",
  failure: "failed",
};

function scanOf(fulfillment: Fields, at: number): Scan | undefined {
  const raw = fulfillment.text("shipment_status", 64);
  return raw === undefined ? undefined : { at, news: shopifyNews(raw), raw };
}

/** One fulfillment is one parcel, with the first of its tracking numbers; a carrier that tells of another one tells of a further parcel. */
function parcelOf(delivery: Delivery, fulfillment: Fields): ShopParcel {
  const company = fulfillment.text("tracking_company");
  const [trackingCode, ...furtherCodes] = codesOf(fulfillment);
  const createdAt = fulfillment.mustInstant("created_at");
  const updatedAt = fulfillment.instant("updated_at") ?? createdAt;
  return {
    orderId: fulfillment.mustText("order_id", 128),
    parcelId: fulfillment.mustText("id", 128),
    createdAt,
    updatedAt,
    state: STATES[fulfillment.text("status") ?? ""] ?? "made",
    carrier: company === undefined ? undefined : carrierOf(delivery, company),
    trackingCode,
    furtherCodes,
    items: fulfillment.list("line_items").map((line) => ({
      id: line.mustText("id", 64),
      quantity: quantityOf(line, "quantity"),
    })),
    scan: scanOf(fulfillment, updatedAt),
  };
}

function fulfillmentOf(delivery: Delivery, fulfillment: Fields): Translation {
  const status = fulfillment.text("status") ?? "";
  if (isAwaited(fulfillment)) return ignored(`${status}: nothing is packed yet`);
  return { is: "parcel", parcel: parcelOf(delivery, fulfillment) };
}

const MOST_CODES = 50;
const codesOf = (fulfillment: Fields): string[] => {
  const first = fulfillment.text("tracking_number", 128);
  const all = [
    ...(first === undefined ? [] : [first]),
    ...fulfillment.texts("tracking_numbers", 128),
  ];
  return [...new Set(all)].slice(0, MOST_CODES);
};

function cancelledIn(order: Fields, orderId: string): Told[] {
  const at = order.instant("cancelled_at");
  if (at === undefined) return [];
  const reason = order.text("cancel_reason");
  return [{ type: "order.cancelled", orderId, at, data: reason === undefined ? {} : { reason } }];
}

/** Lines by their place; null where nothing of one is shipped. */
function linesOf(order: Fields, lines: readonly Fields[], parcels: readonly ShopParcel[]) {
  const made = parcels.filter(({ state }) => state === "made");
  const isCancelled = order.text("cancelled_at") !== undefined;
  const shipped = unitsIn(made.flatMap(({ items }) => items));
  return lines.map(lineOf(isCancelled, shipped, returnedIn(order)));
}

function parcelsOf(delivery: Delivery, order: Fields): ShopParcel[] {
  const told = order.list("fulfillments").filter((one) => !isAwaited(one));
  return told.map((one) => parcelOf(delivery, one));
}

function wholeOrder(delivery: Delivery, order: Fields, lines: Fields[], isNew: boolean): ShopOrder {
  const orderId = order.mustText("id", 128);
  const createdAt = order.mustInstant("created_at");
  const milestones = cancelledIn(order, orderId);
  const parcels = parcelsOf(delivery, order);
  const left = linesOf(order, lines, parcels);
  const isEmptied = milestones.length === 0 && left.every((line) => line === null);
  const facts = factsOf(delivery, {
    customerOrder: order.text("name", 128) ?? orderId,
    placedAt: order.instant("processed_at") ?? createdAt,
    currency: order.text("currency"),
    methods: methodsOf(order),
    address: addressOf(order),
    lines: left,
  });
  return {
    orderId,
    createdAt,
    updatedAt: order.instant("updated_at") ?? createdAt,
    isNew,
    isReceived: true,
    facts,
    lineIds: lines.map((line) => line.mustText("id", 64)),
    parcels,
    isEmptied,
    // what is over waits for nothing any more
    hold: isEmptied || milestones.length > 0 ? null : undefined,
    milestones,
  };
}

function orderOf(delivery: Delivery, order: Fields, topic: string): Translation {
  if (order.flag("test") === true) return ignored("a test order");
  const lines = order.mustList("line_items");
  if (!lines.some(isShipped)) return ignored("nothing of it is shipped");
  return { is: "order", order: wholeOrder(delivery, order, lines, topic === "orders/create") };
}

const placeOf = (event: Fields): string | undefined =>
  joined(", ", event.text("city"), event.text("province"), event.text("country"));

function fulfillmentEvent(event: Fields): Translation {
  const status = event.mustText("status", 64);
  const scan: Scan = {
    at: firstInstant(event, "happened_at", "created_at"),
    news: shopifyNews(status),
    raw: joined(": ", status, event.text("message", 512)) ?? status,
    location: placeOf(event),
    eta: event.instant("estimated_delivery_at"),
  };
  if (scan.news === "label") return ignored(`${status}: a label is not a hand-over`);
  const parcelId = event.mustText("fulfillment_id", 128);
  const orderId = event.mustText("order_id", 128);
  return { is: "told", events: eventsOfScan(orderId, { parcelId }, scan) };
}

function firstInstant(fields: Fields, ...names: string[]): number {
  const at = names.map((name) => fields.instant(name)).find((one) => one !== undefined);
  if (at === undefined) throw wrongField(`${fields.path}/${names[0]}`, "is required");
  return at;
}

/** When it was sent for the first time, where the body says no time itself; it is the same in every retry. */
function triggeredAt(delivery: Delivery): number {
  const at = Date.parse(header(delivery, "x-shopify-triggered-at"));
  return Number.isNaN(at) ? delivery.now : at;
}

/** The API answers objects in an envelope of their kind, webhooks send what is inside. */
const opened = (body: Fields, name: string): Fields => body.child(name) ?? body;

function translate(delivery: Delivery): Translation {
  const topic = header(delivery, "x-shopify-topic").toLowerCase();
  const read = (): Fields => fieldsOf(parseJsonWithIds(textOf(delivery.body)));
  if (ORDER_TOPICS.has(topic)) return orderOf(delivery, opened(read(), "order"), topic);
  if (topic === "orders/delete")
    return { is: "deleted", orderId: read().mustText("id", 128), at: triggeredAt(delivery) };
  if (topic === "fulfillments/create" || topic === "fulfillments/update")
    return fulfillmentOf(delivery, opened(read(), "fulfillment"));
  if (topic === "fulfillment_events/create")
    return fulfillmentEvent(opened(read(), "fulfillment_event"));
  if (topic.startsWith("fulfillment_orders/"))
    return translateFulfillmentOrder(topic, read(), triggeredAt(delivery));
  return ignored(topic === "" ? "it names no topic" : `${topic} means nothing here`);
}

export const shopify: Connector = {
  topic: (delivery) => header(delivery, "x-shopify-topic"),
  translate,
};
