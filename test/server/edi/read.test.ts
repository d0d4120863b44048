/** What each transaction set comes to, and how a mistake is named. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkEvent } from "../../../server/connectors/check-event.ts";
import { readEdi, type Tower } from "../../../server/edi/read.ts";
import { ADVICE, anInterchange, aSet, bare, NOTICE, ORDER, status } from "./bodies.ts";

type Item = {
  id: string;
  source: string;
  type: string;
  orderId: string;
  occurredAt: string;
  data: object;
};

function read(body: string | Buffer, change: Partial<Tower> = {}) {
  const tower = {
    zone: "Europe/Berlin",
    services: ["standard", "EXPRESS"],
    ordersOfParcel: () => [],
    ...change,
  };
  const { posted, sets, noted } = readEdi(Buffer.from(body), tower);
  return { items: posted.items as Item[], faults: posted.faults ?? [], noted, sets };
}
const said = (body: string) =>
  read(body).items.map(({ type, orderId, data }) => [type, orderId, data]);
const inWords = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
const named = (body: string) => read(body).faults.map(inWords);

test("940 is an order that came when it was written, promised until the end of a day", () => {
  const { items, faults } = read(anInterchange(ORDER));
  expect(faults).toEqual([]);
  expect(items).toEqual([
    {
      id: expect.stringMatching(/^x12-[0-9a-f]{32}$/) as string,
      source: "edi/THREEPL",
      type: "order.received",
      orderId: "SO-1",
      occurredAt: "2026-02-11T08:14:00.000Z",
      data: {
        customerOrder: "PO-77",
        channel: "edi",
        service: "EXPRESS",
        carrier: "DHL",
        client: "ACME Goods",
        placedAt: "2026-02-11T08:14:00.000Z",
        shipBy: "2026-02-12T22:59:59.000Z",
        deliverBy: "2026-02-13T16:00:00.000Z",
        shipTo: {
          name: "Jane Doe",
          street: "Main St 1, Floor 2",
          city: "Hamburg",
          region: "HH",
          postalCode: "20095",
          country: "DE",
        },
        lines: [
          { line: 1, sku: "SKU-1", quantity: 2, name: "A thing" },
          { line: 2, sku: "SKU-2", quantity: 1 },
        ],
      },
    },
  ]);
});

test.each([
  ["R", "order.amended"],
  ["G", "order.amended"],
  ["F", "order.cancelled"],
  ["D", "order.cancelled"],
])("940 with status %s is %s", (code, type) => {
  expect(read(anInterchange(aSet("940", `W05*${code}*SO-1`))).items[0]?.type).toBe(type);
});

test("945 without anything missing is picked, packed and handed over whole", () => {
  const { items } = read(anInterchange(ADVICE));
  expect(items.map(({ occurredAt }) => occurredAt)).toEqual(
    items.map(() => "2026-02-11T14:30:00.000Z"),
  );
  const parcel = { parcelId: "040123450000000016" };
  expect(items.map(({ type, data }) => [type, data])).toEqual([
    ["pick.completed", {}],
    ["pack.completed", { parcels: [parcel] }],
    ["parcel.handed_over", { carrier: "DHL", trackingCode: "JJD0001", ...parcel }],
  ]);
});

test("945 with less than was ordered says what is missing, line by line", () => {
  const body = aSet(
    "945",
    "W06*F*SO-1*20260211",
    "LX*1",
    "W12*CP*2*1**EA",
    "N9*LI*10",
    "LX*2",
    "W12*CC*1*1**EA",
  );
  expect(said(anInterchange(body)).slice(0, 2)).toEqual([
    ["pick.shorted", "SO-1", { lines: [{ line: 10, missing: 1, reason: "W12 status CP" }] }],
    [
      "pick.completed",
      "SO-1",
      {
        lines: [
          { line: 10, quantity: 1 },
          { line: 2, quantity: 1 },
        ],
      },
    ],
  ]);
});

const sscc = (digit: number) => `00040123450000000${digit}16`.slice(0, 20);
test.each([
  ["a number of the carrier's beside it", [`MAN*GM*${sscc(0)}`, "MAN*CP*1Z1"], ["1Z1"]],
  ["both in one segment", [`MAN*GM*${sscc(0)}**CP*1Z1`], ["1Z1"]],
  [
    "two of them, told in turn",
    [`MAN*GM*${sscc(0)}`, "MAN*CP*1Z1", `MAN*GM*${sscc(1)}`, "MAN*CP*1Z2"],
    ["1Z1", "1Z2"],
  ],
  [
    "two of them, of one number that may be either's",
    [`MAN*GM*${sscc(0)}`, `MAN*GM*${sscc(1)}`, "MAN*CP*1Z1"],
    [undefined, undefined],
  ],
  [
    "the same in two loops, once with its number",
    [`MAN*GM*${sscc(0)}`, "MAN*CP*1Z1", "W12*CC*1*1**EA**VN*SKU-1", "LX*2", `MAN*GM*${sscc(0)}`],
    ["1Z1"],
  ],
])("945: a package is one parcel, whatever marks it bears: %s", (_what, marks, codes) => {
  const lines = ["W06*F*SO-1*20260211", "LX*1", ...marks, "W12*CC*1*1**EA**VN*SKU-1"];
  const { items } = read(anInterchange(aSet("945", ...lines)));
  const parcels = codes.map((trackingCode, place) => ({
    parcelId: sscc(place).slice(2),
    ...(trackingCode !== undefined && { trackingCode }),
  }));
  expect(items.find(({ type }) => type === "pack.completed")?.data).toEqual({ parcels });
});

test("945 of which nothing was shipped hands nothing over", () => {
  const body = aSet("945", "W06*F*SO-1*20260211", "LX*1", "W12*CU*2*0**EA");
  expect(said(anInterchange(body)).map(([type]) => type)).toEqual(["pick.shorted"]);
});

test("856 is packed and handed over, order by order", () => {
  const first = { parcelId: "040123450000000016" };
  const second = { parcelId: "1Z999", trackingCode: "1Z999" };
  expect(said(anInterchange(NOTICE))).toEqual([
    ["pack.completed", "SO-1", { parcels: [first] }],
    ["parcel.handed_over", "SO-1", { carrier: "DHL", trackingCode: "JJD0001", ...first }],
    ["pack.completed", "SO-2", { parcels: [second] }],
    ["parcel.handed_over", "SO-2", { carrier: "DHL", ...second }],
  ]);
  expect(read(anInterchange(NOTICE)).items[0]?.occurredAt).toBe("2026-02-11T14:45:00.000Z");
});

test.each([
  ["AT7*AF*NS***20260211*1600", [["parcel.handed_over", {}]]],
  [
    "AT7*X6*NS***20260211*1600~MS1*Hannover*NI*DE",
    [["parcel.in_transit", { location: "Hannover, NI, DE" }]],
  ],
  ["AT7*AJ*NS***20260211*1600", [["parcel.out_for_delivery", {}]]],
  // at the last terminal, to be brought; at a ramp, through a gate
  ["AT7*AV*NS***20260211*1600", [["parcel.in_transit", {}]]],
  ["AT7*OA*NS***20260211*1600", [["parcel.in_transit", {}]]],
  ["AT7*AW*NS***20260211*1600", [["parcel.available_for_pickup", {}]]],
  ["AT7*X5*NS***20260211*1600", [["parcel.out_for_delivery", {}]]],
  ["AT7*AP*BS***20260211*1600", [["parcel.delivery_failed", {}], ["REFUSED"]]],
  ["AT7*A3*BT***20260211*1600", [["parcel.returning", {}], ["RETURN_TO_SENDER"]]],
  ["AT7*PR*NS***20260211*1600", [["parcel.in_transit", {}], ["CUSTOMS_DELAY"]]],
  ["AT7*AH*A1***20260211*1600", [["parcel.delivery_failed", {}], ["ATTEMPT_FAILED"]]],
  ["AT7*HD*A9***20260211*1600", [["parcel.delivery_failed", {}], ["REFUSED"], ["X12_A9"]]],
  ["AT7*D1*NS***20260211*1600", [["parcel.delivered", {}]]],
  ["AT7*4*AK***20260211*1600", [["parcel.delivered", {}], ["DAMAGED_IN_TRANSIT"]]],
  ["AT7*3*NS***20260211*1600", [["parcel.returning", {}]]],
  ["AT7*P1*AO***20260211*1600", [["parcel.in_transit", {}], ["WEATHER_OR_DISASTER"]]],
] as const)("214 with %s", (at7, expected) => {
  const [code = "", reason = ""] = at7.split("*").slice(1);
  const raw = { trackingCode: "JJD0001", carrierStatus: `${code} ${reason}` };
  expect(said(anInterchange(status(...at7.split("~"))))).toEqual(
    expected.map(([type, data]) =>
      data === undefined
        ? [
            "parcel.exception",
            "SO-1",
            { trackingCode: "JJD0001", code: type, note: `214: ${code} ${reason}` },
          ]
        : [type, "SO-1", { ...raw, ...data }],
    ),
  );
});

test("midnight at the end of a day may be written as its 24th hour", () => {
  const [item] = read(anInterchange(status("AT7*D1*NS***20260211*2400"))).items;
  expect(item?.occurredAt).toBe("2026-02-11T23:00:00.000Z");
});

test("what a 214 foresees, and codes that nobody knows, are kept and move nothing", () => {
  const { items } = read(
    anInterchange(status("AT7***AB*NA*20260301*0830", "AT7*Q9*NS***20260211*1600")),
  );
  expect(items.map(({ type, occurredAt, data }) => [type, occurredAt, data])).toEqual([
    ["note.added", "2026-02-11T08:14:00.000Z", { text: "214: AB NA, 2026-03-01 08:30" }],
    ["note.added", "2026-02-11T15:00:00.000Z", { text: "214: Q9 NS, 2026-02-11 16:00" }],
  ]);
});

test.each(["AG", "B6", "C1", "X2"])("the estimate %s is heard of now", (code) => {
  const [item, ...more] = read(anInterchange(status(`AT7*${code}*NS***20260301*0830`))).items;
  expect([item?.type, item?.occurredAt]).toEqual(["note.added", "2026-02-11T08:14:00.000Z"]);
  expect(more).toEqual([]);
});

test.each([
  ["A9", "DAMAGED_IN_TRANSIT"],
  ["CA", "NOT_SHIPPED"],
  ["OO", "NOT_SHIPPED"],
  ["PA", "OTHER"],
  ["SD", "CARRIER_DELAY"],
])("%s says where nothing is, and that something is wrong", (code, exception) => {
  const { items } = read(anInterchange(status(`AT7*${code}*NS***20260211*1600`)));
  expect(items.map(({ type }) => type)).toEqual(["note.added", "parcel.exception"]);
  expect(items[1]?.data).toMatchObject({ code: exception });
});

test("a day before which nothing may come, or that is only expected, is no promise", () => {
  const dates = ["37", "53", "17"].map((qualifier) => `G62*${qualifier}*20260212`);
  const body = anInterchange(aSet("940", "W05*N*SO-1", ...dates, "LX*1", "W01*1*EA**VN*A"));
  const [item] = read(body).items;
  expect(item?.data).not.toHaveProperty("shipBy");
  expect(item?.data).not.toHaveProperty("deliverBy");
});

test("the order of a 214 is the one it names, that of the parcel, or the shipper's number", () => {
  const at7 = "AT7*X6*NS***20260211*1600";
  const order = (body: string, change: Partial<Tower> = {}) => read(body, change).items[0]?.orderId;
  expect(order(anInterchange(status("L11*SO-9*OQ", at7)))).toBe("SO-9");
  const ordersOfParcel = (name: string) => (name === "JJD0001" ? ["SO-8"] : []);
  expect(order(anInterchange(status(at7)), { ordersOfParcel })).toBe("SO-8");
  expect(order(anInterchange(status(at7)))).toBe("SO-1");
});

test("a 214 of a shipment is of every order in it", () => {
  const orders = (change: Partial<Tower>, ...segments: string[]) =>
    read(anInterchange(status(...segments, "AT7*D1*NS***20260211*1600")), change).items.map(
      ({ orderId }) => orderId,
    );
  expect(orders({}, "L11*SO-8*OQ", "L11*SO-9*OQ", "L11*SO-9*OQ", "L11*PO-1*PO")).toEqual([
    "SO-8",
    "SO-9",
  ]);
  expect(orders({ ordersOfParcel: () => ["SO-5", "SO-6"] })).toEqual(["SO-5", "SO-6"]);
});

test("several packages go under the number that the carrier has for all of them", () => {
  const packages = [sscc(0), sscc(1)];
  const codesOf = (body: string) =>
    read(body)
      .items.filter(({ type }) => type === "parcel.handed_over")
      .map(({ data }) => data as { parcelId: string; trackingCode?: string })
      .map(({ parcelId, trackingCode }) => [parcelId, trackingCode]);
  const both = packages.map((name) => [name.slice(2), "PRO-1"]);
  const advice = packages.flatMap((name) => ["LX*1", `MAN*GM*${name}`, "W12*CC*1*1**EA"]);
  const head = ["W06*F*SO-1*20260211", "N9*CN*PRO-1"];
  expect(codesOf(anInterchange(aSet("945", ...head, ...advice)))).toEqual(both);
  const packs = packages.flatMap((name, place) => [`HL*${place + 3}*2*P`, `MAN*GM*${name}`]);
  const tree = ["HL*1**S", "REF*CN*PRO-1", "HL*2*1*O", "PRF*SO-1", ...packs];
  const notice = aSet("856", "BSN*00*S*20260211*1530", ...tree, "CTT*4");
  expect(codesOf(anInterchange(notice))).toEqual(both);
});

test("an 856 that counts its items instead of its levels is taken, and that is noted", () => {
  const { items, faults, noted } = read(anInterchange(NOTICE).replace("CTT*6", "CTT*1"));
  expect([items.length, faults]).toEqual([4, []]);
  expect(noted.map(inWords)).toEqual([
    expect.stringMatching(/CTT01: is 1, but there are 6 levels/) as string,
  ]);
});

test.each([
  ["", "2026-02-11T15:00:00.000Z"],
  ["LT", "2026-02-11T15:00:00.000Z"],
  ["PT", "2026-02-12T00:00:00.000Z"],
  ["UT", "2026-02-11T16:00:00.000Z"],
  // hours ahead of UTC, and behind it
  ["01", "2026-02-11T15:00:00.000Z"],
  ["12", "2026-02-11T04:00:00.000Z"],
  ["13", "2026-02-12T04:00:00.000Z"],
  ["20", "2026-02-11T21:00:00.000Z"],
  ["24", "2026-02-11T17:00:00.000Z"],
  ["27", "2026-02-11T10:30:00.000Z"],
  ["26", "2026-02-11T19:30:00.000Z"],
  ["HT", "2026-02-12T02:00:00.000Z"],
  ["NS", "2026-02-11T19:30:00.000Z"],
  ["constructor", "2026-02-11T15:00:00.000Z"],
])("time code %s", (code, instant) => {
  const body = anInterchange(status(`AT7*X6*NS***20260211*1600*${code}`));
  expect(read(body).items[0]?.occurredAt).toBe(instant);
});

describe("envelopes", () => {
  test("a set without one is read when it says a time itself", () => {
    const { items, faults } = read(bare(ADVICE));
    expect(faults).toEqual([]);
    expect(items[0]).toMatchObject({ source: "edi", occurredAt: "2026-02-11T14:30:00.000Z" });
    expect(named(bare(ORDER))[0]).toMatch(/^segment 2, W05: names no date/);
    expect(
      read(bare(status("AT7*X6*NS***20260211*1600")).replaceAll("~\n", "\n")).items,
    ).toHaveLength(1);
  });

  test("any delimiters, lower and upper case, latin-1", () => {
    const other = anInterchange(ORDER).replaceAll("*", "|").replaceAll("~\n", "'");
    expect(read(other).items).toEqual(read(anInterchange(ORDER)).items);
    const latin = Buffer.from(anInterchange(ORDER).replace("Jane Doe", "Jörg Däne"), "latin1");
    expect(JSON.stringify(read(latin).items)).toContain("Jörg Däne");
  });

  test("the same content under other control numbers is the same event", () => {
    const again = anInterchange(ADVICE).replaceAll("000000007", "000000008");
    expect(read(again).items).toEqual(read(anInterchange(ADVICE)).items);
  });

  test.each([
    [
      (body: string) => body.replace("SE*15*", "SE*14*"),
      "segment 17, SE01: is 14, but the segments from ST to SE are 15",
    ],
    [
      (body: string) => body.replace("SE*15*0001", "SE*15*0002"),
      "segment 17, SE02: is 0002, but ST02 is 0001",
    ],
    [
      (body: string) => body.replace("GE*1*", "GE*2*"),
      "segment 18, GE01: is 2, but the transaction sets of the group are 1",
    ],
    [(body: string) => body.replace("GE*1*7", "GE*1*8"), "segment 18, GE02: is 8, but GS06 is 7"],
    [
      (body: string) => body.replace("IEA*1*", "IEA*3*"),
      "segment 19, IEA01: is 3, but the groups of the interchange are 1",
    ],
    [
      (body: string) => body.replace("IEA*1*000000007", "IEA*1*9"),
      "segment 19, IEA02: is 9, but ISA13 is 000000007",
    ],
  ])("a trailer that is wrong is noted and stops nothing: %#: %s", (spoil, message) => {
    const { items, faults, noted } = read(spoil(anInterchange(ORDER)));
    expect(noted.map(inWords)).toEqual([message]);
    expect(faults).toEqual([]);
    expect(items).toEqual(read(anInterchange(ORDER)).items);
  });

  test.each([
    [
      (body: string) => body.slice(0, body.indexOf("IEA")),
      "segment 1, ISA: has no IEA: the end is missing",
    ],
    [
      (body: string) => body.slice(0, body.indexOf("SE*")),
      "segment 3, ST: has no SE: the end is missing",
    ],
    [(body: string) => `${body}LX*1~`, "segment 20, LX: stands outside of any transaction set"],
  ])("%#: %s", (spoil, message) => {
    expect(named(spoil(anInterchange(ORDER)))).toContain(message);
  });

  test("what is no X12 is refused as such", () => {
    for (const body of ["", "hello", "{}", "UNB+UNOC:3", "ISA*00", "STORY of a text"])
      expect(() => read(body)).toThrow(/no X12/);
    expect(named("ISA*00**00**ZZ*A*ZZ*B*260211*0914*U*00401*1*0*P*>~IEA*0*1~")).toEqual([
      "segment 1: no transaction set (ST) in this body",
    ]);
  });
});

test.each([
  [aSet("850", "BEG*00"), /^segment 3, ST01: 850 is not taken here/],
  [aSet("940", "N1*ST*x"), /^segment 4, N1: W05 must come first in a 940/],
  [aSet("940", "W05*N"), /^segment 4, W0502: the order number is required/],
  [aSet("940", "W05*C*SO-1"), /^segment 4, W0501: C is not taken/],
  [aSet("940", "W05*N*SO-1", "LX*1", "W01*x*EA**VN*A"), /^segment 6, W0101: is no quantity/],
  [aSet("940", "W05*N*SO-1", "LX*1", "W01*1*EA"), /^segment 6, W0105: names no article/],
  [aSet("945", "W06*F**20260211"), /^segment 4, W0602: the depositor's order number is required/],
  [aSet("945", "W06*F*SO-1*20260230"), /^segment 4, W0603: names no date that exists/],
  [aSet("945", "W06*F*SO-1*20260211", "LX*1", "W12*CC*2*x"), /^segment 6, W1203: is no quantity/],
  [aSet("856", "BSN*00*S*20260211*1530", "HL*1**S"), /^segment 4, BSN: no order/],
  [
    aSet("856", "BSN*00*S*20260211*1530", "HL*1**S", "HL*2*7*O", "PRF*SO-1"),
    /^segment 6, HL02: 7 is no level before it/,
  ],
  [aSet("856", "BSN*00*S*20260211*1530", "HL*1**O"), /^segment 5, HL: an order needs a PRF/],
  [
    aSet("856", "BSN*01*S*20260211*1530"),
    /^segment 4, BSN01: 01 \(cancelled, deleted\) is not taken/,
  ],
  [aSet("214", "B10*1*SO-1*X"), /^segment 4, B10: no status/],
  // not the day of its document
  [status("AT7*D1*NS***20260230*1600"), /^segment 7, AT705: names no date that exists/],
  [status("AT7*D1*NS***20260211*2561"), /^segment 7, AT705: names no date that exists/],
  [
    aSet("940", "W05*N*SO-1", "G62*38*20260230", "LX*1", "W01*1*EA**VN*A"),
    /^segment 5, G6202: is no day or time that exists/,
  ],
])("%#: a mistake is named with its segment and element", (set, message) => {
  const { items, faults } = read(anInterchange(set));
  expect(items).toEqual([]);
  expect(`${faults[0]?.path}: ${faults[0]?.message}`).toMatch(message);
});

test("every event that is read is one of the contract's", () => {
  const at7 = ["AF*NS", "HD*A9", "Q9*NS"].map((codes) => `AT7*${codes}***20260211*1600`);
  const bodies = [ORDER, ADVICE, NOTICE, status(...at7)].map((set) => anInterchange(set));
  for (const item of bodies.flatMap((body) => read(body).items))
    expect(checkEvent(item, () => ({ site: "BER1" }))).toHaveProperty("event");
});

const SAMPLES = join(import.meta.dirname, "../../../../shared/data/interchange/x12");
describe.skipIf(!existsSync(SAMPLES))("published samples (outside data)", () => {
  const sample = (name: string) => read(readFileSync(join(SAMPLES, name)));

  test("856: an order in one package", () => {
    const { items, faults } = sample("856_fishersci.edi");
    expect(faults).toEqual([]);
    expect(items.map(({ type, orderId, source }) => [type, orderId, source])).toEqual([
      ["pack.completed", "DR3469500", "edi/7777777777"],
      ["parcel.handed_over", "DR3469500", "edi/7777777777"],
    ]);
  });

  test("940: an order with one line", () => {
    const { items, faults } = sample("940_babelway_new.edi");
    expect(faults).toEqual([]);
    expect(items[0]).toMatchObject({
      type: "order.received",
      orderId: "0080215659",
      data: {
        customerOrder: "4000207344",
        carrier: "CALL",
        lines: [{ line: 10, sku: "E000169", quantity: 2 }],
      },
    });
  });

  test("945 without its envelope: three lines, nothing missing, five license plates", () => {
    const { items, faults, noted } = sample("945_simplot.txt");
    expect(faults).toEqual([]);
    expect(noted.map(({ path }) => path)).toEqual(["segment 29, SE01"]);
    expect(items[1]?.data).toMatchObject({ parcels: Array.from({ length: 5 }, () => ({})) });
    expect(items[0]).toMatchObject({ type: "pick.completed", orderId: "01766655", data: {} });
  });

  test("214: three stops of one tour; the interchange ends with another number than it began with", () => {
    const { items, faults, noted } = sample("214_1edisource.edi");
    expect(faults).toEqual([]);
    expect(noted.map(({ path }) => path)).toEqual(["segment 31, IEA02"]);
    expect([...new Set(items.map(({ orderId }) => orderId))]).toEqual([
      "99997666",
      "99990835",
      "99991280",
    ]);
    expect(items.filter(({ type }) => type === "parcel.delivered")).toHaveLength(3);
  });
});
