/** A CSV file that is too large for one request, in pieces that each hold all rows of their orders. */
import { parse } from "csv-parse/sync";
import { MOST_ROWS } from "../../domain/contract/imports.ts";
import { MAX_BODY_BYTES } from "../../domain/contract/ingest.ts";
import { separatorOf } from "../../server/imports/table.ts";
import { UsageError } from "./feed.ts";

/** `rows`: of each of its rows the number in the file, where the header is row 1; none when it is the file as it stands. */
export type Piece = { text: string; count: number; rows?: readonly number[] };

type Row = { number: number; text: string; bytes: number };
type Group = { rows: Row[]; bytes: number };

const quoted = (cells: readonly string[], separator: string): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)}\n`;

function recordsOf(text: string, separator: string): string[][] {
  try {
    return parse(text, { delimiter: separator, bom: true, relax_column_count: true }) as string[][];
  } catch (cause) {
    throw new UsageError(`this file cannot be read as CSV: ${(cause as Error).message}`);
  }
}

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

const isOrderId = (name: string): boolean =>
  name.toLowerCase().replaceAll(/[^a-z]/g, "") === "orderid";

/** The rows of an order stand together, where its first one stood; one of no order is by itself. */
function groupsOf(records: readonly string[][], place: number, separator: string): Group[] {
  const groups = new Map<string, Group>();
  records.forEach((cells, index) => {
    if (isEmpty(cells)) return;
    const text = quoted(cells, separator);
    const row = { number: index + 2, text, bytes: Buffer.byteLength(text) };
    const order = cells[place]?.trim() ?? "";
    const key = order === "" ? `\n${index}` : order;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { rows: [row], bytes: row.bytes });
    else {
      group.rows.push(row);
      group.bytes += row.bytes;
    }
  });
  return [...groups.values()];
}

/** Orders in a row, as many as one request takes. */
function filled(groups: readonly Group[], most: Pick<Group, "bytes">): Row[][] {
  const pieces: Row[][] = [];
  let bytes = 0;
  for (const group of groups) {
    const last = pieces.at(-1);
    const isFull =
      last === undefined ||
      last.length + group.rows.length > MOST_ROWS ||
      bytes + group.bytes > most.bytes;
    if (isFull) pieces.push([...group.rows]);
    else last.push(...group.rows);
    bytes = isFull ? group.bytes : bytes + group.bytes;
  }
  return pieces;
}

/** The file itself, where one request takes it. @throws UsageError for what is no CSV */
export function piecesOf(text: string): Piece[] {
  const separator = separatorOf(text);
  const [header = [], ...records] = recordsOf(text, separator);
  const count = records.filter((cells) => !isEmpty(cells)).length;
  if (records.length <= MOST_ROWS && Buffer.byteLength(text) <= MAX_BODY_BYTES)
    return [{ text, count }];
  const first = quoted(header, separator);
  const groups = groupsOf(records, header.findIndex(isOrderId), separator);
  const most = { bytes: MAX_BODY_BYTES - Buffer.byteLength(first) };
  return filled(groups, most).map((rows) => ({
    text: first + rows.map((row) => row.text).join(""),
    count: rows.length,
    rows: rows.map(({ number }) => number),
  }));
}
