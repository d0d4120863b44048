import { describe, expect, test } from "vitest";
import {
  changeIn,
  encodeRest,
  epochOf,
  type LoggedChange,
  MOST_ROWS_APART,
  outlineOf,
  textIn,
} from "../../domain/contract/log-entry.ts";
import { aRow } from "../support/board-rows.ts";

const changeOf = (count: number): LoggedChange => ({
  at: 1_764_000_000_000,
  rows: Array.from({ length: count }, (_, at) => aRow({ id: `SO-${at}`, v: 7 })),
  removed: ["SO-gone"],
  counters: { "20419": { "12|in|picked": 2 } },
  totals: {},
  sources: { wms: 1_764_000_000_000 },
  facts: {},
  dead: 0,
  waiting: 1,
  cursor: "1764000000000-3",
});

/** As the script writes it. */
const written = (change: LoggedChange): string[] => [
  "e",
  "epoch-1",
  "c",
  encodeRest(change),
  ...change.rows.slice(0, MOST_ROWS_APART).flatMap((row) => [row.id, JSON.stringify(row)]),
];

describe("an entry of the log", () => {
  test.each([0, 1, 3, MOST_ROWS_APART + 2])("with %i rows is read as it was written", (count) => {
    const change = changeOf(count);
    const fields = written(change);
    expect(epochOf(fields)).toBe("epoch-1");
    expect(changeIn(fields)).toEqual(change);
    expect(JSON.parse(textIn(fields))).toEqual(change);
    const { ids, cursor, removed } = outlineOf(fields);
    expect(ids).toEqual(change.rows.map(({ id }) => id));
    expect({ cursor, removed }).toEqual({ cursor: change.cursor, removed: change.removed });
  });

  test("from before rows stood apart is read as well", () => {
    const { rows, ...rest } = changeOf(2);
    const change = { rows, ...rest };
    const fields = ["e", "epoch-1", "c", JSON.stringify(change)];
    expect(changeIn(fields)).toEqual(change);
    expect(JSON.parse(textIn(fields))).toEqual(change);
    expect(outlineOf(fields).ids).toEqual(["SO-0", "SO-1"]);
  });

  test("keeps apart what is an order's name and what is a field's", () => {
    const change = { ...changeOf(0), rows: [aRow({ id: "c" }), aRow({ id: "e" })] };
    expect(changeIn(written(change))).toEqual(change);
  });

  test("may speak of rows in other places", () => {
    const change = { ...changeOf(1), facts: { 'x"rows":': { at: 1, type: "t", data: {} } } };
    expect(JSON.parse(textIn(written(change)))).toEqual(change);
  });
});
