import { expect, test } from "vitest";
import { noSums } from "../../../domain/contract/board-sums.ts";
import { FIRST_ROWS } from "../../../domain/contract/first-rows.ts";
import { SNAPSHOT_PAGE, type BoardRows } from "../../../domain/contract/realtime.ts";
import type { Change } from "../../../domain/contract/stored.ts";
import { createBoardOpening } from "../../../server/live/board-answer.ts";
import { createLiveBoard } from "../../../server/live/live-board.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";
import { aChange } from "../../support/changes.ts";

const NOW = 1_000_000;
const COUNT = 2 * SNAPSHOT_PAGE + 3;
const idOf = (at: number): string => `SO-${String(at).padStart(5, "0")}`;

function aBoard() {
  const board = createLiveBoard(() => aSite(), "BER1");
  const rows = Array.from({ length: COUNT }, (_, at) => aRow({ id: idOf(at), v: 1 }));
  board.load({ ...noSums(), epoch: "e1", seq: 1 }, new Map(rows.map((row) => [row.id, row])));
  return board;
}

const changed = (seq: number, upserts: string[], removed: string[]): Change => {
  const rows = upserts.map((id) => aRow({ id, v: seq }));
  return { seq, epoch: "e1", ...aChange({ at: NOW, rows, removed, cursor: `${seq}-0` }) };
};

/** A page as it goes out. */
const sent = (page: IteratorResult<BoardRows, unknown>) =>
  page.done === true ? null : (JSON.parse(JSON.stringify(page.value)) as BoardRows);
const idsOf = (page: BoardRows | null): string[] => page?.rows.map(({ id }) => id) ?? [];

const openBoard = createBoardOpening(() => null);
const open = (board: ReturnType<typeof aBoard>, rows?: number) =>
  openBoard(board, { site: "BER1", ...(rows !== undefined && { rows }) }, "full", NOW);
const openPages = (board: ReturnType<typeof aBoard>) => open(board).pages();
/** The rows of an answer as it goes out. */
const answered = ({ answer }: ReturnType<typeof open>): BoardRows["rows"] => {
  const { snapshot } = JSON.parse(JSON.stringify(answer)) as { snapshot: BoardRows };
  return snapshot.rows;
};

/** How many rows each page has, and the ids of all in their order; taken quickly or not. */
function takeAll(rows: number | undefined, isQuick: boolean) {
  const opening = open(aBoard(), rows);
  const first = answered(opening).map(({ id }) => id);
  const [sizes, ids] = [[first.length], first];
  const pages = opening.pages();
  for (let page = pages.next(false); !page.done; page = pages.next(isQuick)) {
    const more = idsOf(sent(page));
    sizes.push(more.length);
    ids.push(...more);
  }
  return { sizes, ids };
}
const ALL = Array.from({ length: COUNT }, (_, at) => idOf(at));

test("pages are as large as was asked for, and twice as large after each that was taken quickly", () => {
  const quick = takeAll(200, true);
  expect(quick.sizes).toEqual([200, 200, 400, 800, 1_600, 803]);
  expect(quick.ids).toEqual(ALL);
  const slow = takeAll(200, false);
  expect(slow.sizes.slice(0, -1).every((size) => size === 200)).toBe(true);
  expect(slow.ids).toEqual(ALL);
});

test("who asks for no size gets the largest pages", () => {
  expect(takeAll(undefined, true)).toEqual({ sizes: [2_000, 2_000, 3], ids: ALL });
});

/** bytes a second of a line of 400 kbit/s; a ping that waits for five seconds ends the connection */
const [SLOW_LINE, PATIENCE_S] = [50_000, 5];

test("what the dashboard asks for comes over a slow line before a ping that waits behind it ends the connection", () => {
  const find = Array.from({ length: 8 }, (_, at) => `SKU-000000${at}`);
  const why =
    "87 % likely to miss the 16:00 truck: 142 orders ahead in packing, current rate 95 an hour";
  const rows = Array.from({ length: COUNT }, (_, at) => aRow({ id: idOf(at), v: 1, find, why }));
  const board = aBoard();
  board.load({ ...noSums(), epoch: "e1", seq: 1 }, new Map(rows.map((row) => [row.id, row])));
  const page = JSON.stringify(open(board, FIRST_ROWS).pages().next(false).value);
  expect(page.length).toBeLessThan((SLOW_LINE * PATIENCE_S) / 1.25);
});

test("a page lacks what left the board since the snapshot: its delta was sent before", () => {
  const board = aBoard();
  const [pages, others] = [openPages(board), openPages(board)];
  const [stays, leaves, returns] = [idOf(2_000), idOf(2_001), idOf(2_002)];
  expect(idsOf(sent(others.next()))).toHaveLength(SNAPSHOT_PAGE);
  board.apply(changed(2, [], [leaves, returns]));
  board.apply(changed(3, [returns], [idOf(COUNT - 1)]));
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
