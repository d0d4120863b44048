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

/** What is left of a line after edits and refunds; of a cancelled order, what there was. */
const lineOf =
  (isCancelled: boolean) =>
  (line: Fields): ShopLine | null => {
    const id = line.mustText("id", 64);
    const names = isCancelled ? ["quantity"] : ["current_quantity", "quantity"];
    const quantity = quantityOf(line, ...names);
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

const STATES: Readonly<Record<string, ShopParcel["state"]>> = {
  cancelled: "cancelled",
  error: "failed",
  failure: "failed",
};

function scanOf(fulfillment: Fields, at: number): Scan | undefined {
  const raw = fulfillment.text("shipment_status", 64);
  return raw === undefined ? undefined : { at, news: shopifyNews(raw), raw };
}

/** One fulfillment is one parcel; of several tracking numbers the first is followed. */
function parcelOf(delivery: Delivery, fulfillment: Fields): ShopParcel {
  const company = fulfillment.text("tracking_company");
  const createdAt = fulfillment.mustInstant("created_at");
  const updatedAt = fulfillment.instant("updated_at") ?? createdAt;
  return {
    orderId: fulfillment.mustText("order_id", 128),
    parcelId: fulfillment.mustText("id", 128),
    createdAt,
    updatedAt,
    state: STATES[fulfillment.text("status") ?? ""] ?? "made",
    carrier: company === undefined ? undefined : carrierOf(delivery, company),
    trackingCode: firstOf(fulfillment.text("tracking_number", 128), ...numbersOf(fulfillment)),
    items: fulfillment.list("line_items").map((line) => ({
      id: line.mustText("id", 64),
      quantity: quantityOf(line, "quantity"),
    })),
    scan: scanOf(fulfillment, updatedAt),
  };
}

const numbersOf = (fulfillment: Fields): string[] => fulfillment.texts("tracking_numbers", 128);

function cancelledIn(order: Fields, orderId: string): Told[] {
  const at = order.instant("cancelled_at");
  if (at === undefined) return [];
  const reason = order.text("cancel_reason");
  return [{ type: "order.cancelled", orderId, at, data: reason === undefined ? {} : { reason } }];
}

function orderOf(delivery: Delivery, order: Fields, topic: string): Translation {
  if (order.flag("test") === true) return ignored("a test order");
  const orderId = order.mustText("id", 128);
  const createdAt = order.mustInstant("created_at");
  const lines = order.mustList("line_items");
  if (!lines.some(isShipped)) return ignored("nothing of it is shipped");
  const milestones = cancelledIn(order, orderId);
  const facts = {
    customerOrder: order.text("name", 128) ?? orderId,
    placedAt: order.instant("processed_at") ?? createdAt,
    currency: order.text("currency"),
    methods: methodsOf(order),
    address: addressOf(order),
    lines: lines.map(lineOf(milestones.length > 0)),
  };
  return {
    is: "order",
    order: {
      orderId,
      createdAt,
      updatedAt: order.instant("updated_at") ?? createdAt,
      isNew: topic === "orders/create",
      isReceived: true,
      facts: factsOf(delivery, facts),
      lineIds: lines.map((line) => line.mustText("id", 64)),
      parcels: order.list("fulfillments").map((one) => parcelOf(delivery, one)),
      // what is cancelled waits for nothing any more
      hold: milestones.length > 0 ? null : undefined,
      milestones,
    },
  };
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
    return { is: "parcel", parcel: parcelOf(delivery, opened(read(), "fulfillment")) };
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
