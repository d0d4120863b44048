import { expect, test } from "vitest";
import { noSums } from "../../../domain/contract/board-sums.ts";
import type { BoardRows } from "../../../domain/contract/realtime.ts";
import type { Change } from "../../../domain/contract/stored.ts";
import { createBoardOpening } from "../../../server/live/board-answer.ts";
import { PAGE_ROWS } from "../../../server/live/snapshots.ts";
import { createLiveBoard } from "../../../server/live/live-board.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";

const NOW = 1_000_000;
const COUNT = 2 * PAGE_ROWS + 3;
const idOf = (at: number): string => `SO-${String(at).padStart(5, "0")}`;

function aBoard() {
  const board = createLiveBoard(() => aSite(), "BER1");
  const rows = Array.from({ length: COUNT }, (_, at) => aRow({ id: idOf(at), v: 1 }));
  board.load({ ...noSums(), epoch: "e1", seq: 1 }, new Map(rows.map((row) => [row.id, row])));
  return board;
}

const aChange = (seq: number, upserts: string[], removed: string[]): Change => ({
  seq,
  epoch: "e1",
  at: NOW,
  rows: upserts.map((id) => aRow({ id, v: seq })),
  removed,
  counters: {},
  totals: {},
  sources: {},
  facts: {},
  dead: 0,
  waiting: 0,
  cursor: `${seq}-0`,
});

/** A page as it goes out. */
const sent = (page: IteratorResult<BoardRows, unknown>) =>
  page.done === true ? null : (JSON.parse(JSON.stringify(page.value)) as BoardRows);
const idsOf = (page: BoardRows | null): string[] => page?.rows.map(({ id }) => id) ?? [];

const openBoard = createBoardOpening(() => null);
const openPages = (board: ReturnType<typeof aBoard>) =>
  openBoard(board, { site: "BER1" }, "full", NOW).pages();

test("a page lacks what left the board since the snapshot: its delta was sent before", () => {
  const board = aBoard();
  const [pages, others] = [openPages(board), openPages(board)];
  const [stays, leaves, returns] = [0, 1, 2].map((at) => idOf(PAGE_ROWS + at)) as [
    string,
    string,
    string,
  ];
  expect(idsOf(sent(others.next()))).toHaveLength(PAGE_ROWS);
  board.apply(aChange(2, [], [leaves, returns]));
  board.apply(aChange(3, [returns], [idOf(COUNT - 1)]));
  const second = sent(pages.next());
  expect(second).toMatchObject({ epoch: "e1", seq: 1, last: false });
  expect(idsOf(second)).toHaveLength(PAGE_ROWS - 1);
  expect(idsOf(second)).toEqual(expect.arrayContaining([stays, returns]));
  expect(idsOf(second)).not.toContain(leaves);
  for (const one of [pages, others]) {
    const third = sent(one.next());
    expect(third).toMatchObject({ seq: 1, last: true });
    expect(idsOf(third)).toEqual([idOf(COUNT - 3), idOf(COUNT - 2)]);
    expect(one.next().done).toBe(true);
  }
});

/** bytes a second of a line of 400 kbit/s; a ping that waits for five seconds ends the connection */
const [SLOW_LINE, PATIENCE_S] = [50_000, 5];

test("a page comes over a slow line before a ping that waits behind it ends the connection", () => {
  const find = Array.from({ length: 8 }, (_, at) => `SKU-000000${at}`);
  const why =
    "87 % likely to miss the 16:00 truck: 142 orders ahead in packing, current rate 95 an hour";
  const rows = Array.from({ length: COUNT }, (_, at) => aRow({ id: idOf(at), v: 1, find, why }));
  const board = aBoard();
  board.load({ ...noSums(), epoch: "e1", seq: 1 }, new Map(rows.map((row) => [row.id, row])));
  const page = JSON.stringify(openPages(board).next().value);
  expect(page.length).toBeLessThan((SLOW_LINE * PATIENCE_S) / 1.25);
});

test("no page of a board that has another epoch by now is sent", () => {
  const board = aBoard();
  const pages = openPages(board);
  expect(sent(pages.next())).toMatchObject({ epoch: "e1" });
  board.load({ ...noSums(), epoch: "e2", seq: 1 }, new Map(board.view.rows));
  expect(pages.next().done).toBe(true);
});
