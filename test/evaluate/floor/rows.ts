/** What the evaluation judges: one row for an order at a snapshot, in columns that grow. */
export type Rows = {
  count: number;
  p: number[];
  raw: number[];
  missed: number[];
  /** minutes from the snapshot to the deadline, the expected and the true time */
  slack: number[];
  expected: number[];
  actual: number[];
  /** score of the elapsed-time baseline */
  elapsed: number[];
  isPacked: number[];
  order: number[];
  /** site x 1000 + day of the deadline */
  siteDay: number[];
  at: number[];
};

export const emptyRows = (): Rows => ({
  count: 0,
  p: [],
  raw: [],
  missed: [],
  slack: [],
  expected: [],
  actual: [],
  elapsed: [],
  isPacked: [],
  order: [],
  siteDay: [],
  at: [],
});

export type Row = { [K in Exclude<keyof Rows, "count">]: number };

const COLUMNS = Object.keys(emptyRows()).filter((name) => name !== "count") as (keyof Row)[];

export function addRow(rows: Rows, row: Row): void {
  rows.count += 1;
  for (const name of COLUMNS) rows[name].push(row[name]);
}

/** The rows that pass, by their index. */
export function filterRows(rows: Rows, passes: (index: number) => boolean): Rows {
  const kept = emptyRows();
  for (let index = 0; index < rows.count; index += 1) {
    if (!passes(index)) continue;
    kept.count += 1;
    for (const name of COLUMNS) kept[name].push(rows[name][index] ?? 0);
  }
  return kept;
}

export function appendRows(rows: Rows, more: Rows): void {
  rows.count += more.count;
  for (const name of COLUMNS) for (const value of more[name]) rows[name].push(value);
}
