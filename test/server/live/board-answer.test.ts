import { expect, test } from "vitest";
import { noSums } from "../../../domain/contract/board-sums.ts";
import { SNAPSHOT_PAGE, type BoardRows } from "../../../domain/contract/realtime.ts";
import type { Change } from "../../../domain/contract/stored.ts";
import { createBoardOpening } from "../../../server/live/board-answer.ts";
import { createLiveBoard } from "../../../server/live/live-board.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";

const NOW = 1_000_000;
const COUNT = 2 * SNAPSHOT_PAGE + 3;
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
  const [stays, leaves, returns] = [idOf(2_000), idOf(2_001), idOf(2_002)];
  expect(idsOf(sent(others.next()))).toHaveLength(SNAPSHOT_PAGE);
  board.apply(aChange(2, [], [leaves, returns]));
  board.apply(aChange(3, [returns], [idOf(COUNT - 1)]));
  const second = sent(pages.next());
  expect(second).toMatchObject({ epoch: "e1", seq: 1, last: false });
  expect(idsOf(second)).toHaveLength(SNAPSHOT_PAGE - 1);
  expect(idsOf(second)).toEqual(expect.arrayContaining([stays, returns]));
  expect(idsOf(second)).not.toContain(leaves);
  for (const one of [pages, others]) {
    const third = sent(one.next());
    expect(third).toMatchObject({ seq: 1, last: true });
    expect(idsOf(third)).toEqual([idOf(COUNT - 3), idOf(COUNT - 2)]);
    expect(one.next().done).toBe(true);
  }
});

test("no page of a board that has another epoch by now is sent", () => {
  const board = aBoard();
  const pages = openPages(board);
  expect(sent(pages.next())).toMatchObject({ epoch: "e1" });
  board.load({ ...noSums(), epoch: "e2", seq: 1 }, new Map(board.view.rows));
  expect(pages.next().done).toBe(true);
});
