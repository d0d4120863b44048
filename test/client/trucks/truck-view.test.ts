import { describe, expect, test } from "vitest";
import type { PickupState } from "../../../domain/board.ts";
import {
  countByTruck,
  oddsWords,
  percentOf,
  savableByTruck,
  stagesBeforeDock,
  truckViews,
} from "../../../client/trucks/truck-view.ts";
import { aRow } from "../../support/board-rows.ts";

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const truck = (id: string, at: number): PickupState => ({
  id,
  carrier: "A",
  at,
  due: 4,
  safe: 1,
  savable: 2,
  lost: 1,
  blind: 0,
  notPacked: 3,
});

describe("the trucks page", () => {
  test("shows trucks of the next 36 hours, and one that left for two minutes more", () => {
    const trucks = [
      truck("gone", NOW - 2 * MINUTE),
      truck("left", NOW - MINUTE),
      truck("next", NOW + MINUTE),
      truck("far", NOW + 37 * 60 * MINUTE),
    ];
    const views = truckViews(trucks, new Map(), new Map(), new Map([["left", 2]]), NOW);
    expect(views.map(({ id, hasLeft }) => [id, hasLeft])).toEqual([
      ["left", true],
      ["next", false],
    ]);
    expect(views[0]).toMatchObject({ outlook: null, savableOrders: [], missing: 2 });
    expect(views[1]?.missing).toBe(0);
  });

  test("counts what does not stand on the dock yet, where the site scans the way there", () => {
    const before = stagesBeforeDock(["received", "picked", "packed", "staged", "handed_over"]);
    expect(before).toEqual(
      expect.arrayContaining(["received", "backordered", "packing", "checked"]),
    );
    expect(before).not.toContain("staged");
    expect(stagesBeforeDock(["received", "packed", "delivered"])).not.toContain("packed");
    expect(stagesBeforeDock([])).toEqual([]);
    const pickup = { id: "next", at: NOW + MINUTE };
    const rows = (["picking", "packed", "staged"] as const).map((stage) => aRow({ stage, pickup }));
    expect(countByTruck([...rows, aRow({ pickup: null })], new Set(before))).toEqual(
      new Map([["next", 2]]),
    );
  });

  test("lists first the savable order that must be acted on first, six at most", () => {
    const pickup = { id: "next", at: NOW + MINUTE };
    const rows = [9, 3, 5, 1, 7, 2, 8].map((minutes) =>
      aRow({ id: `SO-${minutes}`, sev: "at_risk", actBy: NOW + minutes * MINUTE, pickup }),
    );
    const others = [
      aRow({ id: "safe", sev: "on_time", pickup }),
      aRow({ id: "lost", sev: "lost_cause", pickup }),
      aRow({ id: "none", sev: "late", pickup: null }),
      aRow({ id: "too late for it", sev: "late", pickup, due: pickup.at }),
    ];
    const savable = savableByTruck([...rows, ...others], []);
    expect(savable.get("next")?.map(({ id }) => id)).toEqual([
      "SO-1",
      "SO-2",
      "SO-3",
      "SO-5",
      "SO-7",
      "SO-8",
    ]);
    expect([...savable.keys()]).toEqual(["next"]);
  });

  test("lists what is too late for a truck while that waits, and what a later one takes", () => {
    const pickup = { id: "next", at: NOW + MINUTE };
    const rows = [
      aRow({ id: "due with it", sev: "late", pickup, due: pickup.at }),
      aRow({ id: "due before", sev: "late", pickup, due: NOW - MINUTE }),
    ];
    const listed = (at: number) =>
      (savableByTruck(rows, [truck("next", at)]).get("next") ?? []).map(({ id }) => id);
    expect(listed(pickup.at)).toEqual(["due before"]);
    expect(listed(pickup.at + MINUTE).toSorted()).toEqual(["due before", "due with it"]);
  });

  test.each([
    [0, 0, 100],
    [1, 3, 33],
    [5, 4, 100],
  ])("takes %d of %d as %d percent", (part, total, percent) => {
    expect(percentOf(part, total)).toBe(percent);
  });

  test.each([
    [1, "> 99 %"],
    [0.87, "87 %"],
    [0, "< 1 %"],
  ])("never calls odds of %d certain", (p, words) => expect(oddsWords(p)).toBe(words));
});
