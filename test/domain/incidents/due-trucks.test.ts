import { expect, test } from "vitest";
import { dueTrucks, truckOf } from "../../../domain/incidents/attributes.ts";
import { BER, ms, withCarrier } from "../time-fixtures.ts";
import { aCandidate, HOUR, NOW, TRUCK } from "./scene-fixture.ts";

test("the trucks that orders are due with leave as the calendar says", () => {
  const found = (due: number, pickup: typeof TRUCK | null) => [
    ...dueTrucks([aCandidate("SO-1", { due, pickup })], BER),
  ];
  expect(found(TRUCK.at, TRUCK)).toEqual([[TRUCK.id, { carrier: "A", at: TRUCK.at }]]);
  // it left without the order
  expect(found(TRUCK.at, null)).toEqual([[TRUCK.id, { carrier: "A", at: TRUCK.at }]]);
  // the shop promised half past five: the truck before it is meant
  expect(found(TRUCK.at + 1.5 * HOUR, TRUCK)).toEqual([[TRUCK.id, { carrier: "A", at: TRUCK.at }]]);
  // the shop promised three o'clock, when no truck comes
  expect(found(NOW + HOUR, { id: "A-20260113-1600", at: TRUCK.at + 24 * HOUR })).toEqual([]);
});

test("a truck that left without its orders keeps its name on the days on which the clocks change", () => {
  const daily = withCarrier(BER, "A", {
    pickups: ["02:15", "16:00"].map((at) => ({ days: [7], at })),
  });
  const left = (due: string) => truckOf(aCandidate("SO-1", { due: ms(due), pickup: null }), daily);
  expect(left("2026-03-29T16:00:00+02:00")).toBe("A-20260329-1600");
  expect(left("2026-10-25T16:00:00+01:00")).toBe("A-20261025-1600");
  // 02:15 is skipped that night: the truck comes an hour later, under the name it is planned with
  expect(left("2026-03-29T03:15:00+02:00")).toBe("A-20260329-0215");
  // promised by the shop for when no truck leaves
  expect(left("2026-10-25T17:10:00+01:00")).toBe("A-20261025-1710");
});
