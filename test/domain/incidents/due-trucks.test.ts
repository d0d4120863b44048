import { expect, test } from "vitest";
import { dueTrucks } from "../../../domain/incidents/attributes.ts";
import { BER } from "../time-fixtures.ts";
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
