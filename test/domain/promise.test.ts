import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { foldOrder } from "../../domain/fold.ts";
import { assessDelay } from "../../domain/delay.ts";
import { SitesFile } from "../../domain/contract/sites.ts";
import { promisesOf, type Promises } from "../../domain/promise.ts";
import { computedDeliverBy } from "../../domain/service-level.ts";
import type { Carrier, Site } from "../../domain/site.ts";
import { parseDay } from "../../domain/wall-clock.ts";
import { DAY, anEvent, anOrderForAnyCarrier, anOrderReceived } from "../support/builders.ts";
import { BER, NYC, SYD, ms, orderAt, policyOf, utc, withCarrier } from "./time-fixtures.ts";

const exampleFile: unknown = JSON.parse(
  readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8"),
);
const exampleSite = (id: string): Site => {
  const site = (exampleFile as SitesFile).sites.find((one) => one.id === id);
  if (site === undefined) throw new Error(`no site ${id}`);
  return site;
};

const promised = (site: Site, service: string, received: string): Promises =>
  promisesOf(orderAt(ms(received), { service }), policyOf(site));
const how = (promises: Promises): string =>
  promises.deadlines.find((deadline) => deadline.kind === "ship")?.how.join(" ") ?? "";

const special = { ...BER, special: { "2026-12-24": [{ from: "06:00", to: "12:00" }] } };
const D21 = withCarrier(special, "B", { exceptions: { "2026-12-24": ["11:00"] } });
const D22 = withCarrier(BER, "B", { exceptions: { "2026-02-11": [] } });

const VECTORS: [id: string, site: Site, service: string, received: string, shipBy: string][] = [
  ["D1", BER, "A", "2026-02-11T12:59:59+01:00", "2026-02-11T15:00Z"],
  ["D2", BER, "A", "2026-02-11T13:00:00+01:00", "2026-02-11T15:00Z"],
  ["D3", BER, "A", "2026-02-11T13:00:01+01:00", "2026-02-12T15:00Z"],
  ["D4", BER, "A", "2026-02-13T15:00:00+01:00", "2026-02-14T11:00Z"],
  ["D5", BER, "B", "2026-02-13T15:00:00+01:00", "2026-02-16T17:00Z"],
  ["D6", BER, "A", "2026-02-14T08:59:00+01:00", "2026-02-14T11:00Z"],
  ["D7", BER, "A", "2026-02-14T09:01:00+01:00", "2026-02-16T15:00Z"],
  ["D8", BER, "A", "2026-03-29T10:00:00+02:00", "2026-03-30T14:00Z"],
  ["D9", BER, "A", "2026-03-28T20:00:00+01:00", "2026-03-30T14:00Z"],
  ["D10", BER, "A1", "2026-10-23T12:00:00+02:00", "2026-10-24T10:00Z"],
  ["D11", BER, "A2", "2026-10-23T12:00:00+02:00", "2026-10-26T15:00Z"],
  ["D12", BER, "A", "2026-04-02T14:00:00+02:00", "2026-04-04T10:00Z"],
  ["D13", BER, "B", "2026-04-02T14:00:00+02:00", "2026-04-07T16:00Z"],
  ["D14", NYC, "U", "2026-03-06T14:00:00-05:00", "2026-03-09T23:00Z"],
  ["D15", NYC, "U", "2026-10-30T14:00:00-04:00", "2026-11-03T00:00Z"],
  ["D16", NYC, "U", "2026-11-25T13:30:00-05:00", "2026-11-28T00:00Z"],
  ["D17", NYC, "U", "2026-07-02T13:30:00-04:00", "2026-07-06T23:00Z"],
  ["D18", NYC, "U", "2026-06-10T10:30:00-07:00", "2026-06-11T23:00Z"],
  ["D19", BER, "A", "2026-06-15T00:30:00+09:00", "2026-06-15T14:00Z"],
  ["D20", BER, "A", "2025-12-31T14:00:00+01:00", "2026-01-02T15:00Z"],
  ["D21", D21, "B", "2026-12-23T13:30:00+01:00", "2026-12-24T10:00Z"],
  ["D22", D22, "B", "2026-02-11T12:00:00+01:00", "2026-02-12T17:00Z"],
  ["D23", SYD, "S", "2026-10-02T15:00:00+10:00", "2026-10-05T06:00Z"],
  ["X1", BER, "C", "2026-02-11T10:00:00+01:00", "2026-02-11T11:30Z"],
  ["X2", BER, "C", "2026-02-11T10:31:00+01:00", "2026-02-11T19:00Z"],
  ["X3", BER, "C", "2026-02-11T21:30:00+01:00", "2026-02-12T11:30Z"],
  ["X4", BER, "C", "2026-02-13T21:30:00+01:00", "2026-02-16T11:30Z"],
];

