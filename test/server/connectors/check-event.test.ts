import { describe, expect, test } from "vitest";
import { checkEvent, itemErrors } from "../../../server/connectors/check-event.ts";
import { readEvents } from "../../../server/connectors/formats.ts";

const here = () => ({ site: "BER1" });
const good = {
  id: "1",
  source: "wms/ber1",
  type: "pick.completed",
  orderId: "SO-1",
  occurredAt: "2026-11-22T09:14:03+01:00",
  data: { lines: [{ line: 1, quantity: 2 }], shelf: "A7" },
};
const faultsOf = (raw: unknown, siteOf: Parameters<typeof checkEvent>[1] = here) => {
  const checked = checkEvent(raw, siteOf);
  return "faults" in checked ? checked.faults.map(({ path, code }) => `${path} ${code}`) : [];
};

describe("an event at the door", () => {
  test("is kept with its instants as milliseconds and its unknown data fields", () => {
    const checked = checkEvent(good, here);
    expect(checked).toMatchObject({
      event: { site: "BER1", occurredAt: Date.UTC(2026, 10, 22, 8, 14, 3), data: { shelf: "A7" } },
    });
  });

  test("has its own instants turned, and the same names of another type left alone", () => {
    const eta = checkEvent(
      { ...good, type: "parcel.in_transit", data: { eta: "2026-11-23T10:00:00Z" } },
      here,
    );
    expect(eta).toMatchObject({ event: { data: { eta: Date.UTC(2026, 10, 23, 10) } } });
    const at = checkEvent({ ...good, data: { at: "dock 3" } }, here);
    expect(at).toMatchObject({ event: { data: { at: "dock 3" } } });
  });

  test.each(["order.received", "order.amended"])(
    "%s with one line number twice is refused, and the second is named",
    (type) => {
      const facts = { customerOrder: "C-1", channel: "web", service: "standard" };
      const when = { placedAt: good.occurredAt, shipTo: { country: "DE" } };
      const of = (...numbers: number[]) =>
        numbers.map((line) => ({ line, sku: "S-1", quantity: 1 }));
      const raw = (...numbers: number[]) => ({
        ...good,
        type,
        data: { ...facts, ...when, lines: of(...numbers) },
      });
      expect(faultsOf(raw(1, 2, 3))).toEqual([]);
      expect(faultsOf(raw(1, 1, 2, 1))).toEqual([
        "/data/lines/1/line CT_ERR_INVALID_EVENT",
        "/data/lines/3/line CT_ERR_INVALID_EVENT",
      ]);
    },
  );

  test("a value out of a few is refused with those few", () => {
    const checked = checkEvent(
      { ...good, type: "order.amended", data: { priority: "high" } },
      here,
    );
    const message = "must be one of P1, P2, P3, P4";
    expect(checked).toMatchObject({ faults: [{ path: "/data/priority", message }] });
  });

  test("a truck that is late says how late", () => {
    const { orderId: _none, ...site } = { ...good, type: "pickup.delayed" };
    const late = (more: object) =>
      faultsOf({ ...site, data: { carrier: "A", pickup: "A-20261122-1600", ...more } });
    expect(late({})).toEqual(["/data/at CT_ERR_INVALID_EVENT"]);
    expect([late({ byMs: 0 }), late({ at: "2026-11-22T17:00:00Z" })]).toEqual([[], []]);
  });

  test("a scan may name a line twice: it was picked from two places", () => {
    const line = { line: 1, quantity: 1 };
    expect(faultsOf({ ...good, data: { lines: [line, line] } })).toEqual([]);
  });

  test.each([
    ["an unknown envelope field", { ...good, extra: 1 }, "/extra CT_ERR_INVALID_EVENT"],
    ["an unknown type", { ...good, type: "pick.imagined" }, "/type CT_ERR_UNKNOWN_TYPE"],
    [
      "a source kept for what people do",
      { ...good, source: "ui/ana" },
      "/source CT_ERR_UNKNOWN_SOURCE",
    ],
    ["no order", { ...good, orderId: undefined }, "/orderId CT_ERR_INVALID_EVENT"],
    [
      "a number as text",
      { ...good, data: { lines: [{ line: "1", quantity: 2 }] } },
      "/data/lines/0/line CT_ERR_INVALID_EVENT",
    ],
    [
      "a time without offset",
      { ...good, occurredAt: "2026-11-22T09:14:03" },
      "/occurredAt CT_ERR_INVALID_EVENT",
    ],
    [
      "a day that does not exist",
      { ...good, occurredAt: "2026-02-30T09:14:03Z" },
      "/occurredAt CT_ERR_INVALID_EVENT",
    ],
    [
      "a reach for the prototype",
      JSON.parse(`{"__proto__":{"x":1}}`),
      "/__proto__ CT_ERR_INVALID_EVENT",
    ],
    [
      "a text too long",
      { ...good, data: { note: "x".repeat(5_000) } },
      "/data/note CT_ERR_INVALID_EVENT",
    ],
  ])("is refused with %s", (_what, raw, fault) => {
    expect(faultsOf(JSON.parse(JSON.stringify(raw)) === null ? raw : raw)).toContain(fault);
  });

  test("is as large as it was posted: 256 KiB are taken, one byte more is not", () => {
    const sized = (bytes: number) => {
      const texts: string[] = Array.from({ length: 60 }, () => "é".repeat(2_000));
      const raw = { ...good, data: { texts } };
      const missing = () => bytes - Buffer.byteLength(JSON.stringify(raw));
      while (missing() > 4_096) texts.push("x".repeat(4_000));
      texts.push("");
      texts[texts.length - 1] = "x".repeat(missing());
      return raw;
    };
    expect(Buffer.byteLength(JSON.stringify(sized(262_144)))).toBe(262_144);
    expect(faultsOf(sized(262_144))).toEqual([]);
    expect(faultsOf(sized(262_145))).toEqual([" CT_ERR_EVENT_TOO_LARGE"]);
  });

  test("is told to be too large when one text of it is larger already", () => {
    const raw = { ...good, data: { deep: ["x".repeat(262_145)] } };
    expect(faultsOf(raw)).toEqual([" CT_ERR_EVENT_TOO_LARGE"]);
  });

  test("is refused when nested too deep", () => {
    let nested: unknown = 1;
    for (let i = 0; i < 30; i++) nested = { nested };
    expect(faultsOf({ ...good, data: { nested } })).toHaveLength(1);
  });

  test("names every fault of it at once", () => {
    const bad = { ...good, orderId: undefined, data: { lines: [{ line: 1 }, { quantity: -1 }] } };
    expect(faultsOf(bad).length).toBeGreaterThan(3);
  });

  test("says which site is missing and which is not this key's", () => {
    expect(faultsOf(good, () => ({ code: "CT_ERR_SITE_REQUIRED" }))).toEqual([
      "/site CT_ERR_SITE_REQUIRED",
    ]);
    expect(faultsOf({ ...good, site: "XX" }, () => ({ code: "CT_ERR_UNKNOWN_SITE" }))).toEqual([
      "/site CT_ERR_UNKNOWN_SITE",
    ]);
  });

  test("needs no order when it is about the site, and may have none", () => {
    const departed = {
      ...good,
      type: "pickup.departed",
      orderId: undefined,
      data: { carrier: "A", pickup: "A-20261122-1600" },
    };
    expect(faultsOf(departed)).toEqual([]);
    expect(faultsOf({ ...departed, orderId: "SO-1" })).toEqual(["/orderId CT_ERR_INVALID_EVENT"]);
  });
});

