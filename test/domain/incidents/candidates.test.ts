import { expect, test } from "vitest";
import { candidateOf, hasLeftLate } from "../../../domain/incidents/candidates.ts";
import { aRow } from "../../support/board-rows.ts";
import { milestone, orderAt } from "../time-fixtures.ts";

const line = (number: number, sku: string, quantity: number, packed = 0, short = 0) => ({
  line: number,
  sku,
  quantity,
  picked: packed,
  packed,
  short,
});

test("a candidate knows the SKUs that are still to be shipped, each once", () => {
  const order = orderAt(0, {
    lines: [
      line(1, "A", 2, 2),
      line(2, "B", 1),
      line(3, "B", 1),
      line(4, "C", 2, 1, 1),
      line(5, "D", 1, 0),
    ],
  });
  expect(candidateOf(order, aRow()).skus).toEqual(["B", "D"]);
});

test("only what is open of holds and exceptions counts", () => {
  const order = orderAt(0, {
    attempt: 3,
    holds: [
      { code: "HOLD_FRAUD", placedAt: 1, releasedAt: 5, clock: "pause" },
      { code: "HOLD_PAYMENT", placedAt: 2, until: 9, owner: "petra", clock: "pause" },
    ],
    exceptions: [
      { code: "QC_REJECT", raisedAt: 3, about: "P-1" },
      { code: "SHORT_PICK", raisedAt: 1, clearedAt: 2 },
    ],
  });
  expect(candidateOf(order, aRow())).toMatchObject({
    fails: 2,
    holds: [{ code: "HOLD_PAYMENT", placedAt: 2, until: 9, owner: "petra" }],
    exceptions: [{ code: "QC_REJECT", raisedAt: 3, about: "P-1" }],
  });
});

test("a provider has answered once it scanned anything; the floor is no provider", () => {
  const released = { node: "3pl-north", timeline: [milestone("released", 7)] };
  const sent = orderAt(0, { ...released, stage: "released", stageSince: 7 });
  expect(candidateOf(sent, aRow())).toMatchObject({
    provider: "3pl-north",
    releasedAt: 7,
    answered: false,
  });
  const picked = orderAt(0, { ...released, stage: "picked", stageSince: 9 });
  expect(candidateOf(picked, aRow())).toMatchObject({ releasedAt: 7, answered: true });
  expect(candidateOf(orderAt(0, { node: "floor" }), aRow()).provider).toBeUndefined();
});

test("what was handed over after its ship-by has left late", () => {
  const way = { carrier: "A", service: "s", placedAt: 0, deliverBy: 9 };
  expect(hasLeftLate({ ...way, shipBy: 5, handedOverAt: 6 })).toBe(true);
  expect(hasLeftLate({ ...way, shipBy: 5, handedOverAt: 5 })).toBe(false);
  expect(hasLeftLate({ ...way, handedOverAt: 5 })).toBe(false);
  expect(candidateOf(orderAt(0), aRow(), { leftLate: true }).leftLate).toBe(true);
});

test("what the forecast and the listening know stands beside", () => {
  const besides = { blind: "wms/ber", waitsFor: "pick:A" };
  expect(
    candidateOf(orderAt(0, { client: "acme", shipTo: { region: "north" } }), aRow(), besides),
  ).toMatchObject({
    client: "acme",
    region: "north",
    ...besides,
  });
});

test("where it passed a check and where one sent it back is known, with its station", () => {
  const at = (stage: "checked" | "packing" | "allocated", when: number, attempt: number) => ({
    ...milestone(stage, when),
    attempt,
  });
  const timeline = [
    at("packing", 1, 1),
    { ...at("packing", 5, 2), station: "Q1" },
    { ...at("checked", 9, 2), station: "Q2" },
    // who was to fulfil it refused: no check
    at("allocated", 12, 3),
  ];
  expect(candidateOf(orderAt(0, { attempt: 3, timeline }), aRow())).toMatchObject({
    fails: 2,
    checks: [
      { at: 5, hasFailed: true, station: "Q1" },
      { at: 9, hasFailed: false, station: "Q2" },
    ],
  });
  expect(candidateOf(orderAt(0), aRow())).not.toHaveProperty("checks");
});
