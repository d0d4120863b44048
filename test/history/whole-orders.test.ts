/** Behind a number that judges a customer's order as a whole stands each such order once, when and where the whole counts. */
import { expect, test } from "vitest";
import { answerFrom } from "../../history/ask.ts";
import { createProjector } from "../../history/project.ts";
import { anEvent, anOrderReceived, clock } from "../support/builders.ts";
import { aRecord, aStretch, policiesOf } from "./builders.ts";
import { forEachStore } from "./stores.ts";

type Part = { carrier: string; shipBy: string; gone: string; cancelled?: boolean };
const aPart = (orderId: string, customerOrder: string, part: Part) => {
  const due = { shipBy: clock(part.shipBy), deliverBy: clock(part.shipBy) + 3_600_000 };
  const { carrier, gone } = part;
  return aRecord(1, [
    anOrderReceived("8:00", { customerOrder, carrier, channel: "web", ...due }, { orderId }),
    part.cancelled === true
      ? anEvent("order.cancelled", gone, { reason: "out of stock" }, { orderId })
      : anEvent("parcel.handed_over", gone, {}, { orderId }),
  ]);
};

/** Two customers' orders of two parts each: due on two days, by two carriers; and one that is whole. */
const ORDERS = {
  A1: aPart("A1", "LATE", { carrier: "A", shipBy: "15:00", gone: "16:00" }),
  A2: aPart("A2", "LATE", { carrier: "B", shipBy: "39:00", gone: "38:00" }),
  B1: aPart("B1", "FINE", { carrier: "A", shipBy: "15:00", gone: "14:00" }),
  B2: aPart("B2", "FINE", { carrier: "A", shipBy: "39:00", gone: "10:00", cancelled: true }),
  C1: aPart("C1", "ONE", { carrier: "A", shipBy: "39:00", gone: "38:00" }),
};
const FIRST = { from: clock("0:00"), to: clock("23:00") };
const SECOND = { from: clock("23:00"), to: clock("47:00") };

forEachStore(({ open }) => {
  async function asking() {
    const history = await open();
    await createProjector(history).project(aStretch(null, 1, ORDERS), policiesOf(), 1);
    const place = { site: "BER1", now: clock("100:00"), dim: "all", value: "" } as const;
    const page = { zone: "Europe/Berlin", isFailedOnly: false, limit: 50 };
    const behind = async (query: { metric: string; from: number; to: number }, more = {}) => {
      const { items } = await answerFrom(history)("orders", {
        ...place,
        ...page,
        ...query,
        ...more,
      });
      return items.map(({ customerOrder, id, isFailed }) => [customerOrder, id, isFailed]);
    };
    return { behind, close: () => history.close() };
  }

  test.each(["onTimeShip", "onTimeShipGross"])(
    "%s: a split order counts once, when its last part is due, and shows the part that failed",
    async (metric) => {
      const { behind, close } = await asking();
      expect(await behind({ metric, ...FIRST })).toEqual([["FINE", "B1", false]]);
      const second = await behind({ metric, ...SECOND });
      expect(second).toHaveLength(2);
      expect(second).toEqual(
        expect.arrayContaining([
          ["LATE", "A1", true],
          ["ONE", "C1", false],
        ]),
      );
      expect(await behind({ metric, ...SECOND }, { isFailedOnly: true })).toEqual([
        ["LATE", "A1", true],
      ]);
      expect(await behind({ metric: "onTimeShipParts", ...FIRST })).toHaveLength(2);
      await close();
    },
  );

  test("it counts at the carrier, service and channel of its first part alone", async () => {
    const { behind, close } = await asking();
    const at = (value: string) =>
      behind({ metric: "onTimeShip", ...SECOND }, { dim: "carrier", value });
    expect(await at("B")).toEqual([]);
    expect(await at("A")).toHaveLength(2);
    await close();
  });

  test("cancelled is what was cancelled with all its parts", async () => {
    const { behind, close } = await asking();
    const received = await behind({ metric: "sellerCancelRate", ...FIRST });
    expect(received.map(([, , isFailed]) => isFailed)).toEqual([false, false, false]);
    await close();
  });

  test("the parts of a customer's order are found by its number", async () => {
    const history = await open();
    await createProjector(history).project(aStretch(null, 1, ORDERS), policiesOf(), 1);
    const ask = answerFrom(history);
    const ids = (site: string, customerOrder: string) => ask("ofCustomer", { site, customerOrder });
    expect((await ids("BER1", "LATE")).toSorted()).toEqual(["A1", "A2"]);
    expect(await ids("BER1", "late")).toEqual([]);
    expect(await ids("NYC1", "LATE")).toEqual([]);
    await history.close();
  });
});
