/** What a CSV file comes to, and how a mistake in it is named. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldOrder } from "../../../domain/fold.ts";
import type { RecordedEvent } from "../../../domain/event.ts";
import { checkEvent } from "../../../server/connectors/check-event.ts";
import { csvLine } from "../../../server/csv.ts";
import { nearest } from "../../../server/imports/columns.ts";
import type { KnownOrder } from "../../../server/imports/differences.ts";
import { planImport, type Plan, type Tower } from "../../../server/imports/plan.ts";
import { anEvent, anOrderReceived, aPolicy } from "../../support/builders.ts";

const policy = aPolicy();
const NOW = Date.UTC(2026, 1, 11, 12);
type Item = {
  id: string;
  type: string;
  orderId: string;
  occurredAt: string;
  data: Record<string, unknown>;
};

function plan(
  body: string | Buffer,
  known: Record<string, KnownOrder & { v: number }> = {},
): Promise<Plan> {
  const tower: Tower = {
    site: policy.site,
    source: "csv",
    sources: undefined,
    now: NOW,
    known: async (ids) =>
      new Map(ids.flatMap((id) => (Object.hasOwn(known, id) ? [[id, known[id]!]] : []))),
  };
  return planImport(Buffer.from(body), tower);
}
const items = async (...rows: string[]): Promise<Item[]> =>
  (await plan(rows.join("\n"))).posted.items as Item[];
const faults = async (...rows: string[]): Promise<string[]> =>
  (await plan(rows.join("\n"))).faults.map(({ path, message }) => `${path}: ${message}`);
const refusal = async (body: string | Buffer): Promise<unknown> =>
  plan(body).then(
    () => null,
    (error: unknown) => error,
  );

const HEADER =
  "orderId,customerOrder,service,placedAt,shipBy,city,country,line,sku,quantity,unitPrice";

describe("orders", () => {
  test("the rows of an order are its lines; what is said of the order may stand on one of them", async () => {
    const [first, second] = await items(
      HEADER,
      "SO-1,C-1,standard,2026-02-11T09:00:00+01:00,2026-02-12,Hamburg,DE,1,SKU-1,2,9.90",
      "SO-2,,,2026-02-11 10:00,,,,,SKU-9,1,",
      "SO-1,,,,,,,2,SKU-2,1,",
    );
    expect(first).toEqual({
      id: expect.stringMatching(/^csv-[0-9a-f]{32}$/) as string,
      type: "order.received",
      orderId: "SO-1",
      source: "csv",
      occurredAt: "2026-02-11T08:00:00.000Z",
      data: {
        customerOrder: "C-1",
        channel: "csv",
        service: "standard",
        placedAt: "2026-02-11T08:00:00.000Z",
        shipBy: "2026-02-12T22:59:59.000Z",
        shipTo: { city: "Hamburg", country: "DE" },
        lines: [
          { line: 1, sku: "SKU-1", quantity: 2, unitPrice: 9.9 },
          { line: 2, sku: "SKU-2", quantity: 1 },
        ],
      },
    });
    expect(second).toMatchObject({
      orderId: "SO-2",
      occurredAt: "2026-02-11T09:00:00.000Z",
      data: { customerOrder: "SO-2", lines: [{ line: 1, sku: "SKU-9", quantity: 1 }] },
    });
  });

  test.each([
    [
      "semicolons, decimal commas and German days",
      "orderId;placedAt;sku;quantity;unitPrice\nSO-1;11.02.2026 09:00;A;2;9,90",
    ],
    ["tabs", "orderId\tplacedAt\tsku\tquantity\tunitPrice\nSO-1\t2026-02-11 09:00\tA\t2\t9.90"],
    [
      "a byte order mark and Windows line ends",
      "\uFEFForderId,placedAt,sku,quantity,unitPrice\r\nSO-1,2026-02-11 09:00,A,2,9.90\r\n\r\n",
    ],
    [
      "quotes",
      '"orderId","placedAt","sku","quantity","unitPrice"\n"SO-1","2026-02-11T09:00:00+01:00","A",2,9.90',
    ],
    [
      "names as people write them",
      "Order ID,placed_at,SKU,Quantity,unit-price\nSO-1,2026-02-11 09:00,A,2,9.90",
    ],
  ])("%s", async (_name, body) => {
    const plain = "orderId,placedAt,sku,quantity,unitPrice\nSO-1,2026-02-11T08:00:00Z,A,2,9.9";
    expect((await plan(body)).posted.items).toEqual((await plan(plain)).posted.items);
  });

  test("a text that an export guarded comes back without its guard", async () => {
    const [order] = await items(
      "orderId,placedAt,sku,quantity",
      `SO-1,2026-02-11,${csvLine(["=A1"]).trim()},1`,
    );
    expect(order?.data["lines"]).toEqual([{ line: 1, sku: "=A1", quantity: 1 }]);
  });

  test.each([
    [
      "row 1, column qty",
      "orderId,placedAt,sku,qty",
      ["SO-1,2026-02-11,A,1"],
      "is no column of this file: did you mean quantity?",
    ],
    [
      "row 1, column sku",
      "orderId,placedAt,sku,sku,quantity",
      ["SO-1,2026-02-11,A,A,1"],
      "is there twice",
    ],
    [
      "row 1, column quantity",
      "orderId,placedAt,sku",
      ["SO-1,2026-02-11,A"],
      "is required: this column is missing",
    ],
    [
      "row 2, column quantity",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-11,A,1.5"],
      "must be a whole number",
    ],
    [
      "row 3, column sku",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-11,A,1", "SO-1,,,1"],
      "is required",
    ],
    ["row 2, column orderId", "orderId,placedAt,sku,quantity", [",2026-02-11,A,1"], "is required"],
    ["row 2, column placedAt", "orderId,placedAt,sku,quantity", ["SO-1,,A,1"], "is required"],
    [
      "row 2, column placedAt",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2/11/2026,A,1"],
      "must be a time, as",
    ],
    [
      "row 2, column placedAt",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-30,A,1"],
      "is not a time that exists",
    ],
    [
      "row 2, column placedAt",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-11 25:00,A,1"],
      "is not a time that exists",
    ],
    [
      "row 2, column priority",
      "orderId,placedAt,sku,quantity,priority",
      ["SO-1,2026-02-11,A,1,high"],
      "must be one of P1, P2, P3, P4",
    ],
    [
      "row 3, column city",
      "orderId,placedAt,sku,quantity,city",
      ["SO-1,2026-02-11,A,1,Berlin", "SO-1,,B,1,Bonn"],
      "differs from row 2 of the same order",
    ],
    [
      "row 3, column line",
      "orderId,placedAt,sku,quantity,line",
      ["SO-1,2026-02-11,A,1,1", "SO-1,,B,1,1"],
      "is the same as in row 2",
    ],
    [
      "row 2",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-11,A,1,surplus"],
      "has 5 cells, but the header 4",
    ],
    [
      "row 3, column quantity",
      "orderId,placedAt,sku,quantity",
      ["SO-1,2026-02-11,A,1", "SO-1,,B,9999999"],
      "must be <= 1000000",
    ],
  ])("%s is named (%#)", async (path, header, rows, message) => {
    const found = await faults(header, ...rows);
    expect(found[0]).toContain(`${path}: ${message}`);
  });

  test("an order with a mistake is refused whole, the others are read", async () => {
    const { posted, changes } = await plan(
      [
        "orderId,placedAt,sku,quantity",
        "SO-1,2026-02-11,A,1",
        "SO-2,2026-02-11,A,x",
        "SO-2,,B,1",
      ].join("\n"),
    );
    expect(changes.map(({ orderId, change }) => [orderId, change])).toEqual([["SO-1", "new"]]);
    expect(posted.items).toHaveLength(1);
  });

  test("what is no CSV is refused as such", async () => {
    expect(await refusal("")).toMatchObject({ code: "CT_ERR_INVALID" });
    expect(await refusal("orderId,sku\n")).toMatchObject({ code: "CT_ERR_INVALID" });
    expect(await refusal('orderId,sku\n"SO-1,A\n')).toMatchObject({
      code: "CT_ERR_INVALID",
      extra: { errors: [{ path: expect.stringMatching(/^row \d$/) as string }] },
    });
    expect(await refusal(Buffer.from([0x6f, 0xff, 0xfe]))).toMatchObject({
      code: "CT_ERR_BAD_REQUEST",
    });
    expect(await refusal(`orderId\n${"SO-1\n".repeat(5_001)}`)).toMatchObject({
      code: "CT_ERR_TOO_LARGE",
      message: expect.stringContaining("send it in pieces") as string,
    });
  });
});

describe("orders that are known", () => {
  const received = anOrderReceived("9:00", {
    customerOrder: "C-1",
    channel: "csv",
    service: "standard",
    placedAt: Date.UTC(2026, 1, 11, 8),
    shipTo: { city: "Berlin", country: "DE" },
    lines: [{ line: 1, sku: "A", quantity: 1, weightG: 200 }],
  });
  const knownBy = (events: RecordedEvent[], personal: KnownOrder["personal"] = {}) => {
    const { order } = foldOrder(events, policy);
    return { "SO-1": { order: order!, personal, v: 7 } };
  };
  const body = (fields: string, values: string) =>
    `orderId,placedAt,sku,quantity${fields}\nSO-1,2026-02-11T08:00:00Z,A,${values}`;

  test("one that is as the file says is left alone", async () => {
    const { posted, changes } = await plan(body(",city", "1,Berlin"), knownBy([received]));
    expect(posted.items).toEqual([]);
    expect(changes).toMatchObject([{ orderId: "SO-1", change: "unchanged", fields: [] }]);
  });

  test("one that differs is amended by what differs, and both are said", async () => {
    const { posted, changes } = await plan(
      body(",city,shipBy,customerOrder", "3,Bonn,2026-02-12,"),
      knownBy([received]),
    );
    expect(changes[0]).toMatchObject({
      change: "amended",
      row: 2,
      fields: [
        { field: "shipBy", was: null, wouldBe: "2026-02-12T22:59:59.000Z" },
        { field: "city", was: "Berlin", wouldBe: "Bonn" },
        {
          field: "lines",
          was: [{ line: 1, sku: "A", quantity: 1, weightG: 200 }],
          wouldBe: [{ line: 1, sku: "A", quantity: 3, weightG: 200 }],
        },
      ],
    });
    expect(posted.items).toMatchObject([
      {
        type: "order.amended",
        occurredAt: "2026-02-11T12:00:00.000Z",
        data: {
          shipBy: "2026-02-12T22:59:59.000Z",
          shipTo: { city: "Bonn" },
          lines: [{ line: 1, sku: "A", quantity: 3, weightG: 200 }],
        },
      },
    ]);
    const amended = { ...(posted.items[0] as Item), at: NOW };
    const event = anEvent("order.amended", NOW, {
      ...amended.data,
      shipBy: Date.parse("2026-02-12T22:59:59Z"),
    } as never);
    const again = await plan(body(",city,shipBy", "3,Bonn,2026-02-12"), knownBy([received, event]));
    expect(again.changes[0]?.change).toBe("unchanged");
  });

  test("personal fields are compared for those who may read them, and left alone for all others", async () => {
    const file = body(",name", "1,Jane Doe");
    const shown = await plan(file, knownBy([received], { name: "Jane Roe" }));
    expect(shown.changes[0]?.fields).toEqual([
      { field: "name", was: "Jane Roe", wouldBe: "Jane Doe" },
    ]);
    const hidden = await plan(file, knownBy([received], null));
    expect(hidden.changes[0]).toMatchObject({ change: "unchanged", fields: [] });
  });

  test("one that is over is not changed any more", async () => {
    const cancelled = anEvent("order.cancelled", "10:00");
    const found = await plan(body(",city", "1,Bonn"), knownBy([received, cancelled]));
    expect(found.posted.items).toEqual([]);
    expect(found.faults).toMatchObject([
      { path: "row 2, column orderId", message: "cancelled already: it is not changed any more" },
    ]);
  });
});

describe("events", () => {
  test("a row an event, with the fields of its type in columns of their names", async () => {
    const found = await items(
      "type,orderId,occurredAt,station,parcelId,carrier,trackingCode,line,quantity,missing,reason,text",
      "pick.completed,SO-1,2026-02-11 09:00,P3,,,,1,2,,,",
      "pick.shorted,SO-1,2026-02-11 09:05,,,,,2,,1,gone,",
      "pack.completed,SO-1,2026-02-11 10:00,,P-1,DHL,T-1,,,,,",
      "parcel.handed_over,SO-1,2026-02-11T15:00:00Z,,P-1,DHL,,,,,,",
      "note.added,SO-1,2026-02-11 16:00,,,,,,,,,hello",
    );
    expect(found.map(({ type, data }) => [type, data])).toEqual([
      ["pick.completed", { lines: [{ line: 1, quantity: 2 }] }],
      ["pick.shorted", { lines: [{ line: 2, missing: 1, reason: "gone" }] }],
      ["pack.completed", { parcels: [{ parcelId: "P-1", carrier: "DHL", trackingCode: "T-1" }] }],
      ["parcel.handed_over", { parcelId: "P-1", carrier: "DHL" }],
      ["note.added", { text: "hello" }],
    ]);
    expect(found[0]).toMatchObject({
      occurredAt: "2026-02-11T08:00:00.000Z",
      station: "P3",
      source: "csv",
    });
    for (const item of found)
      expect(checkEvent(item, () => ({ site: "BER1" }))).toHaveProperty("event");
  });

  test.each([
    [
      "type,orderId,occurredAt",
      "pick.complete,SO-1,2026-02-11",
      "row 2, column type: is no known event type: did you mean pick.completed?",
    ],
    ["type,orderId,occurredAt", ",SO-1,2026-02-11", "row 2, column type: is required"],
    [
      "type,orderId,occurredAt",
      "order.received,SO-1,2026-02-11",
      "row 2, column type: order.received is not told by a row",
    ],
    ["type,orderId,occurredAt", "pick.completed,SO-1,", "row 2, column occurredAt: is required"],
    [
      "type,orderId,occurredAt",
      "pick.completed,,2026-02-11",
      "row 2, column orderId: is required for events of an order",
    ],
    [
      "type,orderId,occurredAt,dock",
      "pick.completed,SO-1,2026-02-11,D1",
      "row 2, column dock: is no field of pick.completed",
    ],
    [
      "type,orderId,occurredAt,code",
      "hold.placed,SO-1,2026-02-11,",
      "row 2, column code: must have required",
    ],
    [
      "type,orderId,occured",
      "pick.completed,SO-1,2026-02-11",
      "row 1, column occured: is no column of this file: did you mean occurredAt?",
    ],
  ])("a mistake is named (%#)", async (header, row, message) => {
    expect((await faults(header, row)).join("\n")).toContain(message);
  });
});

const word = fc
  .stringMatching(/^[A-Za-z0-9"';,=+\- ]{1,12}$/)
  .filter((text) => text.trim() !== "" && text === text.trim() && !text.startsWith("'"));
test("whatever stands in cells, the same file twice is the same events, and what an export writes is read", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 8 }),
      async (rows) => {
        const lines = rows.map(([order, sku]) => csvLine([order, "2026-02-11T08:00:00Z", sku, 1]));
        const body = csvLine(["orderId", "placedAt", "sku", "quantity"]) + lines.join("");
        const first = await plan(body);
        expect((await plan(body)).posted.items).toEqual(first.posted.items);
        const orders = first.posted.items as Item[];
        const skus = orders.flatMap(({ data }) =>
          (data["lines"] as { sku: string }[]).map(({ sku }) => sku),
        );
        expect(skus.toSorted()).toEqual(rows.map(([, sku]) => sku).toSorted());
      },
    ),
    { numRuns: 100 },
  );
});

test.each([
  ["qty", "quantity"],
  ["order_nr", "orderId"],
  ["weight", "weightG"],
  ["xylophone", undefined],
])("%s: did you mean %s?", (name, meant) => {
  expect(nearest(name, ["orderId", "quantity", "weightG", "sku"])).toBe(meant);
});
