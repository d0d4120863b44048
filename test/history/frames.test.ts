import { zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Row } from "../../domain/board.ts";
import { compareUrgency } from "../../domain/board-model.ts";
import { noSums } from "../../domain/contract/board-sums.ts";
import { boardIn, playOn, rowIn, snapshotOf, type Moved } from "../../history/frames.ts";
import { partsOf } from "../../history/packing.ts";
import { aRow, generateRows } from "../support/board-rows.ts";
import { aChange } from "../support/changes.ts";

const NOW = Date.UTC(2026, 10, 30);
const PLACE = { epoch: "e1", seq: 7, at: NOW };

const texts = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row));
const kept = (rows: readonly Row[]) => snapshotOf("BER1", PLACE, noSums(), texts(rows));
const rowsOf = (board: ReturnType<typeof boardIn>): Row[] => [...board.rows.values()].map(rowIn);

test("a board comes back row by row, the most urgent first, over many blocks", () => {
  const rows = generateRows(1_700, NOW);
  const board = boardIn(kept(rows.toReversed()));
  expect(rowsOf(board)).toEqual(rows.toSorted(compareUrgency));
  expect(board).toMatchObject({ epoch: "e1", seq: 7, at: NOW });
});

test("what numbers depend on is known without unpacking a block", () => {
  const snapshot = kept(generateRows(1_200, NOW));
  const [head] = partsOf(snapshot.frame) ?? [];
  const onlyHead = new Uint8Array(snapshot.frame);
  // everything after the head is spoiled
  onlyHead.fill(0, onlyHead.length - 3_000);
  const board = boardIn({ ...snapshot, frame: onlyHead });
  expect(head?.length).toBeGreaterThan(0);
  expect(board.rows.size).toBe(1_200);
  expect([...board.rows.values()].every(({ brief }) => brief.stage !== undefined)).toBe(true);
  expect(() => rowsOf(board)).toThrow(/data/i);
});

test("a board without rows is a board", () => {
  expect(boardIn(kept([])).rows.size).toBe(0);
});

test("boards of the version before are read as they were written", () => {
  const rows = [aRow({ id: "A" }), aRow({ id: "B", sev: "late" })];
  const sums = {
    counters: [],
    totals: [],
    sources: [],
    facts: [],
    dead: 0,
    waiting: 0,
    cursor: "0",
  };
  const frame = zstdCompressSync([JSON.stringify(sums), ...texts(rows)].join("\n"));
  expect(rowsOf(boardIn({ ...kept([]), frame }))).toEqual(rows);
});

test("the log is played on whether a row was read or not, and tells each id once", () => {
  const board = boardIn(
    kept([aRow({ id: "A", v: 3 }), aRow({ id: "B", v: 3 }), aRow({ id: "C", v: 9 })]),
  );
  const moved: Moved = { upserts: new Map(), removed: new Set() };
  const entry = (seq: number, change: object) => ({
    seq,
    text: JSON.stringify(aChange({ at: NOW + seq, ...change })),
  });
  const play = (seq: number, change: object) => playOn(board, entry(seq, change), NOW + 100, moved);
  expect(play(8, { rows: [aRow({ id: "A", v: 8, sev: "late" }), aRow({ id: "C", v: 8 })] })).toBe(
    true,
  );
  expect(play(9, { removed: ["B"], rows: [aRow({ id: "D", v: 9 })] })).toBe(true);
  // a gap is not played over
  expect(play(11, { removed: ["A"] })).toBe(false);
  expect(rowsOf(board).map(({ id, v }) => `${id}${v}`)).toEqual(["A8", "C9", "D9"]);
  expect([...moved.upserts.keys()]).toEqual(["A", "D"]);
  expect([...moved.removed]).toEqual(["B"]);
});