describe("ship-by from the service level", () => {
  test.each(VECTORS)("is that of vector %s", (_id, site, service, received, expected) => {
    expect(utc(promised(site, service, received).shipBy)).toBe(expected);
  });

  test.each(["D5", "D13", "D22"])("says that %s was rolled to another day", (id) => {
    const vector = VECTORS.find(([name]) => name === id);
    if (vector === undefined) throw new Error(id);
    const [, site, service, received] = vector;
    expect(how(promised(site, service, received))).toContain("rolled to");
    expect(how(promised(BER, "A", "2026-02-11T12:00:00+01:00"))).not.toContain("rolled");
  });

  // Friday's shift ends on Saturday at six; nobody works a shift of Saturday or Sunday
  test.each([
    ["A", "05:00", "2026-02-13T10:00:00+01:00", "2026-02-14T04:00Z"],
    ["A", "06:00", "2026-02-13T10:00:00+01:00", "2026-02-14T05:00Z"],
    ["A", "07:00", "2026-02-13T10:00:00+01:00", "2026-02-16T06:00Z"],
    ["A", "05:00", "2026-02-13T14:00:00+01:00", "2026-02-16T04:00Z"],
    ["C", "05:00", "2026-02-13T23:00:00+01:00", "2026-02-14T04:00Z"],
    ["C", "05:00", "2026-02-14T03:00:00+01:00", "2026-02-16T04:00Z"],
  ])(
    "of %s takes the truck of Saturday %s while the night shift of Friday is there: %s",
    (service, at, received, expected) => {
      const shifts = [{ days: [1, 2, 3, 4, 5], from: "22:00", to: "06:00" }];
      const nights = withCarrier({ ...BER, shifts }, service, {
        pickups: [{ days: [1, 2, 3, 4, 5, 6, 7], at }],
      });
      expect(utc(promised(nights, service, received).shipBy)).toBe(expected);
    },
  );

  test("without any cut-off counts an order until the last truck of the day", () => {
    const { cutOff: _none, ...site } = BER;
    expect(utc(promised(site, "A", "2026-02-11T16:00:00+01:00").shipBy)).toBe("2026-02-11T15:00Z");
    expect(utc(promised(site, "A", "2026-02-11T16:00:01+01:00").shipBy)).toBe("2026-02-12T15:00Z");
  });

  // the clock goes from 2 to 3 on the first Sunday, so its last truck leaves fifteen hours after midnight; on the second one seventeen
  test.each([
    ["2026-03-29T15:30:00+02:00", "2026-03-29T14:00Z"],
    ["2026-03-29T16:00:01+02:00", "2026-03-30T14:00Z"],
    ["2026-10-25T16:00:00+01:00", "2026-10-25T15:00Z"],
    ["2026-10-25T16:00:01+01:00", "2026-10-26T15:00Z"],
  ])("does so by the clock on the wall on a Sunday of a clock change: %s", (received, expected) => {
    const { cutOff: _none, ...always } = BER;
    const days = [1, 2, 3, 4, 5, 6, 7];
    const site = withCarrier({ ...always, shifts: [{ days, from: "06:00", to: "22:00" }] }, "A", {
      pickups: [{ days, at: "16:00" }],
    });
    expect(utc(promised(site, "A", received).shipBy)).toBe(expected);
  });

  test("is never before the order itself, even when the cut-off is after the last truck", () => {
    const site = { ...BER, cutOff: [{ days: [1, 2, 3, 4, 5], at: "21:00" }] };
    expect(utc(promised(site, "A", "2026-02-11T17:00:00+01:00").shipBy)).toBe("2026-02-12T15:00Z");
  });

  test("is unknown, like all that follows, when no truck ever comes", () => {
    const site = withCarrier(BER, "A", { pickups: [] });
    const promises = promised(site, "A", "2026-02-11T12:00:00+01:00");
    expect(promises).toMatchObject({
      shipBy: null,
      deliverBy: null,
      target: null,
      lastTruck: null,
      deadlines: [],
    });
    const minutes = withCarrier(BER, "C", { pickups: [] });
    expect(promised(minutes, "C", "2026-02-11T12:00:00+01:00").shipBy).toBeNull();
  });

  test("falls back to the site's first service level and carrier, and says so", () => {
    const order = orderAt(ms("2026-02-11T12:00:00+01:00"), { service: "teleport", carrier: "Z" });
    const promises = promisesOf(order, policyOf(BER));
    expect(utc(promises.shipBy)).toBe("2026-02-11T15:00Z");
    expect(how(promises)).toContain("Service level teleport is not known here; A is used.");
    expect(how(promises)).toContain("Carrier Z is not known here; A is used.");
  });

  test("uses the carrier the order names before that of its service level", () => {
    const order = orderAt(ms("2026-02-11T12:00:00+01:00"), { service: "A", carrier: "B" });
    expect(utc(promisesOf(order, policyOf(BER)).shipBy)).toBe("2026-02-11T17:00Z");
  });
});

