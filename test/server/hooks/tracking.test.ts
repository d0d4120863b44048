/** Carriers' services: whose a parcel is, what their words mean, and that nothing is lost while nobody knows whose it is. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { matchWaiting } from "../../../server/hooks/unmatched.ts";
import {
  aftershipNews,
  easypostNews,
  shopifyNews,
} from "../../../server/connectors/carrier-news.ts";
import { aRow } from "../../support/board-rows.ts";
import { NOW, SECRET, shapes, shopStand, type ShopStand } from "./shop-stand.ts";

let stand: ShopStand;
const OPTIONS = { carriers: { "Some Parcels": "A" }, carrier: "B" };
beforeAll(async () => {
  stand = await shopStand([
    { id: "ep", kind: "easypost", secret: SECRET, options: OPTIONS },
    { id: "as", kind: "aftership", secret: SECRET },
  ]);
});
beforeEach(async () => {
  await stand.renew();
  stand.tower.fill("BER1", [
    aRow({ id: "SO-1", customerOrder: "#1001", stage: "packed", find: ["CODE-1", "SKU-1"] }),
    aRow({ id: "SO-2", stage: "handed_over", find: ["CODE-2"] }),
    aRow({
      id: "SO-3",
      stage: "packed",
      find: ["CODE-3", "CODE-4"],
      parcels: { total: 2, packed: 2, shipped: 0 },
    }),
  ]);
});
afterAll(() => stand.tower.app.close());

const detail = (status: string, time: string, more: object = {}) => ({
  status,
  datetime: `2026-02-11T${time}:00Z`,
  ...more,
});
const tracker = (more: object = {}) => ({
  description: "tracker.updated",
  id: "evt_1",
  result: {
    tracking_code: "CODE-1",
    carrier: "SomeParcels",
    status: "in_transit",
    updated_at: "2026-02-11T08:00:00Z",
    created_at: "2026-02-11T07:00:00Z",
    tracking_details: [
      detail("pre_transit", "07:00", { status_detail: "label_created" }),
      detail("in_transit", "08:00", {
        status_detail: "received_at_origin_facility",
        message: "Picked up",
        tracking_location: { city: "Berlin", country: "DE" },
      }),
    ],
    ...more,
  },
});
const easypost = (more: object = {}) => stand.send("easypost", tracker(more));

describe("EasyPost", () => {
  test("the first scan under way is the hand-over too; a label is nothing", async () => {
    expect((await easypost()).body).toMatchObject({ accepted: 2 });
    const events = stand.taken();
    expect(shapes(events)).toEqual(["parcel.handed_over 08:00", "parcel.in_transit 08:00"]);
    expect(events[0]).toMatchObject({
      orderId: "SO-1",
      source: "easypost/ep",
      data: { carrier: "A", trackingCode: "CODE-1" },
    });
    expect(events[1]?.data).toEqual({
      trackingCode: "CODE-1",
      carrierStatus: "in_transit: received_at_origin_facility: Picked up",
      location: "Berlin, DE",
    });
  });

  test("what was told before is known, and only what is new is taken", async () => {
    await easypost();
    stand.taken();
    const { tracking_details: details } = tracker().result;
    const more = [...details, detail("out_for_delivery", "08:30"), detail("delivered", "08:50")];
    const sent = await easypost({ status: "delivered", tracking_details: more });
    expect(sent.body).toMatchObject({ accepted: 2, duplicates: 2 });
    expect(shapes(stand.taken())).toEqual([
      "parcel.out_for_delivery 08:30",
      "parcel.delivered 08:50",
    ]);
  });

  test("where the dock scanned the hand-over, the carrier's first scan is none", async () => {
    await easypost({ tracking_code: "CODE-2" });
    expect(shapes(stand.taken())).toEqual(["parcel.in_transit 08:00"]);
  });

  test("without a history its status counts, and the day it is expected", async () => {
    await easypost({
      tracking_details: [],
      status: "out_for_delivery",
      est_delivery_date: "2026-02-12T00:00:00Z",
    });
    const [event] = stand.taken();
    expect(event).toMatchObject({
      type: "parcel.out_for_delivery",
      data: { eta: Date.parse("2026-02-12") },
    });
  });

  test("a cancelled label is told whoever packs, and cancels no order, of one parcel or of several", async () => {
    for (const tracking_code of ["CODE-1", "CODE-2", "CODE-3"])
      await easypost({ tracking_code, status: "cancelled", tracking_details: [] });
    const events = stand.taken();
    expect(shapes(events)).toEqual(Array(3).fill("parcel.exception 08:00"));
    expect(events[0]?.data).toEqual({
      trackingCode: "CODE-1",
      code: "LABEL_FAILED",
      note: "cancelled",
    });
  });

  test("one that was replaced by another already is a note alone", async () => {
    await easypost();
    stand.taken();
    const parcels = { total: 1, packed: 1, shipped: 0 };
    const find = ["CODE-9", "900", "SKU-1"];
    stand.tower.fill("BER1", [aRow({ id: "SO-1", stage: "packed", find, parcels })], 8);
    await easypost({ status: "cancelled", tracking_details: [] });
    expect(stand.taken().map(({ type, orderId }) => [type, orderId])).toEqual([
      ["note.added", "SO-1"],
    ]);
  });

  test("what was delivered damaged, and why something comes back, is told beside where it is", async () => {
    const damaged = detail("delivered", "08:30", { status_detail: "damaged" });
    const refused = detail("return_to_sender", "08:40", { status_detail: "refused" });
    await easypost({
      tracking_code: "CODE-2",
      status: "return_to_sender",
      tracking_details: [damaged, refused],
    });
    expect(shapes(stand.taken())).toEqual([
      "parcel.delivered 08:30",
      "parcel.exception 08:30",
      "parcel.returning 08:40",
      "parcel.exception 08:40",
    ]);
  });

  test("a time without a zone is UTC's wherever the server stands, and says so", async () => {
    const zone = process.env["TZ"];
    process.env["TZ"] = "America/New_York";
    try {
      await easypost({
        status: "delivered",
        tracking_details: [{ status: "delivered", datetime: "2026-02-11T08:15:00" }],
      });
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    const events = stand.taken();
    expect(shapes(events)).toEqual(["parcel.delivered 08:15"]);
    expect(events[0]?.data).toMatchObject({ zoneAssumed: true });
  });

  test("a code that an article of an order is called by is not that order's", async () => {
    const parcels = { total: 0, packed: 0, shipped: 0 };
    stand.tower.fill("BER1", [aRow({ id: "SO-6", find: ["4006381333931"], parcels })], 3);
    const { body } = await easypost({ tracking_code: "4006381333931" });
    expect(body.waiting).toBe("for the order of 4006381333931");
  });

  test("parcels that come back to the house are none of an order's", async () => {
    expect((await easypost({ is_return: true })).body.ignored).toMatch(/back/);
  });
});

describe("AfterShip", () => {
  const message = (more: object = {}) => ({
    event: "tracking_update",
    ts: 1,
    msg: {
      tracking_number: "CODE-1",
      slug: "dhl",
      tag: "InTransit",
      order_id: "none of ours",
      updated_at: "2026-02-11T08:30:00+00:00",
      checkpoints: [
        {
          tag: "InfoReceived",
          subtag: "InfoReceived_001",
          checkpoint_time: "2026-02-11T07:00:00+01:00",
        },
        {
          tag: "InTransit",
          subtag: "InTransit_003",
          message: "Sorted",
          checkpoint_time: "2026-02-11T09:00:00",
          city: "Berlin",
        },
      ],
      ...more,
    },
  });
  const send = (more: object = {}) => stand.send("aftership", message(more));

  test("a time without a zone is the site's, and says so", async () => {
    await send();
    const events = stand.taken();
    expect(shapes(events)).toEqual(["parcel.handed_over 08:00", "parcel.in_transit 08:00"]);
    expect(events[1]?.data).toEqual({
      trackingCode: "CODE-1",
      carrierStatus: "InTransit_003: Sorted",
      location: "Berlin",
      zoneAssumed: true,
    });
    expect(events[0]?.data).toMatchObject({ carrier: "dhl" });
  });

  test.each([
    ["a day alone, heard of on it", "2026-02-11", "2026-02-11T08:20:00Z", "08:20"],
    ["a day alone, heard of later", "2026-02-10", "2026-02-11T08:20:00Z", "22:59"],
    ["a day alone", "2026-02-10", undefined, "22:59"],
    ["a day alone, heard of before", "2026-02-11", "2026-02-10T08:20:00Z", "23:00"],
    ["no time at all", "", "2026-02-11T08:20:00Z", "08:20"],
  ])("of %s it is told when it may have been", async (_what, checkpoint_time, created_at, at) => {
    await send({
      tag: "Delivered",
      checkpoints: [{ tag: "Delivered", checkpoint_time, created_at }],
    });
    const events = stand.taken();
    expect(shapes(events)).toEqual([`parcel.delivered ${at}`]);
    expect(events[0]?.data).toMatchObject({ zoneAssumed: true });
  });

  test.each([
    [{ latest_estimated_delivery: { datetime: "2026-02-12" } }, "2026-02-11T23:00:00Z"],
    [
      {
        latest_estimated_delivery: { datetime: "2026-02-12T10:00:00+01:00" },
        expected_delivery: "2026-02-13",
      },
      "2026-02-12T09:00:00Z",
    ],
    [{ latest_estimated_delivery: null, expected_delivery: "2026-02-13" }, "2026-02-12T23:00:00Z"],
  ])("when it is expected is read from %j", async (more, eta) => {
    await send(more);
    expect(stand.taken().at(-1)?.data).toMatchObject({ eta: Date.parse(eta) });
  });

  test("an order is known by its number too, with or without the sign before it", async () => {
    for (const order_number of ["#1001", "1001"]) {
      await send({ tracking_number: `NEW-${order_number}`, order_number });
      expect(stand.taken().map(({ orderId }) => orderId)).toEqual(["SO-1", "SO-1"]);
    }
  });

  test.each([
    [
      { checkpoints: [{ tag: "InTransit", checkpoint_time: "2026-02-30T09:00:00" }] },
      "/msg/checkpoints/0/checkpoint_time",
    ],
    [{ checkpoints: [{ tag: "InTransit" }] }, "/msg/checkpoints/0/checkpoint_time"],
    [{ tracking_number: "" }, "/msg/tracking_number"],
  ])("%j is refused with its place", async (more, path) => {
    const { status, body } = await send(more);
    expect([status, body.errors?.[0]?.path]).toEqual([422, path]);
  });

  test("other events mean nothing here", async () => {
    expect(await stand.send("aftership", { event: "edd_revise" })).toMatchObject({
      status: 200,
      body: { accepted: 0 },
    });
  });
});

describe("a parcel of nobody", () => {
  test("is kept and taken when an order has its code; told again it waits once", async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await easypost({ tracking_code: "LATER" });
      expect([status, body.waiting]).toEqual([200, "for the order of LATER"]);
    }
    expect(stand.tower.hooks.waiting.size).toBe(1);
    const { app, hooks: store } = stand.tower;
    expect(await matchWaiting({ app, store })).toBe(1);
    expect(stand.taken()).toEqual([]);
    stand.tower.fill("BER1", [aRow({ id: "SO-9", stage: "packed", find: ["LATER"] })], 2);
    expect(await matchWaiting({ app, store })).toBe(0);
    expect(stand.taken().map(({ orderId }) => orderId)).toEqual(["SO-9", "SO-9"]);
    expect(stand.tower.hooks.waiting.size).toBe(0);
  });

  test("loses nothing of what was said when an older delivery comes again after a newer one", async () => {
    const scans = [
      detail("in_transit", "07:30", { status_detail: "arrived_at_facility" }),
      detail("delivered", "08:30"),
    ];
    const told = (tracking_details: object[], status: string) =>
      easypost({ tracking_code: "LATER", status, tracking_details });
    await told(scans, "delivered");
    await told(scans.slice(0, 1), "in_transit");
    const { app, hooks: store } = stand.tower;
    stand.tower.fill("BER1", [aRow({ id: "SO-9", stage: "packed", find: ["LATER"] })], 2);
    expect(await matchWaiting({ app, store })).toBe(0);
    expect(shapes(stand.taken())).toEqual([
      "parcel.handed_over 07:30",
      "parcel.in_transit 07:30",
      "parcel.delivered 08:30",
    ]);
  });

  test("of which nothing is known but its label does not wait", async () => {
    const label = [detail("pre_transit", "07:00", { status_detail: "label_created" })];
    const { status, body } = await easypost({
      tracking_code: "LATER",
      status: "pre_transit",
      tracking_details: label,
    });
    expect([status, body.waiting, body.ignored]).toEqual([
      200,
      undefined,
      "no carrier has said anything of it yet",
    ]);
    expect(stand.tower.hooks.waiting.size).toBe(0);
  });

  test("is taken as well when a shop says whose it is, though no parcel of the board has the code", async () => {
    await easypost({ tracking_code: "LABEL-1" });
    const { app, hooks: store } = stand.tower;
    await store.track("BER1", ["LABEL-1"], "SO-2");
    expect(await matchWaiting({ app, store })).toBe(0);
    expect(stand.taken().map(({ orderId }) => orderId)).toEqual(["SO-2"]);
  });

  test("keeps no other behind it when it cannot be taken", async () => {
    for (const tracking_code of ["BAD", "GOOD"]) await easypost({ tracking_code });
    stand.tower.fill(
      "BER1",
      [
        aRow({ id: "x\u0000", stage: "packed", find: ["BAD"] }),
        aRow({ id: "SO-5", stage: "packed", find: ["GOOD"] }),
      ],
      7,
    );
    const { app, hooks: store } = stand.tower;
    expect(await matchWaiting({ app, store })).toBe(1);
    expect(stand.taken().map(({ orderId }) => orderId)).toEqual(["SO-5", "SO-5"]);
  });

  test("is given up after seven days", async () => {
    await easypost({ tracking_code: "NEVER" });
    const { app, hooks: store } = stand.tower;
    app.now = () => NOW + 7 * 86_400_000 + 1;
    await matchWaiting({ app, store });
    app.now = () => NOW;
    expect(store.waiting.size).toBe(0);
  });

  test("is not taken when too many wait, and is to be sent again", async () => {
    const { hooks } = stand.tower;
    const { wait } = hooks;
    hooks.wait = async () => false;
    const sent = await easypost({ tracking_code: "MORE" });
    hooks.wait = wait;
    expect([sent.status, Number(sent.headers["retry-after"])]).toEqual([503, expect.any(Number)]);
  });

  test("its order is remembered when it has left the board", async () => {
    await easypost();
    stand.taken();
    stand.tower.fill("BER1", [], 3);
    const back = [detail("return_to_sender", "08:55")];
    expect(
      (await easypost({ status: "return_to_sender", tracking_details: back })).body.accepted,
    ).toBe(1);
    expect(shapes(stand.taken())).toEqual(["parcel.returning 08:55"]);
  });
});

describe("at a large site", () => {
  const rows = Array.from({ length: 50_000 }, (_, at) =>
    aRow({
      id: `L-${at}`,
      stage: "packed",
      find: [`LC-${at}`, `LP-${at}`, "SKU-1", "SKU-2", "SKU-3"],
    }),
  );

  test("a code is found among 50,000 orders in time, and then without looking at them all", async () => {
    stand.tower.fill("BER1", rows, 5);
    const took = async (): Promise<number> => {
      const from = performance.now();
      expect((await easypost({ tracking_code: "LC-49999" })).status).toBe(200);
      return performance.now() - from;
    };
    await took();
    expect(stand.taken()[0]).toMatchObject({ orderId: "L-49999" });
    expect(Math.min(await took(), await took(), await took())).toBeLessThan(100);
  });

  test("a code that a carrier uses again is that of the order that has it now", async () => {
    await easypost({ tracking_code: "CODE-1" });
    stand.taken();
    stand.tower.fill(
      "BER1",
      [
        aRow({ id: "SO-1", stage: "packed", find: ["CODE-9"] }),
        aRow({ id: "SO-8", stage: "packed", find: ["CODE-1"] }),
      ],
      6,
    );
    await easypost({ tracking_code: "CODE-1" });
    expect(stand.taken().map(({ orderId }) => orderId)).toEqual(["SO-8", "SO-8"]);
  });
});

describe("words of carriers", () => {
  test.each([
    ["in_transit", "delayed", { code: "CARRIER_DELAY" }],
    ["in_transit", "weather_delay", { code: "WEATHER_OR_DISASTER" }],
    ["in_transit", "missorted", { code: "MISSORT" }],
    ["failure", "damaged", { code: "DAMAGED_IN_TRANSIT" }],
    ["failure", "lost", "lost"],
    ["failure", "refused", { code: "REFUSED" }],
    ["in_transit", "delivery_exception", "delivery_failed"],
    ["failure", "failure", { code: "OTHER" }],
    ["in_transit", "transit_exception", { code: "OTHER" }],
    ["in_transit", "arrived_at_facility", "in_transit"],
    ["return_to_sender", "delivery_exception", "returning"],
    ["delivered", "expired", "delivered"],
    ["delivered", "return", "returning"],
    ["constructor", "", "unknown"],
  ])("EasyPost's %s, %s", (status, more, news) => {
    expect(easypostNews(status, more)).toEqual([news]);
  });

  test.each([
    ["Delivered", "Delivered_002", "delivered"],
    ["Exception", "Exception_004", { code: "CUSTOMS_DELAY" }],
    ["Exception", "Exception_005", { code: "CARRIER_DELAY" }],
    ["Exception", "Exception_006", { code: "HOLD_PAYMENT" }],
    ["Exception", "Exception_009", { code: "OTHER" }],
    ["Exception", "Exception_010", "returning"],
    ["Exception", "Exception_011", "returned"],
    ["Exception", "Exception_013", "lost"],
    ["Exception", "Exception_019", { code: "CARRIER_DELAY" }],
    ["Exception", "Exception_020", "cancelled"],
    ["Exception", "Exception_021", "lost"],
    ["Delivered", "Delivered_005", "delivered"],
    ["InTransit", "InTransit_013", "in_transit"],
    ["Exception", "Exception_099", { code: "OTHER" }],
    ["AttemptFail", "AttemptFail_001", "delivery_failed"],
    ["Expired", "Expired_001", "silence"],
    ["Somewhere", "", "unknown"],
  ])("AfterShip's %s, %s", (tag, subtag, news) => {
    expect(aftershipNews(tag, subtag)).toEqual(news);
  });
});

const OUTSIDE = join(import.meta.dirname, "../../../../shared/data/interchange");
describe.skipIf(!existsSync(OUTSIDE))(
  "held samples (skipped where the files are not beside the checkout)",
  () => {
    const read = (name: string) => JSON.parse(readFileSync(join(OUTSIDE, name), "utf8"));

    test("EasyPost's own event is one hand-over and six scans under way", async () => {
      const sample = read("tracking/easypost_tracker_updated.json");
      stand.tower.fill(
        "BER1",
        [aRow({ id: "SO-7", stage: "packed", find: [sample.result.tracking_code] })],
        4,
      );
      expect((await stand.send("easypost", sample)).body).toMatchObject({ accepted: 7 });
      expect(
        shapes(stand.taken()).filter((one) => one.startsWith("parcel.handed_over")),
      ).toHaveLength(1);
    });

    test("every status that the senders publish has its word", () => {
      const known = read("states/outside_statuses.json");
      for (const status of known.easypost_tracker_status)
        expect([status, easypostNews(status, "")]).not.toEqual([status, ["unknown"]]);
      for (const tag of known.aftership_tag)
        expect([tag, aftershipNews(tag, "")]).not.toEqual([tag, "unknown"]);
      expect(shopifyNews(read("shopify/fulfillment_event.json").fulfillment_event.status)).toBe(
        "label",
      );
    });

    test("Shopify's own fulfillment is a parcel that waits for its order", async () => {
      await stand.put({ connectors: [{ id: "sh", kind: "shopify", secret: SECRET }] });
      const sample = read("shopify/fulfillment.json");
      const fulfillment = { ...sample.fulfillment, status: "success" };
      const sent = await stand.shopify("fulfillments/create", fulfillment);
      expect(sent.body.waiting).toBe(`for order ${sample.fulfillment.order_id}`);
    });

    test("the vector of Standard Webhooks is the published one", async () => {
      const { SIGNATURES } = await import("../../../server/connectors/signatures.ts");
      const { vector } = read("signatures/standard_webhooks.json");
      const headers = Object.fromEntries(
        Object.entries(vector)
          .filter(([name]) => name.startsWith("webhook-"))
          .map(([name, value]) => [name, String(value)]),
      );
      const signed = {
        headers,
        body: Buffer.from(vector.body),
        now: vector["webhook-timestamp"] * 1_000,
      };
      expect(SIGNATURES.standard.check(vector.secret, signed)).toBe(true);
    });
  },
);