describe("formats", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const read = (type: string, text: string, headers: Record<string, string> = {}) =>
    readEvents({ "content-type": type, ...headers }, bytes(text));

  test("NDJSON takes empty lines, both line ends and no line end", () => {
    expect(read("application/x-ndjson", '{"a":1}\r\n\n{"a":2}').items).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
    expect(read("application/x-ndjson", '{"a":1}\nnot\n{"a":2}')).toEqual({
      items: [{ a: 1 }, undefined, { a: 2 }],
      unread: new Map([[1, "Line 2 is not valid JSON."]]),
    });
  });

  test("the content type is exact, parameters aside", () => {
    expect(read("application/json; charset=utf-8", "[]").items).toEqual([]);
    for (const type of ["application/jsonx", "text/plain"])
      expect(() => read(type, "[]")).toThrow("Send one of application/json");
  });

  const cloud = {
    specversion: "1.0",
    id: "1",
    source: "wms",
    type: "pick.started",
    time: "2026-11-22T09:14:03Z",
    subject: "SO-1",
    ctsite: "BER1",
    traceparent: "00",
    data: {},
  };

  test("CloudEvents become events in all three forms", () => {
    const structured = read("application/cloudevents+json", JSON.stringify(cloud));
    const batch = read("application/cloudevents-batch+json", JSON.stringify([cloud]));
    const { data: _data, ...attributes } = cloud;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    const binary = read("application/json", "{}", headers);
    const [item] = structured?.items ?? [];
    expect(item).toMatchObject({ orderId: "SO-1", site: "BER1", occurredAt: cloud.time });
    expect(batch?.items).toEqual([item]);
    expect(binary?.items).toEqual([item]);
    expect(faultsOf(item)).toEqual([]);
  });

  test("a binary CloudEvent without data has neither body nor content type; a body needs one", () => {
    const { data: _data, ...attributes } = cloud;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    const [item] = readEvents(headers, Buffer.alloc(0)).items;
    expect(faultsOf(item)).toEqual([]);
    expect(() => readEvents(headers, Buffer.from("{}"))).toThrow("Send one of");
    expect(() => readEvents({}, Buffer.alloc(0))).toThrow("Send one of");
  });

  test.each([
    ["JSON as bytes", { data_base64: btoa('{"lines":[]}') }, []],
    ["bytes that are no JSON", { data_base64: btoa("<lines/>") }, ["/data_base64"]],
    ["what is no base64", { data_base64: "?" }, ["/data_base64"]],
    ["data twice", { data: {}, data_base64: btoa("{}") }, ["/data_base64"]],
  ])("a CloudEvent with %s", (_what, more, faults) => {
    const { data: _data, ...rest } = cloud;
    const posted = read("application/cloudevents+json", JSON.stringify({ ...rest, ...more }));
    const [item] = posted?.items ?? [];
    expect(faultsOf(item)).toEqual(faults.map((path) => `${path} CT_ERR_INVALID_EVENT`));
    if (faults.length === 0) expect(item).toMatchObject({ data: { lines: [] } });
  });

  test("a field that a CloudEvent lacks is named as its sender calls it", () => {
    const { time: _time, ...timeless } = cloud;
    const posted = read("application/cloudevents+json", JSON.stringify(timeless));
    const [item] = posted?.items ?? [];
    const checked = checkEvent(item, here);
    const errors = "faults" in checked ? itemErrors(0, item, checked.faults, posted) : [];
    expect(errors).toMatchObject([
      { path: "/time", message: "must have required property 'time'" },
    ]);
  });

  test("a fault of a CloudEvent is named as its sender calls the field", () => {
    const posted = read("application/cloudevents+json", JSON.stringify({ ...cloud, time: "soon" }));
    const [item] = posted?.items ?? [];
    const checked = checkEvent(item, here);
    const errors = "faults" in checked ? itemErrors(0, item, checked.faults, posted) : [];
    expect(errors.map(({ path }) => path)).toEqual(["/time"]);
  });

  test.each([
    ["caf%C3%A9%2F1", "café/1"],
    [String.raw`"SO \"1\" 100%25"`, 'SO "1" 100%'],
    ['"', '"'],
    ["100%", "100%"],
  ])("the header ce-subject: %s is order %s", (header, order) => {
    const headers = { "ce-specversion": "1.0", "ce-subject": header };
    expect(read("application/json", "{}", headers)?.items).toMatchObject([{ orderId: order }]);
  });

  test("a batch that is no array is told so", () => {
    const posted = read("application/cloudevents-batch+json", JSON.stringify(cloud));
    expect(posted).toMatchObject({
      items: [],
      faults: [{ index: 0, path: "", message: "must be an array of CloudEvents" }],
    });
  });

  test.each([
    ["another version of CloudEvents", { specversion: "0.3" }, "/specversion", "must be 1.0"],
    ["no version of CloudEvents", { specversion: undefined }, "/specversion", "must be 1.0"],
    [
      "data of another kind",
      { datacontenttype: "text/xml" },
      "/datacontenttype",
      "must be application/json or another type of JSON",
    ],
    [
      "data twice",
      { data_base64: btoa("{}") },
      "/data_base64",
      "must be JSON in base64, without data beside it",
    ],
  ])("%s is refused, and told what it must be", (_what, more, path, message) => {
    const body = JSON.stringify({ ...cloud, ...more });
    const batch = read("application/cloudevents-batch+json", `[${body}]`);
    for (const posted of [read("application/cloudevents+json", body), batch]) {
      const [item] = posted.items;
      const checked = checkEvent(item, here);
      const errors = "faults" in checked ? itemErrors(0, item, checked.faults, posted) : [];
      expect(errors).toMatchObject([{ path, message, code: "CT_ERR_INVALID_EVENT" }]);
    }
  });
});

test.each([
  ["unitPrice", 1e308],
  ["weightG", 1e10],
  ["quantity", 1e7],
])("%s of %d is refused: a sum of such would be no number", (field, value) => {
  const line = { line: 1, sku: "SKU-1", quantity: 1, [field]: value };
  const raw = {
    id: "1",
    source: "shop",
    type: "order.received",
    orderId: "SO-1",
    occurredAt: "2026-11-23T09:14:03Z",
    data: {
      customerOrder: "C-1",
      channel: "web",
      service: "standard",
      placedAt: "2026-11-23T09:14:00Z",
      shipTo: { country: "DE" },
      lines: [line],
    },
  };
  const checked = checkEvent(raw, () => ({ site: "BER1" }));
  expect(checked).toMatchObject({ faults: [{ path: `/data/lines/0/${field}` }] });
});
