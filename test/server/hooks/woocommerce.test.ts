/** WooCommerce from signed bytes to kept events. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signed } from "../../support/signed.ts";
import { NOW, SECRET, shapes, shopStand, type ShopStand } from "./shop-stand.ts";

let shop: ShopStand;
beforeAll(async () => {
  shop = await shopStand([{ id: "shop", kind: "woocommerce", secret: SECRET }]);
});
beforeEach(() => shop.renew());
afterAll(() => shop.tower.app.close());

const ORDER = {
  id: 727,
  number: "WC-727",
  status: "processing",
  currency: "EUR",
  date_created: "2026-02-11T08:00:00",
  date_created_gmt: "2026-02-11T07:00:00",
  date_modified_gmt: "2026-02-11T07:00:00",
  date_paid_gmt: "2026-02-11T07:00:30",
  billing: {
    first_name: "Ada",
    last_name: "Bill",
    email: "ada@example.org",
    phone: "+4930",
    address_1: "Rechnungsweg 1",
    city: "Bonn",
    country: "DE",
  },
  shipping: {
    first_name: "Ada",
    last_name: "Lovelace",
    address_1: "Ritterstr. 12",
    city: "Berlin",
    state: "DE-BE",
    postcode: "10969",
    country: "DE",
  },
  shipping_lines: [{ method_id: "flat_rate", method_title: "Express" }],
  line_items: [
    {
      id: 315,
      name: "Mug",
      sku: "MUG-1",
      quantity: 2,
      price: 12.5,
      product_id: 93,
      variation_id: 0,
    },
    {
      id: 316,
      name: "Poster",
      sku: "",
      quantity: 1,
      price: "9.00",
      product_id: 94,
      variation_id: 0,
    },
  ],
};
const send = (topic: string, more: object = {}) =>
  shop.send("woocommerce", { ...ORDER, ...more }, { "x-wc-webhook-topic": topic });
const at = (time: string) => ({ date_modified_gmt: `2026-02-11T${time}:00` });

test("a paid one is received, with times in UTC and the address of delivery", async () => {
  expect((await send("order.created")).body).toMatchObject({ accepted: 1 });
  const [kept] = shop.tower.taken;
  expect(kept?.event).toMatchObject({
    type: "order.received",
    source: "woocommerce/shop",
    orderId: "727",
    occurredAt: Date.parse("2026-02-11T07:00:00Z"),
    data: {
      customerOrder: "WC-727",
      channel: "woocommerce",
      currency: "EUR",
      shipTo: { city: "Berlin", region: "DE-BE", country: "DE" },
      lines: [
        { line: 1, sku: "MUG-1", quantity: 2, unitPrice: 12.5 },
        { line: 2, sku: "94", quantity: 1, unitPrice: 9 },
      ],
    },
  });
  for (const secret of ["Ada", "Ritterstr", "example.org", "+4930", "Rechnungsweg", "Bonn"])
    expect(JSON.stringify(kept?.event)).not.toContain(secret);
});

test("a shop without an address of delivery means that of the bill", async () => {
  await send("order.created", { shipping: { first_name: "", address_1: "", city: "" } });
  expect(shop.taken()[0]?.data).toMatchObject({ shipTo: { city: "Bonn" } });
});

describe("status", () => {
  test.each(["pending", "checkout-draft", "failed", "cancelled", "refunded", "trash"])(
    "%s is no order of ours yet",
    async (status) => {
      const { status: code, body } = await send("order.created", { status });
      expect([code, body.ignored]).toEqual([200, "it is not to be fulfilled yet"]);
      expect(shop.taken()).toEqual([]);
    },
  );

  test("one that waits for its payment is on hold until it came", async () => {
    await send("order.created", { status: "on-hold" });
    await send("order.updated", { status: "on-hold", ...at("07:05") });
    await send("order.updated", { status: "processing", ...at("07:30") });
    await send("order.updated", { status: "processing", ...at("07:40") });
    const events = shop.taken();
    expect(shapes(events)).toEqual([
      "order.received 07:00",
      "hold.placed 07:00",
      "hold.released 07:30",
    ]);
    expect(events[1]?.data).toEqual({ code: "HOLD_PAYMENT" });
  });

  test("one that is cancelled while it waits has no hold left that keeps it open", async () => {
    await send("order.created", { status: "on-hold" });
    shop.taken();
    await send("order.updated", { status: "cancelled", ...at("08:00") });
    expect(shapes(shop.taken()).toSorted()).toEqual([
      "hold.released 08:00",
      "order.cancelled 08:00",
    ]);
  });

  test.each([
    [undefined, "parcel.handed_over"],
    ["shipped", "parcel.handed_over"],
    ["delivered", "parcel.delivered"],
  ])("completed is shipped, or with wooCompleted %s: %s", async (wooCompleted, type) => {
    const options = wooCompleted === undefined ? {} : { wooCompleted };
    await shop.put({ connectors: [{ id: "shop", kind: "woocommerce", options }] });
    await send("order.created");
    await send("order.updated", {
      status: "completed",
      date_completed_gmt: "2026-02-11T09:00:00",
      ...at("09:01"),
    });
    await send("order.updated", {
      status: "completed",
      date_completed_gmt: "2026-02-11T09:00:00",
      ...at("09:30"),
    });
    expect(shapes(shop.taken())).toEqual(["order.received 07:00", `${type} 09:00`]);
  });

  test("downloads alone are nobody's to pack; an order that is known is completed whatever they say", async () => {
    const completed = { status: "completed", needs_processing: false, ...at("08:00") };
    const { body } = await send("order.created", { ...completed, id: 728 });
    expect([body.ignored, shop.taken()]).toEqual(["it is not to be fulfilled yet", []]);
    await send("order.created");
    await send("order.updated", completed);
    expect(shapes(shop.taken())).toEqual(["order.received 07:00", "parcel.handed_over 08:00"]);
  });

  test("a refund of what was completed is about money and moves nothing", async () => {
    await send("order.created");
    const done = { date_completed_gmt: "2026-02-11T08:30:00" };
    await send("order.updated", { status: "completed", ...done, ...at("08:30") });
    shop.taken();
    const refunded = { status: "refunded", ...done, ...at("09:00") };
    expect((await send("order.updated", refunded)).status).toBe(200);
    expect(shop.taken()).toEqual([]);
  });

  test("one that is paid back before it was completed is shipped by nobody unasked", async () => {
    await send("order.created", { status: "on-hold" });
    shop.taken();
    for (const time of ["08:00", "08:10"])
      await send("order.updated", { status: "refunded", ...at(time) });
    const held = shop.taken();
    expect(held.map(({ type, data }) => [type, data])).toEqual([
      ["hold.released", { code: "HOLD_PAYMENT" }],
      ["hold.placed", { code: "HOLD_OPERATOR", reason: expect.stringContaining("refunded") }],
    ]);
    await send("order.updated", { status: "processing", ...at("08:20") });
    expect(shop.taken().map(({ type, data }) => [type, data])).toEqual([
      ["hold.released", { code: "HOLD_OPERATOR" }],
    ]);
  });

  test("one of a plugin's own is kept as it is called, when it is paid", async () => {
    expect((await send("order.created", { status: "awaiting-labels" })).body.accepted).toBe(1);
    expect(shop.taken()[0]?.data).toMatchObject({ shopStatus: "awaiting-labels" });
    const unpaid = { id: 728, status: "awaiting-labels", date_paid_gmt: null };
    expect((await send("order.created", unpaid)).body.accepted).toBe(0);
  });
});

test("one that the shop does not have any more is cancelled, if it was received", async () => {
  const other = await send("order.deleted", { id: 728 });
  expect(other.body.ignored).toBe("nobody received this order");
  await send("order.created");
  await send("order.deleted");
  expect(shapes(shop.taken())).toEqual(["order.received 07:00", "order.cancelled 09:00"]);
});

test("what the shop gave up before its making is told is none, until it goes on with it", async () => {
  await send("order.updated", { status: "cancelled", ...at("08:00") });
  expect((await send("order.created")).body.ignored).toBe("the shop took it back since");
  expect(shop.taken()).toEqual([]);
  await send("order.updated", { status: "processing", ...at("08:30") });
  expect(shapes(shop.taken())).toContain("order.received 07:00");
});

describe("a cancellation is taken back", () => {
  const cancellationsIn = (events: ReturnType<typeof shop.taken>) =>
    events.filter(({ type }) => type === "order.cancelled");
  const correctionsIn = (events: ReturnType<typeof shop.taken>) =>
    events.filter(({ type }) => type === "event.corrected").map(({ data }) => data);

  test("when the shop goes on with the order, and not by what is older than it", async () => {
    await send("order.created", { status: "on-hold" });
    for (const time of ["08:00", "08:05"])
      await send("order.updated", { status: "cancelled", ...at(time) });
    const cancelled = cancellationsIn(shop.taken());
    expect(cancelled).toHaveLength(2);
    await send("order.updated", { status: "processing", ...at("07:40") });
    expect(correctionsIn(shop.taken())).toEqual([]);
    for (const _ of [1, 2]) await send("order.updated", { status: "processing", ...at("08:30") });
    expect(correctionsIn(shop.taken())).toEqual(
      cancelled.map(({ source, id }) => ({ of: { source, id }, reason: "did_not_occur" })),
    );
  });

  test("once, however often the shop tells of the order later, and a late cancellation changes nothing", async () => {
    await send("order.created");
    await send("order.updated", { status: "cancelled", ...at("08:00") });
    for (const time of ["08:30", "08:40"])
      await send("order.updated", { status: "processing", ...at(time) });
    expect(correctionsIn(shop.taken())).toHaveLength(1);
    await send("order.updated", { status: "cancelled", ...at("08:10") });
    expect(shop.taken()).toEqual([]);
  });

  test("when it comes back out of the shop's bin", async () => {
    await send("order.created");
    await send("order.deleted");
    const [cancelled] = cancellationsIn(shop.taken());
    await send("order.updated", { ...at("07:30") });
    expect(correctionsIn(shop.taken())).toEqual([]);
    await send("order.restored", { ...at("07:30") });
    expect(correctionsIn(shop.taken())).toEqual([
      { of: { source: cancelled?.source, id: cancelled?.id }, reason: "did_not_occur" },
    ]);
  });
});

test("the question whether somebody is there is answered 200, and takes nothing", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const ping = await shop.post("/hooks/woocommerce", headers, Buffer.from("webhook_id=4"));
  expect([ping.status, ping.body.ignored]).toEqual([200, "a ping"]);
  // signed or not, nothing else is read from a form
  const { headers: signature, body } = signed("woocommerce", SECRET, ORDER, NOW);
  const form = await shop.post("/hooks/woocommerce", { ...signature, ...headers }, body);
  expect(form.status).toBe(415);
  expect((await shop.post("/hooks/shopify", headers, Buffer.from("webhook_id=4"))).status).toBe(
    415,
  );
});

test.each(["product.updated", "coupon.created", ""])(
  "topic %j means nothing here and is no error",
  async (topic) => {
    const { status, body } = await send(topic);
    expect([status, body.accepted, body.ignored]).toEqual([200, 0, expect.any(String)]);
  },
);

test.each([
  [{ date_created_gmt: null, date_created: "2026-02-11T08:00:00" }, "/date_created_gmt"],
  [{ id: null, order: { id: 1 } }, "/order"],
])("an older version of their interface is named: %j", async (more, path) => {
  const { status, body } = await send("order.created", more);
  expect([status, body.errors?.[0]?.path]).toEqual([422, path]);
  expect(body.errors?.[0]?.message).toContain("version 2 or 3");
});

test("what the shop answers its own webhook, when that may not read orders, is told", async () => {
  const denied = {
    code: "woocommerce_rest_cannot_view",
    message: "Sorry, you cannot view this resource.",
    data: { status: 401 },
  };
  const { status, body } = await shop.send("woocommerce", denied, {
    "x-wc-webhook-topic": "order.updated",
  });
  expect([status, body.errors?.[0]?.path]).toEqual([422, "/code"]);
  expect(body.errors?.[0]?.message).toContain("Sorry, you cannot view this resource.");
});

test.each([
  [{ date_created_gmt: "soon" }, "/date_created_gmt"],
  [{ date_created_gmt: null }, "/date_created_gmt"],
  [{ status: null }, "/status"],
  [{ line_items: [{ quantity: 1 }] }, "/line_items/0/id"],
])("%j is refused with its place", async (more, path) => {
  const { status, body } = await send("order.created", more);
  expect([status, body.errors?.[0]?.path]).toEqual([422, path]);
});
