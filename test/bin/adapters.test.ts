import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shiftToEnd, UsageError, type Feed, type WireEvent } from "../../bin/adapters/feed.ts";
import { readFeed } from "../../bin/adapters/read-feed.ts";
import { shuffled } from "../../bin/commands/feed-command.ts";
import { dueCount } from "../../bin/commands/post-events.ts";

const ORDERS = `order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
o1,c1,delivered,2017-03-01 10:00:00,2017-03-01 11:00:00,2017-03-02 09:00:00,2017-03-05 18:00:00,2017-03-06 00:00:00
o2,c2,delivered,2017-03-01 10:00:00,2017-03-03 11:00:00,2017-03-02 09:00:00,2017-03-05 18:00:00,2017-03-04 00:00:00
o3,c1,shipped,2017-03-01 10:00:00,,2017-03-02 09:00:00,,2017-03-04 00:00:00
o4,c1,canceled,2017-03-01 10:00:00,,,,2017-03-04 00:00:00
`;
const ITEMS = `order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
o1,1,p1,s1,2017-03-04 12:00:00,10.50,1
o1,2,p2,s2,2017-03-03 12:00:00,4.25,1
o2,1,p1,s1,2017-03-04 12:00:00,10.50,1
`;
const CUSTOMERS = `customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
c1,u1,01000,sao paulo,SP
`;

const ocelEvent = (activity: string, timestamp: string, objects: string[]): object => ({
  "ocel:activity": activity,
  "ocel:timestamp": timestamp,
  "ocel:omap": objects,
  "ocel:vmap": {},
});
const OCEL = {
  "ocel:global-log": { "ocel:version": "1.0" },
  "ocel:events": {
    0: ocelEvent("Place Order", "2022-10-20T16:00:00", ["order1", "item1", "item2"]),
    1: ocelEvent("Item out of stock", "2022-10-20T16:10:00", ["item2"]),
    2: ocelEvent("Pick Item", "2022-10-20T16:20:00", ["item1"]),
    3: ocelEvent("Pick Item", "2022-10-20T17:00:00", ["item2"]),
    4: ocelEvent("Load Cargo", "2022-10-20T18:00:00", ["item1", "delivery1"]),
    5: ocelEvent("Load Cargo", "2022-10-20T19:00:00", ["item2", "delivery2"]),
    6: ocelEvent("End Route", "2022-10-20T20:00:00", ["item1", "delivery1"]),
    7: ocelEvent("Payment Reminder", "2022-10-21T20:00:00", ["order1"]),
  },
  "ocel:objects": {
    order1: { "ocel:type": "order" },
    item1: { "ocel:type": "item" },
    item2: { "ocel:type": "item" },
    delivery1: { "ocel:type": "delivery" },
    delivery2: { "ocel:type": "delivery" },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ct-feed-"));
  await writeFile(join(folder, "orders.csv.gz"), gzipSync(ORDERS));
  await writeFile(join(folder, "order_items.csv"), ITEMS);
  await writeFile(join(folder, "customers.csv"), CUSTOMERS);
  await writeFile(join(folder, "log.json"), JSON.stringify(OCEL));
  await writeFile(join(folder, "notes.csv"), "a,b\n1,2\n");
});
afterAll(() => rm(folder, { recursive: true }));

const typesOf = (feed: Feed, orderId: string): string[] =>
  feed.events.filter((event) => event.orderId === orderId).map((event) => event.type);
const eventOf = (feed: Feed, id: string): WireEvent => {
  const found = feed.events.find((event) => event.id === id);
  if (!found) throw new Error(`no event ${id}`);
  return found;
};

