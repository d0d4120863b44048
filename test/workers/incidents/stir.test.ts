import { describe, expect, test } from "vitest";
import type { Row } from "../../../domain/board.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { hearCommit, isLookDue, nothingWatched } from "../../../workers/incidents/stir.ts";
import { countDead } from "../../../workers/incidents/keeper.ts";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "../../domain/incidents/fixtures.ts";

const NOW = 1_000_000;
const SECOND = 1_000;
const told = (
  more: {
    rows?: Row[];
    removed?: string[];
    incidents?: Incident[];
    hasFacts?: boolean;
    dead?: number;
  } = {},
) => ({
  ids: [],
  sources: {},
  rows: [],
  removed: [],
  incidents: [],
  hasFacts: false,
  dead: 0,
  ...more,
});
function watched() {
  const one = nothingWatched();
  one.lookedAt = NOW;
  return one;
}
const isSoon = (one: ReturnType<typeof watched>, seconds: number) =>
  isLookDue(one, NOW + seconds * SECOND);
const inTrouble = (n: number): Row =>
  aRow({ id: `T${n}`, v: 2, sev: "late", exceptions: [], holds: [] });

describe("a look at the causes", () => {
  test("comes at once when there was none, and once a minute", () => {
    expect(isLookDue(nothingWatched(), NOW)).toBe(true);
    expect(isSoon(watched(), 59)).toBe(false);
    expect(isSoon(watched(), 60)).toBe(true);
    // the clock was set back: else nothing would be looked at until it is where it was
    expect(isSoon(watched(), -7_200)).toBe(true);
  });

  test.each([
    ["a fact of the site", told({ hasFacts: true })],
    ["a dead letter", told({ dead: 1 })],
    [
      "an exception",
      told({ rows: [aRow({ id: "A", exceptions: ["DAMAGED_INTERNAL"], holds: [] })] }),
    ],
    ["a hold", told({ rows: [aRow({ id: "A", exceptions: [], holds: [{ code: "STOCK_OUT" }] })] })],
    [
      "an end that a person made",
      told({
        incidents: [anIncident({ resolution: { at: NOW, by: "petra", code: "X", words: "" } })],
      }),
    ],
    ["ten more in trouble", told({ rows: Array.from({ length: 10 }, (_, n) => inTrouble(n)) })],
  ])("comes after five seconds because of %s", (_name, commit) => {
    const one = watched();
    hearCommit(one, commit, NOW + SECOND);
    expect(isSoon(one, 4)).toBe(false);
    expect(isSoon(one, 5)).toBe(true);
  });

  test("is not called by nine, by those known, nor by what it wrote itself", () => {
    const one = watched();
    const nine = Array.from({ length: 9 }, (_, n) => inTrouble(n));
    hearCommit(one, told({ rows: nine }), NOW + SECOND);
    hearCommit(
      one,
      told({
        rows: nine.map((row) => ({ ...row, v: 3, incident: "INC-1" })),
        incidents: [anIncident()],
      }),
      NOW + SECOND,
    );
    expect(isSoon(one, 30)).toBe(false);
  });

  test("forgets troubles older than five minutes, and leaves the site nine tenths of the time", () => {
    const one = watched();
    hearCommit(
      one,
      told({ rows: Array.from({ length: 10 }, (_, n) => inTrouble(n)) }),
      NOW - 300 * SECOND,
    );
    expect(isSoon(one, 10)).toBe(false);
    one.isStirred = true;
    one.tookMs = 2 * SECOND;
    expect(isSoon(one, 19)).toBe(false);
    expect(isSoon(one, 20)).toBe(true);
  });

  test("keeps the newest row of each open order", () => {
    const one = watched();
    hearCommit(one, told({ rows: [aRow({ id: "A", v: 5 }), aRow({ id: "B", v: 5 })] }), NOW);
    hearCommit(
      one,
      told({ rows: [aRow({ id: "A", v: 4, stage: "picked" })], removed: ["B"] }),
      NOW,
    );
    expect([...one.rows.values()].map(({ id, v }) => [id, v])).toEqual([["A", 5]]);
  });
});

test("dead letters are counted by cause; of many by some of them", () => {
  const letter = (code: string, at: number) => JSON.stringify({ cause: { code }, at });
  const some = ["dl-1", letter("A", 1), "dl-2", letter("A", 9), "dl-3", letter("B", 4)];
  expect(countDead(some, 3)).toEqual([
    { code: "A", count: 2, newestAt: 9 },
    { code: "B", count: 1, newestAt: 4 },
  ]);
  expect(countDead(some, 3_000)[0]?.count).toBe(2_000);
});
