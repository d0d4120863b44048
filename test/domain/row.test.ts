import { Check } from "typebox/value";
import { describe, expect, test } from "vitest";
import { Row } from "../../domain/board.ts";
import { assessDelay } from "../../domain/delay.ts";
import type { Order } from "../../domain/order.ts";
import { promisesOf } from "../../domain/promise.ts";
import { rowOf } from "../../domain/row.ts";
import { BER, ms, orderAt, policyOf } from "./time-fixtures.ts";

const RECEIVED = ms("2026-02-11T08:00:00+01:00");
const NOON = ms("2026-02-11T12:00:00+01:00");
const EVENING = ms("2026-02-11T19:00:00+01:00");

function rowAt(now: number, change: Partial<Order> = {}): Row {
  const order = orderAt(RECEIVED, change);
  const policy = policyOf(BER);
  return rowOf(order, assessDelay(order, promisesOf(order, policy), policy, now), 7);
}

describe("a row", () => {
  test("fits its schema and carries the number of the commit", () => {
    const row = rowAt(NOON);
    expect(Check(Row, row)).toBe(true);
    expect(row).toMatchObject({ id: "SO-1", v: 7, customerOrder: "W-1", lines: 1, units: 2 });
    expect(row.shipTo).toEqual({ city: "Köln", country: "DE" });
  });

  test("survives JSON unchanged, so that no field is undefined", () => {
    const full = rowAt(NOON, { owner: "ana", station: "P3", value: 12.5, tier: "vip" });
    expect(JSON.parse(JSON.stringify(full))).toStrictEqual(full);
    const bare = rowAt(NOON, { shipTo: {} });
    expect(JSON.parse(JSON.stringify(bare))).toStrictEqual(bare);
    expect(full).toMatchObject({ owner: "ana", station: "P3", value: 12.5, tier: "vip" });
    expect(bare).not.toHaveProperty("shipTo");
  });

  test("says why only where something is wrong", () => {
    expect(rowAt(NOON)).not.toHaveProperty("why");
    expect(rowAt(EVENING).why).toContain("can be reached any more");
    const hold = { code: "HOLD_ADDRESS", placedAt: RECEIVED, clock: "pause" as const };
    expect(rowAt(NOON, { holds: [hold] }).why).toBe("On hold for address");
  });

  test("shows open holds and exceptions only", () => {
    const hold = { placedAt: RECEIVED, clock: "pause" as const };
    const row = rowAt(NOON, {
      holds: [
        { ...hold, code: "HOLD_FRAUD", releasedAt: NOON },
        { ...hold, code: "HOLD_ADDRESS", until: EVENING },
        { ...hold, code: "HOLD_PAYMENT" },
      ],
      exceptions: [
        { code: "SHORT_PICK", raisedAt: RECEIVED, about: "line 1" },
        { code: "SHORT_PICK", raisedAt: RECEIVED, about: "line 2" },
        { code: "QC_REJECT", raisedAt: RECEIVED, clearedAt: NOON },
      ],
    });
    expect(row.holds).toEqual([{ code: "HOLD_ADDRESS", until: EVENING }, { code: "HOLD_PAYMENT" }]);
    expect(row.exceptions).toEqual(["SHORT_PICK"]);
  });

  test("counts parcels by how far they are", () => {
    const parcel = { stageSince: RECEIVED };
    const row = rowAt(NOON, {
      parcels: [
        { ...parcel, parcelId: "p1", stage: "packing" },
        { ...parcel, parcelId: "p2", stage: "packed", trackingCode: "T2" },
        { ...parcel, parcelId: "p3", stage: "in_transit" },
      ],
    });
    expect(row.parcels).toEqual({ total: 3, packed: 2, shipped: 1 });
    expect(row.find).toEqual(["p1", "T2", "p2", "p3", "SKU-1"]);
  });

  test("is found by at most twenty ids, each once", () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({
      line: index,
      sku: `SKU-${index % 30}`,
      quantity: 1,
      picked: 0,
      packed: 0,
      short: 0,
    }));
    const row = rowAt(NOON, { lines });
    expect(row.find).toHaveLength(20);
    expect(new Set(row.find).size).toBe(20);
    expect(row.units).toBe(40);
  });

  test("names the carrier that will take it when the order names none", () => {
    expect(rowAt(NOON, { service: "C" }).carrier).toBe("C");
    expect(rowAt(NOON, { service: "C", carrier: "DHL" }).carrier).toBe("DHL");
  });
});