describe("events of the tower itself", () => {
  const event = (id: string, occurredAt: string, more: object = {}) =>
    JSON.stringify({ id, source: "wms", type: "pick.started", orderId: "o1", occurredAt, ...more });
  const written = async (name: string, lines: string[]): Promise<string> => {
    const file = join(await mkdtemp(join(folder, "own-")), name);
    await writeFile(file, name.endsWith(".gz") ? gzipSync(lines.join("\n")) : lines.join("\n"));
    return file;
  };
  const read = async (name: string, ...lines: string[]) =>
    readFeed(await written(name, lines), { site: "BER1" });

  test.each(["events.ndjson", "events.jsonl.gz"])(
    "are read in the order in which they happened, each at its own site: %s",
    async (name) => {
      const feed = await read(
        name,
        event("b", "2026-01-05T01:30:00+01:00"),
        "",
        event("a", "2026-01-05T00:00:00Z", { site: "NYC1" }),
      );
      expect(feed).toMatchObject({ format: "events", orders: 2 });
      expect(feed.events.map(({ id, site, occurredAt }) => [id, site, occurredAt])).toEqual([
        ["a", "NYC1", "2026-01-05T00:00:00.000Z"],
        ["b", "BER1", "2026-01-05T00:30:00.000Z"],
      ]);
    },
  );

  test("name the line that is none", async () => {
    const broken = read("events.ndjson", event("a", "2026-01-05T00:00:00Z"), '{"id":"b"}');
    await expect(broken).rejects.toThrow("events.ndjson: line 2 is no event");
  });

  test("may begin with a byte order mark and an empty line, and be called in capitals", async () => {
    const one = event("a", "2026-01-05T00:00:00Z");
    expect(await read("EVENTS.NDJSON", "\uFEFF", one)).toMatchObject({ orders: 1 });
    await expect(read("events.jsonl", "not json", one)).rejects.toThrow("line 1 is no event");
  });

  test.each(["2026-01-05 02:00", "2026-02-30T02:00:00Z", "yesterday"])(
    "of a time that may mean any moment or none, the line is named: %s",
    async (when) => {
      const wrong = read("events.ndjson", event("a", "2026-01-05T00:00:00Z"), event("b", when));
      await expect(wrong).rejects.toThrow(`line 2, occurredAt: "${when}"`);
    },
  );

  test("a time without offset is of the zone that was named", async () => {
    const path = await written("events.ndjson", [event("a", "2026-01-05 02:00")]);
    const { events } = await readFeed(path, { site: "BER1", zone: "Europe/Berlin" });
    expect(events[0]?.occurredAt).toBe("2026-01-05T01:00:00.000Z");
  });

  test("have a truck's own time moved with the rest", async () => {
    const at = "2026-01-05T02:00:00Z";
    const truck = { type: "pickup.departed", data: { carrier: "A", pickup: "A-1", at } };
    const feed = await read("events.ndjson", event("a", "2026-01-05T02:00:00Z", truck));
    const end = Date.parse("2026-03-01T00:00:00Z");
    expect(shiftToEnd(feed.events, end)[0]?.data["at"]).toBe("2026-03-01T00:00:00.000Z");
  });
});

describe("events that are moved", () => {
  const day = "2026-01-05T00:00:00.000Z";
  const later = "2026-03-01T00:00:00.000Z";
  const moved = (type: string, data: object): WireEvent["data"] => {
    const event = { id: "a", source: "wms", type, orderId: "o1", occurredAt: day, data };
    return shiftToEnd([event as WireEvent], Date.parse(later))[0]?.data ?? {};
  };

  test("have the times of what a correction puts in place moved with them", () => {
    const of = { source: "wms", id: "b" };
    const replacement = { type: "hold.placed", occurredAt: day, data: { code: "X", until: day } };
    expect(moved("event.corrected", { of, reason: "incorrect_data", replacement })).toEqual({
      of,
      reason: "incorrect_data",
      replacement: { ...replacement, occurredAt: later, data: { code: "X", until: later } },
    });
    const alone = { occurredAt: day };
    const whole = { occurredAt: day, data: { placedAt: day } };
    expect(moved("event.corrected", { replacement: alone })).toEqual({
      replacement: { occurredAt: later },
    });
    expect(moved("event.corrected", { replacement: whole })).toEqual({
      replacement: { occurredAt: later, data: { placedAt: later } },
    });
  });

  test("keep what is no time of theirs, for the door to judge", () => {
    expect(moved("order.amended", { shipBy: "soon", deliverBy: "2026-01-05 10:00" })).toEqual({
      shipBy: "soon",
      deliverBy: "2026-01-05 10:00",
    });
    expect(moved("note.added", { text: "x", at: day })).toEqual({ text: "x", at: day });
  });
});

