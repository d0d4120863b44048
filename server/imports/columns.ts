/** The columns of a file: which are known, by what spelling, and which one was meant by one that is not. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { Row, Table } from "./table.ts";

/** A row by its columns; what stands in none of its cells is not there. */
export type Cells = { row: number; get: (column: string) => string | undefined };

export const faultIn = (row: number, column: string | null, message: string): ItemError => ({
  // the place in the request: rows below the header, from 0
  index: Math.max(0, row - 2),
  path: column === null ? `row ${row}` : `row ${row}, column ${column}`,
  message,
  code: "CT_ERR_INVALID",
});

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_.-]/g, "");

/** How many letters must change to make one of the other. */
function distance(one: string, other: string): number {
  let last = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = (last[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(same, (last[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    last = next;
  }
  return last[other.length] ?? 0;
}

/** `qty` of `quantity`: the same beginning, and all its letters in their order. */
function isShortFor(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return short.length > 1 && at === short.length && short[0] === long[0];
}

const LONGEST = 32;
/** The known name that is nearest to one, when that is near at all. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const asked = plain(name).slice(0, LONGEST);
  const [best] = known
    .map((one) => ({
      one,
      away: isShortFor(asked, plain(one)) ? 1 : distance(asked, plain(one)),
    }))
    .toSorted((a, b) => a.away - b.away);
  return best !== undefined && best.away <= Math.max(2, asked.length / 2) ? best.one : undefined;
}

export type Columns = {
  cellsOf: (row: Row) => Cells;
  faults: ItemError[];
  named: ReadonlySet<string>;
};

function unknown(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `is no column of this file: ${hint}`;
}

/** Capitals, blanks, `_` and `-` in names do not matter. */
export function readColumns({ header, rows }: Table, known: readonly string[]): Columns {
  const places = new Map<string, number>();
  const faults: ItemError[] = [];
  header.forEach((name, place) => {
    if (name === "" && rows.every(({ cells }) => (cells[place] ?? "") === "")) return;
    const column = known.find((one) => plain(one) === plain(name));
    if (column === undefined) faults.push(faultIn(1, name.slice(0, LONGEST), unknown(name, known)));
    else if (places.has(column)) faults.push(faultIn(1, column, "is there twice"));
    else places.set(column, place);
  });
  for (const { row, cells } of rows)
    if (cells.length > header.length && cells.slice(header.length).some((cell) => cell !== ""))
      faults.push(faultIn(row, null, `has ${cells.length} cells, but the header ${header.length}`));
  return {
    faults,
    named: new Set(places.keys()),
    cellsOf: ({ row, cells }) => ({
      row,
      get: (column) => {
        const cell = cells[places.get(column) ?? -1];
        return cell === undefined || cell === "" ? undefined : cell;
      },
    }),
  };
}
