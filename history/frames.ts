/**
 * The board of a site at one number, as it is kept: sums in the first line, then a row a line. Rewind begins with one and plays the log from there.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Row } from "../domain/board.ts";
import { addChange, noSums, type BoardSums } from "../domain/contract/board-sums.ts";
import type { Change, SiteFact } from "../domain/contract/keys.ts";
import type { Tables } from "./schema.ts";

export type Snapshot = Tables["snapshots"];

/** A board as it was. */
export type PastBoard = {
  epoch: string;
  seq: number;
  at: number;
  rows: Map<string, Row>;
  sums: BoardSums;
};

type Plain = {
  cursor: string;
  counters: [string, [string, number][]][];
  totals: [string, number][];
  sources: [string, number][];
  facts: [string, SiteFact][];
  dead: number;
  waiting: number;
};

const plainOf = ({
  cursor,
  counters,
  totals,
  sources,
  facts,
  dead,
  waiting,
}: BoardSums): Plain => ({
  cursor,
  counters: [...counters].map(([day, fields]) => [day, [...fields]]),
  totals: [...totals],
  sources: [...sources],
  facts: [...facts],
  dead,
  waiting,
});

const sumsOf = ({ cursor, counters, totals, sources, facts, dead, waiting }: Plain): BoardSums => ({
  ...noSums(),
  cursor,
  counters: new Map(counters.map(([day, fields]) => [day, new Map(fields)])),
  totals: new Map(totals),
  sources: new Map(sources),
  facts: new Map(facts),
  dead,
  waiting,
});

/** `rows`: each as JSON. */
export function snapshotOf(
  site: string,
  place: { epoch: string; seq: number; at: number },
  sums: BoardSums,
  rows: readonly string[],
): Snapshot {
  const text = [JSON.stringify(plainOf(sums)), ...rows].join("\n");
  return { site, ...place, rows: rows.length, bytes: text.length, frame: zstdCompressSync(text) };
}

export function boardIn({ epoch, seq, at, frame }: Snapshot): PastBoard {
  const [head = "{}", ...lines] = zstdDecompressSync(frame).toString("utf8").split("\n");
  const rows = new Map<string, Row>();
  for (const line of lines) {
    const row = JSON.parse(line) as Row;
    rows.set(row.id, row);
  }
  return { epoch, seq, at, rows, sums: sumsOf(JSON.parse(head) as Plain) };
}

/** What one delta tells: each id once, in its last state. */
export type Moved = { upserts: Map<string, Row>; removed: Set<string> };

function takeRows({ rows }: PastBoard, changed: readonly Row[], moved: Moved): void {
  for (const row of changed) {
    const known = rows.get(row.id);
    // rows of a snapshot are read after its number: one may be newer already
    if (known !== undefined && known.v > row.v) continue;
    rows.set(row.id, row);
    moved.upserts.set(row.id, row);
    moved.removed.delete(row.id);
  }
}

function dropRows({ rows }: PastBoard, { removed, seq }: Change, moved: Moved): void {
  for (const id of removed) {
    if ((rows.get(id)?.v ?? 0) > seq) continue;
    rows.delete(id);
    moved.upserts.delete(id);
    moved.removed.add(id);
  }
}

const changeIn = ({ seq, text }: { seq: number; text: string }, epoch: string): Change =>
  ({ ...JSON.parse(text), seq, epoch }) as Change;

/** Plays one entry of the log on to the board; false when it lies after `until`, or does not come next. */
export function playOn(
  board: PastBoard,
  entry: { seq: number; text: string },
  until: number,
  moved: Moved,
): boolean {
  if (entry.seq <= board.seq) return true;
  if (entry.seq !== board.seq + 1) return false;
  const change = changeIn(entry, board.epoch);
  if (change.at > until) return false;
  takeRows(board, change.rows, moved);
  dropRows(board, change, moved);
  addChange(board.sums, change);
  board.seq = entry.seq;
  board.at = change.at;
  return true;
}
