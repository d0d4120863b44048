import { describe, expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { pickupStates } from "../../domain/board-model.ts";
import type { Site } from "../../domain/site.ts";
import type { Stage } from "../../domain/stages.ts";
import { truckOutlooks, type Paces } from "../../domain/truck-outlook.ts";
import { aRow } from "../support/board-rows.ts";
import { BER, ms } from "./time-fixtures.ts";

const NOW = ms("2026-02-11T14:10:00+01:00");
const TRUCK = { id: "A-20260211-1600", at: ms("2026-02-11T16:00:00+01:00") };
const LATER = { id: "B-20260211-1800", at: ms("2026-02-11T18:00:00+01:00") };

const stationsOf = (stage: Stage, count: number, ratePerHour: number): Site["stations"] =>
  Array.from({ length: count }, (_, index) => ({ id: `${stage}-${index}`, stage, ratePerHour }));

/** The floor of the worked example: a break from 15:00 to 15:15, goods on the dock by 15:45. */
const FLOOR: Site = {
  ...BER,
  stages: ["received", "allocated", "picked", "packed", "checked", "staged", "handed_over"],
  shifts: [{ days: [3], from: "06:00", to: "22:00", breaks: [{ from: "15:00", to: "15:15" }] }],
  stations: [
    ...stationsOf("picking", 8, 20),
    ...stationsOf("packing", 4, 23.75),
    ...stationsOf("checked", 2, 30),
    ...stationsOf("staged", 4, 100),
  ],
};
const PACES: Paces = { check: { share: 0.15 } };

let number = 0;
const rows = (count: number, stage: Stage, change: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, () =>
    aRow({ id: `SO-${(number += 1)}`, stage, pickup: TRUCK, dueKind: "ship", ...change }),
  );
const outlooks = (all: Row[], site = FLOOR, now = NOW) =>
  truckOutlooks(pickupStates(all, new Map()), all, site, now, PACES);

describe("a truck's outlook", () => {
  const all = [...rows(60, "allocated"), ...rows(142, "picked"), ...rows(10, "checked")];

  test("counts what each process still must do, the work of the processes before it included", () => {
    const [truck] = outlooks(all);
    expect(truck?.stations.map(({ process, need }) => [process, Math.round(need)])).toEqual([
      ["pick", 60],
      ["pack", 202],
      ["check", 30],
      ["stage", 212],
    ]);
    expect(truck?.bottleneck).toBe("pack");
  });

  test("says how far the slowest process is behind, what that costs, and who should move", () => {
    const [truck] = outlooks(all);
    // 80 minutes of work less 2.6 in the hands that come after
    expect(truck?.stations[1]?.capacity).toBeCloseTo((80 - 2.6) * (95 / 60), 0);
    expect(truck?.wouldMiss).toBe(79);
    expect(Math.round((truck?.behindMs ?? 0) / 60_000)).toBe(50);
    // the work after picking leaves it less time than in the worked example, so it spares one less
    expect(truck?.moves).toEqual([
      { from: "picking", to: "packing", people: 4, spare: 4 },
      { from: "quality control", to: "packing", people: 1, spare: 1 },
    ]);
    expect(truck?.words).toMatch(
      /^Packing 50 min behind puts 79 orders past the 16:00 A truck\. Move 4 people from picking and 1 person from quality control for 9\d %\.$/,
    );
  });

  test("says that the dock has closed, and counts all that is not on it, once nobody who moves could help", () => {
    const [truck] = outlooks(all, FLOOR, ms("2026-02-11T15:52:00+01:00"));
    expect(truck).toMatchObject({ bottleneck: "stage", wouldMiss: 212, moves: [] });
    expect(truck?.words).toBe(
      "212 orders are not on the dock for the 16:00 A truck, which takes what stood there by 15:45.",
    );
  });

  test("shows how many should be packed by now", () => {
    const [truck] = outlooks(all);
    expect(truck?.packed).toEqual({ done: 10, shouldBe: 212 - 122 });
  });

  test("has nothing to say when everything clears", () => {
    const [truck] = outlooks(rows(5, "allocated"));
    expect(truck).toMatchObject({
      bottleneck: null,
      wouldMiss: 0,
      behindMs: 0,
      moves: [],
      words: null,
    });
  });

  test("counts work of earlier trucks before that of later ones, and leaves out what is on hold", () => {
    const held = rows(100, "picked", { holds: [{ code: "HOLD_ADDRESS" }], pickup: LATER });
    const [first, second] = outlooks([...all, ...rows(3, "picked", { pickup: LATER }), ...held]);
    const packing = (truck: typeof first) =>
      truck?.stations.find(({ process }) => process === "pack")?.need;
    expect(packing(first)).toBe(202);
    expect(packing(second)).toBe(205);
  });

  test("counts work in hands half", () => {
    const [truck] = outlooks(rows(4, "packing"));
    expect(truck?.stations.find(({ process }) => process === "pack")?.need).toBe(2);
  });

  test("is told only of trucks that are still to leave", () => {
    expect(outlooks(all, FLOOR, TRUCK.at + 1)).toEqual([]);
  });

  test("says nothing of processes that no station works on", () => {
    const [truck] = outlooks(all, { ...FLOOR, stations: [] });
    expect(truck).toMatchObject({ stations: [], bottleneck: null, words: null });
  });
});
