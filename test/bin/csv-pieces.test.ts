/** A file too large for one request: its orders whole, its rows called as in the file. */
import { expect, test } from "vitest";
import { piecesOf } from "../../bin/adapters/csv-pieces.ts";
import { inFile } from "../../bin/commands/import-csv.ts";
import { MOST_ROWS } from "../../domain/contract/imports.ts";
import { MAX_BODY_BYTES } from "../../domain/contract/ingest.ts";
import { readTable } from "../../server/imports/table.ts";

const HEADER = "sku;Order ID;quantity;placedAt";
const row = (order: string, sku = "A") => `${sku};${order};1;2026-11-22`;
const fileOf = (rows: readonly string[]) => [HEADER, ...rows, ""].join("\n");
const tableOf = (text: string) => readTable(Buffer.from(text));

test("what one request takes is sent as it stands", () => {
  const text = fileOf([row("SO-1"), "", row("SO-2")]);
  expect(piecesOf(text)).toEqual([{ text, count: 2 }]);
});

test("all rows of an order are in one piece, also where they stand far apart", () => {
  const orders = Array.from({ length: 2 * MOST_ROWS }, (_, n) => `SO-${n % (MOST_ROWS + 1)}`);
  const pieces = piecesOf(fileOf(orders.map((order) => row(order))));
  const piecesWith = new Map<string, Set<number>>();
  pieces.forEach(({ text }, place) => {
    const { rows } = tableOf(text);
    expect(rows.length).toBeLessThanOrEqual(MOST_ROWS);
    for (const { cells } of rows) {
      const order = cells[1] ?? "";
      piecesWith.set(order, (piecesWith.get(order) ?? new Set()).add(place));
    }
  });
  expect(piecesWith.size).toBe(MOST_ROWS + 1);
  expect([...piecesWith.values()].every(({ size }) => size === 1)).toBe(true);
  expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(orders.length);
});

test("a mistake is named by its row of the file, and cells stay as they are", () => {
  const odd = '"B; ""b""\nc"';
  const rows = Array.from({ length: MOST_ROWS + 10 }, (_, n) => row(`SO-${n}`));
  const pieces = piecesOf(fileOf(["", ...rows, row("SO-odd", odd), row("", "no order")]));
  const last = pieces.at(-1);
  if (last === undefined) throw new Error("no pieces");
  const found = tableOf(last.text).rows.find(({ cells }) => cells[1] === "SO-odd");
  expect(found?.cells[0]).toBe('B; "b"\nc');
  expect(inFile(`row ${found?.row}, column sku`, last)).toBe(`row ${MOST_ROWS + 13}, column sku`);
  expect(inFile("row 1, column sku", last)).toBe("row 1, column sku");
});

test("few rows of much text are several pieces too", () => {
  const long = "x".repeat(1_000_000);
  const pieces = piecesOf(fileOf(Array.from({ length: 12 }, (_, n) => row(`SO-${n}`, long))));
  expect(pieces).toHaveLength(3);
  for (const { text } of pieces)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BODY_BYTES);
});