describe("Olist files", () => {
  test("a delivered order of two sellers becomes two parcels that go out and arrive", async () => {
    const feed = await readFeed(join(folder, "orders.csv.gz"), { site: "BER1" });
    expect(feed.orders).toBe(4);
    expect(typesOf(feed, "o1")).toEqual([
      "order.received",
      "hold.placed",
      "hold.released",
      "parcel.handed_over",
      "parcel.handed_over",
      "parcel.delivered",
      "parcel.delivered",
    ]);
  });

  test("times are Brazil's, and the promise ends with its day", async () => {
    const { occurredAt, data } = eventOf(await readFeed(folder, { site: "BER1" }), "o1-received");
    expect(occurredAt).toBe("2017-03-01T13:00:00.000Z");
    expect(data).toMatchObject({
      deliverBy: "2017-03-07T02:59:59.000Z",
      shipBy: "2017-03-03T15:00:00.000Z",
    });
    expect(data["shipTo"]).toEqual({
      country: "BR",
      city: "sao paulo",
      region: "SP",
      postalCode: "01000",
    });
  });

  test("a hand-over before the approval stays where it was scanned", async () => {
    const feed = await readFeed(join(folder, "orders.csv.gz"), { site: "BER1" });
    expect(typesOf(feed, "o2")).toEqual([
      "order.received",
      "hold.placed",
      "parcel.handed_over",
      "hold.released",
      "parcel.delivered",
    ]);
  });

  test("an order that went out without any approval has no payment hold", async () => {
    expect(typesOf(await readFeed(folder, { site: "BER1" }), "o3")).toEqual([
      "order.received",
      "parcel.handed_over",
    ]);
  });

  test("an order without items keeps an empty list of lines", async () => {
    expect(eventOf(await readFeed(folder, { site: "BER1" }), "o4-received").data["lines"]).toEqual(
      [],
    );
  });
});

describe("files of others with a mistake in them", () => {
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    const file = join(await mkdtemp(join(folder, "wrong-")), name);
    await writeFile(file, content);
    return file;
  };
  const [header = "", first = ""] = ORDERS.split("\n");
  const step = { "ocel:activity": "Place Order", "ocel:timestamp": "soon", "ocel:omap": [] };
  const wrongLog = (event: object): string =>
    JSON.stringify({ "ocel:events": { 7: event }, "ocel:objects": {} });

  test.each<[string, string, string | Buffer, string]>([
    [
      "a time that is none",
      "orders.csv",
      ORDERS.replace("2017-03-02 09:00:00", "N/A"),
      'row 2, column order_delivered_carrier_date: "N/A"',
    ],
    [
      "no time of purchase",
      "orders.csv",
      ORDERS.replace("2017-03-01 10:00:00", ""),
      "row 2, column order_purchase_timestamp",
    ],
    ["no id", "orders.csv", ORDERS.replace("o1,", ","), "row 2, column order_id"],
    [
      "a line cut short",
      "orders.csv",
      `${header}\n${first}\no9,c1`,
      "orders.csv: Invalid Record Length",
    ],
    [
      "letters of another encoding",
      "orders.csv",
      Buffer.from(ORDERS.replace("c1", "S\u00e3o"), "latin1"),
      "is not UTF-8",
    ],
    [
      "a packed file that is cut off",
      "orders.csv.gz",
      gzipSync(ORDERS).subarray(0, 60),
      "cannot be unpacked",
    ],
    ["a log's time that is none", "log.json", wrongLog(step), 'event 7, ocel:timestamp: "soon"'],
    [
      "a log's event without objects",
      "log.json",
      wrongLog({ ...step, "ocel:omap": undefined }),
      'event 7 needs "ocel:activity"',
    ],
  ])("%s is named with its place, before anything is sent", async (_, name, content, words) => {
    const reading = readFeed(await write(name, content), { site: "BER1" });
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(words);
  });

  test.each<[string, string, string | Buffer]>([
    ["semicolons and a byte order mark", "orders.csv", `\uFEFF${ORDERS.replaceAll(",", ";")}`],
    ["ends of lines of Windows", "ORDERS.CSV", ORDERS.replaceAll("\n", "\r\n")],
    ["packed, and not called so", "orders.csv", gzipSync(ORDERS)],
    ["not packed, and called so", "orders.csv.gz", ORDERS],
  ])("a spreadsheet's or a mail's habits are read all the same: %s", async (_, name, content) => {
    const feed = await readFeed(await write(name, content), { site: "BER1" });
    expect(feed.orders).toBe(4);
    expect(feed.notes).toEqual([
      expect.stringContaining("no order_items.csv beside"),
      expect.stringContaining("no customers.csv beside"),
    ]);
  });
});

