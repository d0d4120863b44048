/**
 * WooCommerce: orders, by their status. An order that is not paid is none yet; one that is on hold is one, with the hold `HOLD_PAYMENT`. `refunded` is about money and moves nothing; what
 * was not completed before that is on hold.
 */
import { fieldsOf, wrongField, type Fields } from "./fields.ts";
import { parseJsonWithIds, textOf } from "./posted.ts";
import { factsOf, joined, quantityOf, type ShopLine } from "./shop-facts.ts";
import {
  header,
  ignored,
  type Connector,
  type Delivery,
  type ShopOrder,
  type Told,
  type Translation,
} from "./translation.ts";

const HOLD = "HOLD_PAYMENT";
const ORDER_TOPICS: ReadonlySet<string> = new Set([
  "order.created",
  "order.updated",
  "order.restored",
]);
const KNOWN: ReadonlySet<string> = new Set([
  "processing",
  "on-hold",
  "completed",
  "cancelled",
  "refunded",
]);
/** Not paid, or not even ordered. */
const NOT_YET: ReadonlySet<string> = new Set([
  "pending",
  "checkout-draft",
  "auto-draft",
  "draft",
  "failed",
  "trash",
]);

function lineOf(line: Fields): ShopLine | null {
  const id = line.mustText("id", 64);
  const quantity = quantityOf(line, "quantity");
  if (quantity === 0) return null;
  // 0 stands for none
  const product = [line.text("variation_id", 64), line.text("product_id", 64)].find(
    (one) => one !== undefined && one !== "0",
  );
  return {
    id,
    sku: line.text("sku", 128) ?? product ?? id,
    name: line.text("name"),
    quantity,
    unitPrice: line.number("price"),
  };
}

/** Where it goes; a shop that asks for one address only sends it as the one of the bill. */
function addressOf(order: Fields) {
  const shipping = order.child("shipping");
  const isGiven = shipping?.text("address_1") !== undefined || shipping?.text("city") !== undefined;
  const to = isGiven ? shipping : order.child("billing");
  if (to === undefined) return {};
  return {
    name: joined(" ", to.text("first_name"), to.text("last_name")),
    street: joined(", ", to.text("address_1"), to.text("address_2")),
    city: to.text("city"),
    region: to.text("state"),
    postalCode: to.text("postcode", 64),
    country: to.text("country", 64),
  };
}

const methodsOf = (order: Fields): string[] =>
  order
    .list("shipping_lines")
    .flatMap((line) => [line.text("method_title"), line.text("method_id")])
    .filter((name) => name !== undefined);

/** Their times in UTC come without saying so. */
function instantOf(order: Fields, name: string): number | undefined {
  const field = `${name}_gmt`;
  const text = order.text(field, 64);
  if (text === undefined) return undefined;
  const marked = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  return fieldsOf({ [field]: marked }, order.path).instant(field);
}

function milestonesOf(
  { connector }: Delivery,
  order: Fields,
  orderId: string,
  changedAt: number,
): Told[] {
  const status = order.text("status");
  if (status === "cancelled")
    return [{ type: "order.cancelled", orderId, at: changedAt, data: {} }];
  if (status !== "completed") return [];
  const at = instantOf(order, "date_completed") ?? changedAt;
  const isDelivered = connector.options.wooCompleted === "delivered";
  const data = { carrierStatus: "completed" };
  const type = isDelivered ? "parcel.delivered" : "parcel.handed_over";
  return [{ type, orderId, at, data }];
}

/** Downloads alone are completed as soon as they are paid: nobody packs them. */
const isDownloaded = (order: Fields, status: string): boolean =>
  status === "completed" && order.flag("needs_processing") === false;

/** A status of a plugin's own is kept as it is; what is paid is to be fulfilled whatever it is called. */
function isToBeFulfilled(order: Fields, status: string): boolean {
  if (NOT_YET.has(status) || status === "cancelled" || status === "refunded") return false;
  if (isDownloaded(order, status)) return false;
  return KNOWN.has(status) || instantOf(order, "date_paid") !== undefined;
}

type Hold = Pick<ShopOrder, "hold" | "holdReason">;

/**
 * Whatever it is now, it does not wait for its payment any more, unless that is taken back altogether. One that was paid back in full before it was ever completed is mostly not wanted
 * any more; the shop does not say so, and nobody should ship it unasked.
 */
function holdOf(order: Fields, status: string): Hold {
  if (status === "on-hold") return { hold: HOLD };
  if (status === "refunded" && instantOf(order, "date_completed") === undefined)
    return {
      hold: "HOLD_OPERATOR",
      holdReason: "refunded in the shop: is it still to be shipped?",
    };
  return { hold: NOT_YET.has(status) ? undefined : null };
}

/**
 * What is sent for an order and is none: what their own interface answers when the webhook's user may not read it, and older versions, which wrap the order or say no time in UTC. The
 * shop never sends it again, so whoever set it up has to see at once what to change.
 */
function refuseOther(order: Fields): void {
  if (order.text("id") === undefined && order.text("code") !== undefined)
    throw wrongField(
      "/code",
      `is no order; the shop says: ${order.text("message") ?? order.text("code")}. May the user of this webhook read orders?`,
    );
  const isWrapped = order.text("id") === undefined && order.child("order") !== undefined;
  const isLocal = order.text("date_created_gmt") === undefined && order.text("date_created");
  if (isWrapped || isLocal)
    throw wrongField(
      isWrapped ? "/order" : "/date_created_gmt",
      "is not as in version 2 or 3 of the WP REST API: choose one of them as the API version of the webhook",
    );
}

function orderOf(delivery: Delivery, order: Fields, topic: string): ShopOrder {
  refuseOther(order);
  const orderId = order.mustText("id", 128);
  const status = order.mustText("status", 64);
  const createdAt = instantOf(order, "date_created") ?? order.mustInstant("date_created_gmt");
  const updatedAt = instantOf(order, "date_modified") ?? createdAt;
  const lines = order.mustList("line_items");
  const isReceived = isToBeFulfilled(order, status);
  const facts = {
    customerOrder: order.text("number", 128) ?? orderId,
    placedAt: createdAt,
    currency: order.text("currency"),
    methods: methodsOf(order),
    address: addressOf(order),
    lines: lines.map(lineOf),
    shopStatus: isReceived && !KNOWN.has(status) ? status : undefined,
  };
  return {
    orderId,
    createdAt,
    updatedAt,
    isNew: topic === "order.created",
    isReceived,
    isRestored: topic === "order.restored",
    facts: factsOf(delivery, facts),
    lineIds: lines.map((line) => line.mustText("id", 64)),
    ...holdOf(order, status),
    parcels: [],
    milestones: milestonesOf(delivery, order, orderId, updatedAt),
  };
}

function translate(delivery: Delivery): Translation {
  const topic = header(delivery, "x-wc-webhook-topic").toLowerCase();
  if (ORDER_TOPICS.has(topic)) {
    const order = fieldsOf(parseJsonWithIds(textOf(delivery.body)));
    return { is: "order", order: orderOf(delivery, order, topic) };
  }
  if (topic === "order.deleted") {
    const orderId = fieldsOf(parseJsonWithIds(textOf(delivery.body))).mustText("id", 128);
    return { is: "deleted", orderId, at: delivery.now };
  }
  return ignored(topic === "" ? "it names no topic" : `${topic} means nothing here`);
}

export const woocommerce: Connector = {
  topic: (delivery) => header(delivery, "x-wc-webhook-topic"),
  translate,
};
