/**
 * The board of a site at one number, as it is kept. Rewind begins with one and plays the log from there. A board of 100,000 orders is shown by reading the few rows that
 * are on the screen: in front stand the sums and, of every row, what numbers and order depend on; the rows themselves follow in blocks, the most urgent first, each packed
 * by itself and left so until somebody asks for one of its rows.
 */
import type { Row } from "../domain/board.ts";
import { compareUrgency, type Aiming, type Placed } from "../domain/board-model.ts";
import { addChange, noSums, type BoardSums } from "../domain/contract/board-sums.ts";
import type { Change, SiteFact } from "../domain/contract/stored.ts";
import type { Counted } from "../domain/metrics.ts";
import { pack, partsOf, unpack } from "./packing.ts";
import type { Tables } from "./schema.ts";

export type Snapshot = Tables["snapshots"];

/** What of an order has to be known without reading its row. */
export type Brief = Placed & Aiming & Counted & Pick<Row, "v">;
/** `whole`: the row, or how to come by it while nobody has read it */
export type KeptRow = { brief: Brief; whole: Row | (() => Row) };

/** A board as it was. */
export type PastBoard = {
  epoch: string;
  seq: number;
  at: number;
  rows: Map<string, KeptRow>;
  sums: BoardSums;
};

/** When the next board is kept: what has to be played before one can be shown must stay small beside reading the board itself. */
const LEAST_BYTES = 2_000_000;
export const BOARD_RULES = {
  everyMs: 3_600_000,
  /** after so much of the log */
  dueAfter: (boardBytes: number): number => Math.max(LEAST_BYTES, boardBytes / 3),
};

const ofRow = (row: Row): KeptRow => ({ brief: row, whole: row });

/** Reads the row when it is first asked for. */
export function rowIn(kept: KeptRow): Row {
  if (typeof kept.whole === "function") kept.whole = kept.whole();
  return kept.whole;
}

type BriefLine = [
  id: string,
  v: number,
  stage: Row["stage"],
  sev: Row["sev"],
  actBy: number | null,
  due: number | null,
  pickup: Row["pickup"],
  holds: Row["holds"],
];

const lineOf = ({ id, v, stage, sev, actBy, due, pickup, holds }: Row): BriefLine => [
  id,
  v,
  stage,
  sev,
  actBy,
  due,
  pickup,
  holds,
];
const briefOf = ([id, v, stage, sev, actBy, due, pickup, holds]: BriefLine): Brief => ({
  id,
  v,
  stage,
  sev,
  actBy,
  due,
  pickup,
  holds,
});

type Plain = {
  cursor: string;
  counters: [string, [string, number][]][];
  totals: [string, number][];
  sources: [string, number][];
  facts: [string, SiteFact][];
  dead: number;
  waiting: number;
  /** of each row, in the order of the blocks */
  briefs?: BriefLine[];
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

const ROWS_A_BLOCK = 500;

/** `rows`: each as JSON. */
export function snapshotOf(
  site: string,
  place: { epoch: string; seq: number; at: number },
  sums: BoardSums,
  rows: readonly string[],
): Snapshot {
  const read = rows
    .map((text) => ({ text, row: JSON.parse(text) as Row }))
    .sort((a, b) => compareUrgency(a.row, b.row));
  const briefs = read.map(({ row }) => lineOf(row));
  const texts = [JSON.stringify({ ...plainOf(sums), briefs })];
  for (let first = 0; first < read.length; first += ROWS_A_BLOCK)
    texts.push(
      read
        .slice(first, first + ROWS_A_BLOCK)
        .map(({ text }) => text)
        .join("\n"),
    );
  const bytes = texts.reduce((sum, { length }) => sum + length, 0);
  return { site, ...place, rows: rows.length, bytes, frame: pack(texts) };
}

/** Rows of one block, unpacked when one of them is first asked for. */
function blockOf(packed: Uint8Array): (line: number) => Row {
  let lines: string[] | null = null;
  return (line) => {
    lines ??= unpack(packed).split("\n");
    return JSON.parse(lines[line] ?? "") as Row;
  };
}

/** A board of an older version: one piece, sums in its first line, then a row a line. */
function plainBoardIn({ epoch, seq, at, frame }: Snapshot): PastBoard {
  const [head = "{}", ...lines] = unpack(frame).split("\n");
  const rows = lines.map((line) => ofRow(JSON.parse(line) as Row));
  return {
    epoch,
    seq,
    at,
    rows: new Map(rows.map((row) => [row.brief.id, row])),
    sums: sumsOf(JSON.parse(head) as Plain),
  };
}

export function boardIn(snapshot: Snapshot): PastBoard {
  const { epoch, seq, at, frame } = snapshot;
  const parts = partsOf(frame);
  if (parts === null) return plainBoardIn(snapshot);
  const [head = new Uint8Array(), ...packed] = parts;
  const plain = JSON.parse(unpack(head)) as Plain;
  const blocks = packed.map(blockOf);
  const rows = new Map<string, KeptRow>();
  (plain.briefs ?? []).forEach((line, place) => {
    const block = blocks[Math.floor(place / ROWS_A_BLOCK)];
    if (block === undefined) throw new Error("a board ends before its rows do");
    rows.set(line[0], { brief: briefOf(line), whole: () => block(place % ROWS_A_BLOCK) });
  });
  return { epoch, seq, at, rows, sums: sumsOf(plain) };
}

/** What one delta tells: each id once, in its last state. */
export type Moved = { upserts: Map<string, Row>; removed: Set<string> };

function takeRows({ rows }: PastBoard, changed: readonly Row[], moved: Moved | null): void {
  for (const row of changed) {
    const known = rows.get(row.id);
    // rows of a snapshot are read after its number: one may be newer already
    if (known !== undefined && known.brief.v > row.v) continue;
    rows.set(row.id, ofRow(row));
    moved?.upserts.set(row.id, row);
    moved?.removed.delete(row.id);
  }
}

function dropRows({ rows }: PastBoard, { removed, seq }: Change, moved: Moved | null): void {
  for (const id of removed) {
    if ((rows.get(id)?.brief.v ?? 0) > seq) continue;
    rows.delete(id);
    moved?.upserts.delete(id);
    moved?.removed.add(id);
  }
}

const changeIn = ({ seq, text }: { seq: number; text: string }, epoch: string): Change =>
  ({ ...JSON.parse(text), seq, epoch }) as Change;

/** Plays one entry of the log on to the board, and notes in `moved` what it did; false when it lies after `until`, or does not come next. */
export function playOn(
  board: PastBoard,
  entry: { seq: number; text: string },
  until: number,
  moved: Moved | null,
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