describe("who takes the goods in the end", () => {
  const received = anOrderForAnyCarrier("8:00", { service: "A" });
  const handedTo = (carrier: string, at: string): ReturnType<typeof told> =>
    told([received, anEvent("parcel.handed_over", at, { carrier })]);
  const told = (events: Parameters<typeof foldOrder>[0]) => {
    const { order } = foldOrder(events, policyOf(BER));
    if (order === null) throw new Error("no order");
    const { shipBy, deliverBy } = promisesOf(order, policyOf(BER));
    const { carrier } = assessDelay(order, promisesOf(order, policyOf(BER)), policyOf(BER), DAY);
    return { shipBy: utc(shipBy), deliverBy: utc(deliverBy), carrier };
  };
  const promise = { shipBy: "2026-02-11T15:00Z", deliverBy: "2026-02-13T19:00Z" };

  test("moves no promise: a later truck of another makes nothing on time that was late, an earlier one nothing late", () => {
    expect(told([received])).toEqual({ ...promise, carrier: "A" });
    expect(handedTo("B", "16:30")).toEqual({ ...promise, carrier: "B" });
    expect(handedTo("C", "10:00")).toEqual({ ...promise, carrier: "C" });
  });

  test("an amendment that names a carrier does", () => {
    const amended = anEvent("order.amended", "9:00", { carrier: "B" });
    expect(told([received, amended]).shipBy).toBe("2026-02-11T17:00Z");
  });

  test("is told instead of the carrier that the shop named, where the site knows it, and moves no promise either", () => {
    const named = anOrderReceived("8:00", { service: "A", carrier: "A" });
    const taken = (carrier: string) =>
      told([named, anEvent("parcel.handed_over", "16:30", { carrier })]);
    expect(taken("B")).toEqual({ ...promise, carrier: "B" });
    expect(taken("Courier of the north")).toEqual({ ...promise, carrier: "A" });
  });

  test("is told of the whole order only when all of it was taken", () => {
    const packed = anEvent("pack.completed", "9:00", {
      parcels: ["p1", "p2"].map((parcelId) => ({ parcelId, lines: [{ line: 1, quantity: 1 }] })),
    });
    const first = anEvent("parcel.handed_over", "16:30", { parcelId: "p1", carrier: "B" });
    const second = anEvent("parcel.handed_over", "16:40", { parcelId: "p2", carrier: "B" });
    expect(told([received, packed, first]).carrier).toBe("A");
    expect(told([received, packed, first, second]).carrier).toBe("B");
  });
});

