/** Which CSV files are the tower's own, and which are somebody's export. */
import { expect, test } from "vitest";
import { isOurCsv } from "../../bin/commands/import-csv.ts";

test.each([
  ["orderId,placedAt,sku,quantity", true],
  ["Order ID;placed at;SKU;Quantity", true],
  ["type\torderId\toccurredAt", true],
  ['"type","occurredAt","orderId"', true],
  ["order_id,customer_id,order_status,order_purchase_timestamp", false],
  ["order_id,order_item_id,product_id,seller_id,price", false],
  ["a,b", false],
])("%s", (header, isOurs) => {
  expect(isOurCsv(`${header}\nx`)).toBe(isOurs);
});
