import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import type { Detection } from "../../../domain/incidents/detection.ts";
import { Incident } from "../../../domain/incidents/incident.ts";
import {
  changedBySystem,
  closedBySystem,
  openedBySystem,
  reopenedBySystem,
} from "../../../domain/incidents/keeping.ts";
import type { Told } from "../../../domain/incidents/telling.ts";
import { clock } from "../../support/builders.ts";
import { aLadder, aRulebook } from "./fixtures.ts";

const book = aRulebook({ ladders: [aLadder([5, 10])] });
const NINE = clock("9:00");
const TEN = clock("10:00");
const PLACE = { id: "INC-4", site: "BER1" };

const aDetection = (more: Partial<Detection> = {}): Detection => ({
  kind: "common_cause",
  cause: "common_cause|sku=4711",
  title: "SKU 4711: 23 orders",
  severity: "S3",
  priority: 50,
  savingRate: 2,
  actBy: clock("14:00"),
  valueAtStake: 500,
  counts: { orders: 23, atRisk: 20, late: 3, lost: 0, blind: 0 },
  members: Array.from({ length: 23 }, (_, n) => `SO-${n}`),
  attributes: [{ name: "sku", value: "4711" }],
  sources: [],
  tiers: ["vip"],
  reasons: ["23 of 25 orders"],
  doThis: null,
  rule: { id: "common_cause", version: 1 },
  inputs: { lift: 4 },
  isFaint: false,
  isQuiet: false,
  habit: "sku=4711",
  ...more,
});
const found = (more: Partial<Detection> = {}, rings = true, now = NINE) => ({
  detection: aDetection(more),
  rings,
  now,
});
function valid({ incident }: Told): Incident {
  expect(Value.Errors(Incident, incident)).toEqual([]);
  return incident;
}
const opened = valid(openedBySystem(PLACE, found(), "found", book));

describe("an incident that is found", () => {
  test("climbs its ladder, names at most twenty orders, and says for what it rang", () => {
    expect(opened).toMatchObject({
      id: "INC-4",
      state: "open",
      generation: 1,
      ladder: { nextAt: clock("9:05") },
      announcedOrders: 23,
      announcedSeverity: "S3",
      tiers: ["vip"],
    });
    expect(opened.orders).toHaveLength(20);
    const told = openedBySystem(PLACE, found(), "found", book);
    expect(told.effects).toMatchObject([{ type: "incident.opened", orderId: "INC-4" }]);
  });

  test("and is only listed climbs none, until it rings", () => {
    const quiet = valid(openedBySystem(PLACE, found({}, false), "found", book));
    expect(quiet).toMatchObject({ generation: 0, ladder: null, announcedOrders: 0 });
    const loud = valid(
      changedBySystem(quiet, found({ severity: "S1" }, true, TEN), "graver", book),
    );
    expect(loud).toMatchObject({ generation: 1, ladder: { nextAt: clock("10:05") } });
  });
});

describe("a change", () => {
  test("that rings nobody leaves the ladder where it is", () => {
    const after = valid(changedBySystem(opened, found({ priority: 60 }, false, TEN), null, book));
    expect(after).toMatchObject({ priority: 60, generation: 1, seenAt: TEN });
    expect(after.ladder).toEqual(opened.ladder);
    expect(after.timeline).toEqual(opened.timeline);
  });

  test("for the worse begins the ladder anew", () => {
    const told = changedBySystem(opened, found({ severity: "S1" }, true, TEN), "Graver", book);
    expect(valid(told)).toMatchObject({ generation: 2, ladder: { nextAt: clock("10:05") } });
    expect(told.notices).toEqual([]);
  });

  test("for the worse tells whoever has it, and it stays theirs", () => {
    const owned: Incident = {
      ...opened,
      state: "acknowledged",
      owner: "petra",
      ackUntil: clock("12:00"),
    };
    const told = changedBySystem(owned, found({ severity: "S1" }, true, TEN), "Graver", book);
    expect(valid(told)).toMatchObject({
      state: "acknowledged",
      owner: "petra",
      ladder: { nextAt: null },
    });
    expect(told.notices).toMatchObject([{ why: "worse", people: ["petra"], important: true }]);
  });

  test("for the worse takes it from the shelf, and tells who had put it there", () => {
    const shelved: Incident = {
      ...opened,
      state: "shelved",
      shelved: { by: "petra", at: NINE, reason: "x", until: clock("12:00") },
    };
    const calm = valid(changedBySystem(shelved, found({}, false, TEN), null, book));
    expect(calm.state).toBe("shelved");
    const told = changedBySystem(shelved, found({ severity: "S1" }, true, TEN), "Graver", book);
    expect(valid(told)).toMatchObject({ state: "open", shelved: null, generation: 2 });
    expect(told.notices).toMatchObject([{ why: "worse", people: ["petra"] }]);
  });
});

describe("an end by itself", () => {
  const closed = valid(closedBySystem(opened, "The cause is gone", book, TEN));

  test("says what happened, and nothing falls due any more", () => {
    expect(closed).toMatchObject({
      state: "resolved",
      resolution: { at: TEN, code: "cleared", words: "The cause is gone" },
      ladder: { nextAt: null },
    });
    expect(closed.resolution?.by).toBeUndefined();
  });

  test("is undone when the cause comes back: the same incident goes on where it was", () => {
    const back = valid(reopenedBySystem(closed, found({}, false, clock("10:20")), "back", book));
    expect(back).toMatchObject({ id: "INC-4", state: "open", resolution: null, reopened: 1 });
    expect(back).toMatchObject({ generation: 1, ladder: { nextAt: clock("10:25") } });
    const loud = reopenedBySystem(closed, found({}, true, clock("10:20")), "back", book);
    expect(valid(loud)).toMatchObject({ generation: 2 });
    expect(loud.effects.map(({ type }) => type)).toEqual(["incident.opened"]);
    expect(loud.effects[0]?.id).not.toBe(openedBySystem(PLACE, found(), "f", book).effects[0]?.id);
  });
});