describe("promises given by the shop", () => {
  test("win over the service level", () => {
    const order = orderAt(ms("2026-02-11T12:00:00+01:00"), {
      promisedShipBy: ms("2026-02-20T10:00:00Z"),
      promisedDeliverBy: ms("2026-02-21T10:00:00Z"),
    });
    const promises = promisesOf(order, policyOf(BER));
    expect(utc(promises.shipBy)).toBe("2026-02-20T10:00Z");
    expect(utc(promises.deliverBy)).toBe("2026-02-21T10:00Z");
    const named = promises.deadlines.filter(({ kind }) => kind !== "milestone");
    expect(named.map(({ basis }) => basis)).toEqual(["given", "given"]);
  });

  test("say which truck keeps a ship-by that is no truck's time", () => {
    const howOf = (receivedAt: string, promisedShipBy: string): string[] | undefined => {
      const order = orderAt(ms(`2026-02-11T${receivedAt}+01:00`), {
        promisedShipBy: ms(`2026-02-11T${promisedShipBy}+01:00`),
      });
      return promisesOf(order, policyOf(BER)).deadlines.find(({ name }) => name === "ship by")?.how;
    };
    const given = "Given with the order.";
    expect(howOf("08:00", "17:35")).toEqual([
      given,
      "The last A truck before it leaves Wed 11 Feb 16:00 CET.",
    ]);
    expect(howOf("08:00", "16:00")).toEqual([given]);
    expect(howOf("16:30", "17:35")).toEqual([
      given,
      "No A truck leaves between its receipt and then.",
    ]);
  });

  test("for shipping alone still give a computed deliver-by from that day", () => {
    const order = orderAt(ms("2026-02-11T12:00:00+01:00"), {
      promisedShipBy: ms("2026-02-13T15:00:00Z"),
    });
    expect(utc(promisesOf(order, policyOf(BER)).deliverBy)).toBe("2026-02-16T19:00Z");
  });
});

describe("deliver-by", () => {
  const carrier = (change: Partial<Carrier>): Carrier => ({ id: "X", pickups: [], ...change });
  const deliverBy = (zone: string, ship: string, change: Partial<Carrier>): string => {
    const level = { id: "X", mode: "day" as const, shipWithin: "P0D" };
    return utc(computedDeliverBy(zone, { carrier: carrier(change), level }, parseDay(ship)).at);
  };
  const FIVE = [1, 2, 3, 4, 5];
  const SIX = [...FIVE, 6];
  const SEVEN = [...SIX, 7];
  const closed = ["2026-04-03", "2026-04-06"];

  test.each<[string, string, Partial<Carrier>, string]>([
    ["Europe/Berlin", "2026-02-13", { transitDays: 2, deliveryDays: FIVE }, "2026-02-17T19:00Z"],
    ["Europe/Berlin", "2026-02-13", { transitDays: 2, deliveryDays: SIX }, "2026-02-16T19:00Z"],
    ["Europe/Berlin", "2026-02-13", { transitDays: 2, deliveryDays: SEVEN }, "2026-02-15T19:00Z"],
    ["Europe/Berlin", "2026-04-02", { transitDays: 1, closed }, "2026-04-04T18:00Z"],
    [
      "America/Los_Angeles",
      "2026-03-06",
      { transitDays: 3, deliveryDays: FIVE },
      "2026-03-12T03:00Z",
    ],
    ["America/Chicago", "2026-10-30", { transitDays: 1, deliveryDays: FIVE }, "2026-11-03T02:00Z"],
    ["Europe/Berlin", "2026-02-14", { transitDays: 1, deliveryDays: FIVE }, "2026-02-16T19:00Z"],
  ])("counts the carrier's delivery days: %s %s", (zone, ship, change, expected) => {
    expect(deliverBy(zone, ship, change)).toBe(expected);
  });

  test("takes the service level's days before the carrier's", () => {
    const site = {
      ...BER,
      serviceLevels: [
        { id: "A", carrier: "A", mode: "day" as const, shipWithin: "P0D", deliverWithin: "P4D" },
      ],
    };
    expect(utc(promised(site, "A", "2026-02-11T12:00:00+01:00").deliverBy)).toBe(
      "2026-02-16T19:00Z",
    );
  });
});

describe("a delivery on the day of the truck", () => {
  const sameDay = withCarrier(BER, "B", { transitDays: 0, deliveryDays: [1, 2, 3, 4, 5] });
  const of = (site: Site) => promised(site, "B", "2026-02-13T12:00:00+01:00");

  test("ends with the deliveries of that day", () => {
    expect(utc(of(sameDay).deliverBy)).toBe("2026-02-13T19:00Z");
  });

  test("is one on the next where the truck leaves after they have ended: no order is lost before it began", () => {
    const late = withCarrier(sameDay, "B", { pickups: [{ days: [1, 2, 3, 4, 5], at: "21:00" }] });
    const promises = of(late);
    expect([utc(promises.shipBy), utc(promises.deliverBy)]).toEqual([
      "2026-02-13T20:00Z",
      "2026-02-16T19:00Z",
    ]);
    expect(promises.lastTruck?.id).toBe("B-20260213-2100");
    const deliver = promises.deadlines.find(({ kind }) => kind === "deliver");
    expect(deliver?.how.join(" ")).toContain("after the truck has left");
  });
});

