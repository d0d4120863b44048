/** CSV to rows with their places: any of the usual separators, a byte order mark, quotes. Nothing is known here of what the columns mean. */
import { parse } from "csv-parse/sync";
import { MOST_ROWS } from "../../domain/contract/imports.ts";
import { problem } from "../problem.ts";

export type Row = {
  /** as a spreadsheet counts: the header is row 1 */
  row: number;
  /** as many as there are columns; an empty text where nothing stands */
  cells: readonly string[];
};
export type Table = { header: readonly string[]; rows: readonly Row[]; separator: string };

const SEPARATORS = [",", ";", "\t"];
const MOST_COLUMNS = 200;

const tooManyColumns = () =>
  problem("CT_ERR_TOO_LARGE", `A file has at most ${MOST_COLUMNS} columns.`);

/** The one that the header line has most of, outside of quotes. */
export function separatorOf(text: string): string {
  const counts = new Map(SEPARATORS.map((separator) => [separator, 0]));
  let isQuoted = false;
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted;
    if (!isQuoted && (sign === "\n" || sign === "\r")) break;
    const count = counts.get(sign);
    if (!isQuoted && count !== undefined) counts.set(sign, count + 1);
  }
  const [most = [",", 0] as const] = [...counts].toSorted(([, a], [, b]) => b - a);
  const [separator, count] = most;
  if (count >= MOST_COLUMNS) throw tooManyColumns();
  return separator;
}

/** What our own exports put before a text so that no spreadsheet takes it for a formula. */
const GUARD = /^'(?=[=+\-@])/;

/** As the parser says it, without its own advice. */
function unreadable(error: unknown): Error {
  const { lines, message } = error as { lines?: number; message?: string };
  const row = typeof lines === "number" ? lines : 1;
  return problem("CT_ERR_INVALID", "The body cannot be read as CSV; nothing of it was taken.", {
    errors: [
      {
        index: Math.max(0, row - 2),
        path: `row ${row}`,
        message: `cannot be read: ${(message ?? "").slice(0, 200)}`,
      },
    ],
  });
}

function recordsOf(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
      to: MOST_ROWS + 2,
    }) as string[][];
  } catch (error) {
    throw unreadable(error);
  }
}

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

const utf8 = new TextDecoder("utf-8", { fatal: true });

function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw problem("CT_ERR_BAD_REQUEST", "The file is not UTF-8: save it as `CSV UTF-8`.");
  }
}

/** Throws CT_ERR_BAD_REQUEST for bytes that are no UTF-8, CT_ERR_INVALID for a body that is no CSV or has no rows. */
export function readTable(body: Uint8Array): Table {
  const text = textOf(body);
  const separator = separatorOf(text);
  const [header = [], ...records] = recordsOf(text, separator);
  if (records.length > MOST_ROWS)
    throw problem(
      "CT_ERR_TOO_LARGE",
      `A file holds at most ${MOST_ROWS} rows: send it in pieces, all rows of an order in one.`,
    );
  if (header.length > MOST_COLUMNS) throw tooManyColumns();
  const rows = records.flatMap((cells, place): Row[] =>
    isEmpty(cells)
      ? []
      : [{ row: place + 2, cells: cells.map((cell) => cell.trim().replace(GUARD, "")) }],
  );
  if (isEmpty(header) || rows.length === 0)
    throw problem("CT_ERR_INVALID", "There is nothing in this file.", {
      errors: [{ index: 0, path: "row 1", message: "a header and at least one row are required" }],
    });
  return { header: header.map((name) => name.trim()), rows, separator };
}