describe("OCEL logs", () => {
  test("each delivery with goods of an order is a parcel of it with its lines", async () => {
    const feed = await readFeed(join(folder, "log.json"), { site: "BER1" });
    expect(feed.orders).toBe(1);
    const packed = feed.events
      .filter((event) => event.type === "pack.completed")
      .map((event) => event.data["parcels"]);
    expect(packed).toEqual([
      [{ parcelId: "delivery1-order1", lines: [{ line: 1, quantity: 1 }] }],
      [{ parcelId: "delivery2-order1", lines: [{ line: 2, quantity: 1 }] }],
    ]);
  });

  test("picking the missing item clears its shortage, picking another does not", async () => {
    const feed = await readFeed(join(folder, "log.json"), { site: "BER1" });
    const cleared = feed.events.filter((event) => event.type === "exception.cleared");
    expect(cleared.map((event) => event.occurredAt)).toEqual(["2022-10-20T17:00:00.000Z"]);
  });
});

test("a folder is everything in it that can be read", async () => {
  const feed = await readFeed(folder, { site: "BER1" });
  expect(feed).toMatchObject({ format: "OCEL + Olist CSV", orders: 5 });
  expect(feed.notes).toEqual(["not read: notes.csv"]);
});

test("a file of another kind is refused with what is known", async () => {
  await expect(readFeed(join(folder, "notes.csv"), { site: "BER1" })).rejects.toThrow(UsageError);
  await expect(readFeed(join(folder, "missing.csv"), { site: "BER1" })).rejects.toThrow(
    /no such file/,
  );
});

test("shifting keeps every distance and ends now", async () => {
  const feed = await readFeed(folder, { site: "BER1" });
  const end = Date.parse("2026-01-01T00:00:00Z");
  const shifted = shiftToEnd(feed.events, end);
  const distance = (events: readonly WireEvent[]): number =>
    Date.parse(events.at(-1)?.occurredAt ?? "") - Date.parse(events[0]?.occurredAt ?? "");
  expect(Math.max(...shifted.map((event) => Date.parse(event.occurredAt)))).toBe(end);
  expect(distance(shifted)).toBe(distance(feed.events));
});

test("shuffling loses nothing and repeats itself with the same seed", () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(shuffled(items, 7)).toEqual(shuffled(items, 7));
  expect(shuffled(items, 7)).not.toEqual(items);
  expect(shuffled(items, 7).toSorted((a, b) => a - b)).toEqual(items);
});

test("a replay sends what is due at its speed, and an import everything at once", async () => {
  const { events } = await readFeed(join(folder, "log.json"), { site: "BER1" });
  expect(dueCount(events, 0, 0, 60)).toBe(2);
  expect(dueCount(events, 2, 10_000, 60)).toBe(1);
  expect(dueCount(events, 0, 0, Number.POSITIVE_INFINITY)).toBe(events.length);
});

const REAL = join(import.meta.dirname, "../../../shared/data/timelines");
describe.skipIf(!existsSync(REAL))(
  "real files beside the checkout (skipped when they are absent)",
  () => {
    test("every order of the Olist files is received once", async () => {
      const feed = await readFeed(join(REAL, "olist"), { site: "BER1" });
      const received = feed.events.filter((event) => event.type === "order.received");
      expect(new Set(received.map((event) => event.orderId)).size).toBe(2589);
      expect(new Set(feed.events.map((event) => event.id)).size).toBe(feed.events.length);
    });

    test("every order of the OCEL log is received once", async () => {
      const feed = await readFeed(join(REAL, "ocel"), { site: "BER1" });
      expect(feed.orders).toBe(199);
      expect(new Set(feed.events.map((event) => event.id)).size).toBe(feed.events.length);
    });
  },
);
