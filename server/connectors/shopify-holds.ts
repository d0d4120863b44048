/** Holds of Shopify: those of its fulfillment orders, and orders that wait for their day. */
import type { Fields } from "./fields.ts";
import { ignored, type Translation } from "./translation.ts";

const HOLDS: Readonly<Record<string, string>> = {
  AWAITING_PAYMENT: "HOLD_PAYMENT",
  PAYMENT_DECLINED: "HOLD_PAYMENT",
  AWAITING_RETURN_ITEMS: "HOLD_EXCHANGE_RETURN",
  HIGH_RISK_OF_FRAUD: "HOLD_FRAUD",
  INCORRECT_ADDRESS: "HOLD_ADDRESS",
  INVENTORY_OUT_OF_STOCK: "STOCK_OUT",
  // the customer is still offered something to add
  ONLINE_STORE_POST_PURCHASE_CROSS_SELL: "HOLD_CUSTOMER_REQUEST",
  UNKNOWN_DELIVERY_DATE: "HOLD_FUTURE_DATE",
};
const FUTURE = "HOLD_FUTURE_DATE";

/** The id at the end of a `gid://shopify/Order/1`, or the id itself. */
const plainId = (id: string | undefined): string | undefined => id?.split("/").at(-1);

function orderIdOf(body: Fields, order: Fields): string | undefined {
  const id = order.text("order_id") ?? body.text("order_id") ?? order.child("order")?.text("id");
  return plainId(id) || undefined;
}

type Of = { body: Fields; order: Fields; orderId: string; at: number };

function placed({ body, order, orderId, at }: Of): Translation {
  const hold = body.child("created_fulfillment_hold") ?? order.list("fulfillment_holds")[0];
  const reason = hold?.text("reason")?.toUpperCase() ?? "OTHER";
  const note = hold?.text("reason_notes", 1_024);
  return {
    is: "hold",
    orderId,
    at,
    code: HOLDS[reason] ?? "HOLD_OPERATOR",
    reason: note === undefined ? `Shopify: ${reason}` : `Shopify: ${reason}, ${note}`,
  };
}

function rescheduled({ order, orderId, at }: Of): Translation {
  const until = order.instant("fulfill_at");
  if (until === undefined || order.text("status")?.toUpperCase() !== "SCHEDULED")
    return ignored("it is not scheduled for a later day");
  return { is: "hold", orderId, at, code: FUTURE, reason: "Shopify: SCHEDULED", until };
}

/**
 * Refusing what names only its fulfillment order would help nobody: Shopify sends it again for hours, and after eight refusals in a row it ends the subscription, and
 * with it the deliveries that do name their order. So it is taken, and the Connectors page says what it was.
 */
const NAMELESS = "it names its fulfillment order alone, and no order";

export function translateFulfillmentOrder(
  topic: string,
  body: Fields,
  sentAt: number,
): Translation {
  const order = body.child("fulfillment_order") ?? body;
  const orderId = orderIdOf(body, order);
  const at = order.instant("updated_at") ?? sentAt;
  if (orderId === undefined) return ignored(NAMELESS);
  const of = { body, order, orderId, at };
  switch (topic) {
    case "fulfillment_orders/placed_on_hold":
      return placed(of);
    case "fulfillment_orders/hold_released":
      return { is: "release", orderId, at };
    case "fulfillment_orders/rescheduled":
      return rescheduled(of);
    case "fulfillment_orders/scheduled_fulfillment_order_ready":
      return { is: "release", orderId, at, code: FUTURE };
    default:
      return ignored(`${topic} means nothing here`);
  }
}
