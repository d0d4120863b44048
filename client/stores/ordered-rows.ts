/**
 * Sorted rows that are kept sorted: a change costs one pass, never a sort of everything. Arrays hold each row as it was when it was placed,
 * so that a row that has changed since can still be found where it stands. Pure; `compare` must be a total order.
 */
import type { Row } from "../../domain/board.ts";

type Compare = (a: Row, b: Row) => number;

/** `rows` without `gone` and with `come`, still sorted; a new array. O(n + k log k). */
export function mergeRows(
  rows: readonly Row[],
  gone: ReadonlySet<Row>,
  come: readonly Row[],
  compare: Compare,
): Row[] {
  const added = come.toSorted(compare);
  const merged: Row[] = [];
  let next = 0;
  for (const row of rows) {
    if (gone.has(row)) continue;
    for (let one = added[next]; one !== undefined && compare(one, row) < 0; one = added[next]) {
      merged.push(one);
      next += 1;
    }
    merged.push(row);
  }
  for (; next < added.length; next += 1) merged.push(added[next]!);
  return merged;
}

/** Where `placed` stands in `rows`; -1 when it does not. */
export function indexOfRow(rows: readonly Row[], placed: Row, compare: Compare): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(rows[middle]!, placed);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** True when `next`, standing in place of `rows[index]`, would have to stand elsewhere. */
export function wouldMove(
  rows: readonly Row[],
  index: number,
  next: Row,
  compare: Compare,
): boolean {
  const before = rows[index - 1];
  const after = rows[index + 1];
  return (
    (before !== undefined && compare(before, next) > 0) ||
    (after !== undefined && compare(next, after) > 0)
  );
}