describe("the truck to aim at and the limits counted back from it", () => {
  const limits = (promises: Promises): Record<string, string> =>
    Object.fromEntries(
      promises.deadlines
        .filter((deadline) => deadline.kind === "milestone")
        .map((deadline) => [deadline.name, utc(deadline.at)]),
    );
  /** received is the limit of leaving `received` less its own budget */
  const receivedLimit = (site: Site, order: Parameters<typeof promisesOf>[0]): string => {
    const earlier = { ...site, stages: [...site.stages] };
    const promises = promisesOf(order, policyOf(earlier));
    return limits(promises)["allocated"] ?? "";
  };

  test("are those of the worked back-schedule", () => {
    const promises = promised(BER, "A", "2026-02-11T12:25:00+01:00");
    expect(promises.target).toEqual({ id: "A-20260211-1600", at: ms("2026-02-11T15:00:00Z") });
    expect(limits(promises)).toEqual({
      allocated: "2026-02-11T12:55Z",
      picked: "2026-02-11T13:55Z",
      packed: "2026-02-11T14:25Z",
      staged: "2026-02-11T14:45Z",
    });
  });

  test("move on to the next truck when the order came a minute after the last moment", () => {
    const promises = promised(BER, "A", "2026-02-11T12:26:00+01:00");
    expect(promises.target?.id).toBe("A-20260212-1600");
    expect(utc(promises.shipBy)).toBe("2026-02-11T15:00Z");
  });

  test.each([
    ["2026-03-28T08:00:00+01:00", "2026-03-30", "2026-03-28T10:45Z"],
    ["2026-10-24T08:00:00+02:00", "2026-10-26", "2026-10-24T09:45Z"],
  ])("skip Sunday and the night of the clock change: %s", (received, date, expected) => {
    const early = { exceptions: { [date]: ["07:30"], "2026-03-28": [], "2026-10-24": [] } };
    const site = {
      ...withCarrier(BER, "A", early),
      stageBudgets: { received: "PT120M", allocated: "PT90M", picked: "PT40M", packed: "PT20M" },
    };
    expect(receivedLimit(site, orderAt(ms(received)))).toBe(expected);
  });

  test("are gone once the order is handed over", () => {
    const order = orderAt(ms("2026-02-11T09:00:00Z"), {
      stage: "handed_over",
      stageSince: ms("2026-02-11T15:00:00Z"),
    });
    const promises = promisesOf(order, policyOf(BER));
    expect(promises.target).toBeNull();
    expect(limits(promises)).toEqual({});
    expect(utc(promises.shipBy)).toBe("2026-02-11T15:00Z");
  });

  test("count the dock buffer by itself where the site does not scan staging", () => {
    const site = { ...BER, stages: BER.stages.filter((stage) => stage !== "staged") };
    const order = orderAt(ms("2026-02-11T09:00:00Z"), { stage: "packed" });
    expect(limits(promisesOf(order, policyOf(site)))).toEqual({
      "on the dock": "2026-02-11T14:45Z",
    });
  });
});

describe("the example sites", () => {
  test("fit the schema of the sites file", () => {
    const check = new Ajv({ allErrors: true, strict: false }).compile(SitesFile);
    check(exampleFile);
    expect(check.errors).toBeNull();
  });

  test.each(
    VECTORS.filter(([, site]) => site === BER || site === NYC).filter(
      ([id]) => !/^D1[01]$/.test(id),
    ),
  )(
    "give vector %s like the site they are configured after",
    (_id, site, service, received, expected) => {
      const example = exampleSite(site === BER ? "BER1" : "NYC1");
      expect(utc(promised(example, service, received).shipBy)).toBe(expected);
    },
  );

  test.each([
    ["E1", ["order.allocated", "pick.completed", "pack.completed", "parcel.handed_over"], []],
    ["E2", ["order.allocated", "pack.completed"], ["picked"]],
    [
      "E7",
      ["parcel.handed_over", "parcel.in_transit", "parcel.delivered"],
      ["allocated", "picked", "packed"],
    ],
  ] as const)("miss the scans that vector %s misses, and no others", (_id, types, missed) => {
    const events = types.map((type, index) => anEvent(type, `${10 + index}:00`));
    const policy = policyOf(exampleSite("BER1"));
    const { order } = foldOrder([anOrderReceived("9:00"), ...events], policy);
    expect(order?.exceptions.map(({ about }) => about)).toEqual(missed);
  });
});
