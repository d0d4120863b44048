/** Which CSV files are the tower's own, and which are somebody's export. */
import { expect, test } from "vitest";
import { isOurCsv, summary } from "../../bin/commands/import-csv.ts";

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

test("a row with two mistakes is one that is refused", () => {
  const mistake = { index: 1, message: "is wrong", code: "CT_ERR_INVALID" } as const;
  const answer = { dryRun: true, form: "orders", rows: 2, accepted: 1, duplicates: 0 } as const;
  const errors = ["placedAt", "quantity"].map((path) => ({ ...mistake, path }));
  expect(summary({ ...answer, inbox: {}, errors })).toContain(
    "1 to be accepted, 0 known already, 1 refused",
  );
});
