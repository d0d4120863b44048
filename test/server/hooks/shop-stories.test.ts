/** From what shops and carriers' services deliver to the order that comes of it: what a coordinator sees of labels bought again, refunds and several parcels. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RecordedEvent } from "../../../domain/event.ts";
import type { Order } from "../../../domain/order.ts";
import { aRow } from "../../support/board-rows.ts";
import { anOrder } from "../../support/builders.ts";
import { NOW, SECRET, shopStand, type ShopStand } from "./shop-stand.ts";

let stand: ShopStand;
let told: RecordedEvent[] = [];
beforeAll(async () => {
  stand = await shopStand([
    { id: "shop", kind: "shopify", secret: SECRET },
    { id: "ep", kind: "easypost", secret: SECRET },
  ]);
});
beforeEach(async () => {
  told = [];
  await stand.renew();
});
afterAll(() => stand.tower.app.close());

/** The order as it is after all that was delivered. */
function orderNow(): Order {
  told.push(...stand.taken().map((event) => ({ ...event, recordedAt: NOW }) as RecordedEvent));
  return anOrder(told);
}

/** What is open of it, but for scans that this site misses: nobody tells of picking here. */
const openIn = ({ exceptions }: Order) =>
  exceptions.flatMap(({ code, about, clearedAt }) =>
    clearedAt === undefined && code !== "MISSING_SCAN" ? [[code, about]] : [],
  );

const ORDER = {
  id: 7,
  name: "#7",
  created_at: "2026-02-11T06:00:00Z",
  updated_at: "2026-02-11T06:00:00Z",
  line_items: [
    { id: 1, sku: "MUG", quantity: 2, current_quantity: 2, requires_shipping: true },
  ] as object[],
  fulfillments: [] as object[],
};
const FULFILLMENT = {
  id: 70,
  order_id: 7,
  status: "success",
  created_at: "2026-02-11T07:00:00Z",
  updated_at: "2026-02-11T07:00:00Z",
  tracking_number: "OLD",
  line_items: [{ id: 1, quantity: 2 }],
};
const scan = (tracking_code: string, status: string, time: string) => {
  const datetime = `2026-02-11T${time}:00Z`;
  const result = {
    tracking_code,
    carrier: "C",
    status,
    created_at: datetime,
    tracking_details: [{ status, datetime }],
  };
  return stand.send("easypost", { description: "tracker.updated", result });
};

/** The board as it would be by now. */
function showBoard(seq: number): void {
  const { stage, parcels } = orderNow();
  const find = parcels.flatMap(({ parcelId, trackingCode = parcelId }) => [trackingCode, parcelId]);
  const total = parcels.length;
  stand.tower.fill(
    "BER1",
    [aRow({ id: "7", stage, find, parcels: { total, packed: total, shipped: 0 } })],
    seq,
  );
}

test("a label that is voided and bought again is one parcel with the new code, and leaves with it", async () => {
  await stand.shopify("orders/create", ORDER);
  await stand.shopify("fulfillments/create", FULFILLMENT);
  const again = { ...FULFILLMENT, tracking_number: "NEW", updated_at: "2026-02-11T07:30:00Z" };
  await stand.shopify("fulfillments/update", again);
  showBoard(1);
  await scan("OLD", "cancelled", "07:40");
  const order = orderNow();
  expect(order).toMatchObject({
    stage: "packed",
    parcels: [{ parcelId: "70", trackingCode: "NEW" }],
  });
  expect(openIn(order)).toEqual([]);
  await scan("NEW", "in_transit", "08:00");
  expect(orderNow()).toMatchObject({ stage: "in_transit", parcels: [{ trackingCode: "NEW" }] });
});

test("a label that is voided before another is bought is said, until the goods leave", async () => {
  await stand.shopify("orders/create", ORDER);
  await stand.shopify("fulfillments/create", FULFILLMENT);
  showBoard(2);
  await scan("OLD", "cancelled", "07:10");
  expect(orderNow().stage).toBe("packed");
  expect(openIn(orderNow())).toEqual([["LABEL_FAILED", "70"]]);
  const again = { ...FULFILLMENT, tracking_number: "NEW", updated_at: "2026-02-11T07:30:00Z" };
  await stand.shopify("fulfillments/update", again);
  showBoard(3);
  await scan("NEW", "in_transit", "08:00");
  expect(openIn(orderNow())).toEqual([]);
});

test("an order of one fulfillment and two numbers is delivered when both are", async () => {
  await stand.shopify("orders/create", ORDER);
  const tracking_numbers = ["OLD", "SECOND"];
  await stand.shopify("fulfillments/create", { ...FULFILLMENT, tracking_numbers });
  showBoard(4);
  await scan("SECOND", "in_transit", "08:00");
  await scan("OLD", "in_transit", "08:01");
  await scan("OLD", "delivered", "08:30");
  expect(orderNow()).toMatchObject({ stage: "in_transit" });
  await scan("SECOND", "delivered", "08:40");
  expect(orderNow()).toMatchObject({ stage: "delivered" });
});

test("a unit that came back and was refunded hides none that is still to be shipped", async () => {
  await stand.shopify("orders/create", ORDER);
  const fulfillments = [{ ...FULFILLMENT, line_items: [{ id: 1, quantity: 1 }] }];
  const refunds = [
    { refund_line_items: [{ line_item_id: 1, quantity: 1, restock_type: "return" }] },
  ];
  const line_items = [{ ...ORDER.line_items[0], current_quantity: 1 }];
  const updated_at = "2026-02-11T08:00:00Z";
  await stand.shopify("orders/updated", {
    ...ORDER,
    line_items,
    fulfillments,
    refunds,
    updated_at,
  });
  expect(orderNow()).toMatchObject({ stage: "packing", lines: [{ quantity: 2, packed: 1 }] });
});

test("an order whose lines were all refunded is over, and open again with what is put into it", async () => {
  await stand.shopify("orders/create", ORDER);
  const line_items = [{ ...ORDER.line_items[0], current_quantity: 0 }];
  await stand.shopify("orders/updated", {
    ...ORDER,
    line_items,
    updated_at: "2026-02-11T07:00:00Z",
  });
  expect(orderNow()).toMatchObject({ stage: "cancelled" });
  const more = [...line_items, { id: 2, sku: "CUP", quantity: 1, requires_shipping: true }];
  await stand.shopify("orders/updated", {
    ...ORDER,
    line_items: more,
    updated_at: "2026-02-11T07:30:00Z",
  });
  expect(orderNow()).toMatchObject({ stage: "received", lines: [{ line: 2, sku: "CUP" }] });
});
