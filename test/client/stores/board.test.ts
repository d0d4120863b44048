import fc from "fast-check";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, test } from "vitest";
import { watchEffect } from "vue";
import type { BoardDelta, Row } from "../../../domain/board.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { aRow, metricsOf } from "../../support/board-rows.ts";

const AT = { epoch: "e", seq: 10 };
const snapshot = (rows: Row[], more = false, total = rows.length) => ({
  rows,
  more,
  total,
  metrics: metricsOf(rows, 0),
  pickups: [],
  sources: [],
});
const delta = (from: number, to: number, upserts: Row[], removed: string[] = []): BoardDelta => ({
  site: "BER1",
  epoch: "e",
  from,
  to,
  upserts,
  removed,
  at: 0,
});
const row = (id: string, v: number, change: Partial<Row> = {}) => aRow({ id, v, ...change });

beforeEach(() => setActivePinia(createPinia()));
const open = (rows: Row[], more = false, total = rows.length) => {
  const board = useBoard();
  board.clear("BER1");
  board.load(AT, snapshot(rows, more, total));
  return board;
};

describe("the board store", () => {
  test("tells a gap and another epoch from what it may apply, and stays as it was", () => {
    const board = open([row("a", 5)]);
    expect(board.apply(delta(12, 14, [row("a", 14)]))).toBe("gap");
    expect(board.apply({ ...delta(10, 11, [row("a", 11)]), epoch: "f" })).toBe("other-epoch");
    expect(board.apply(delta(8, 10, [row("a", 4)]))).toBe("ignored");
    expect(board.rows.get("a")?.v).toBe(5);
    expect(board.cursor()).toEqual(AT);
  });

  test("says how many of all rows are here until the last page", () => {
    const board = open([row("a", 5)], true, 3);
    expect(board.loading).toEqual({ received: 1, total: 3 });
    expect(board.cursor()).toBeUndefined();
    board.page({ site: "BER1", ...AT, rows: [row("b", 5), row("c", 5)], last: true });
    expect(board.loading).toBeNull();
    expect([...board.rows.keys()]).toEqual(["a", "b", "c"]);
    expect(board.cursor()).toEqual(AT);
  });

  test("a page cannot bring back what a delta removed meanwhile", () => {
    const board = open([row("a", 5)], true, 2);
    board.apply(delta(10, 11, [], ["b"]));
    board.page({ site: "BER1", ...AT, rows: [row("b", 5)], last: true });
    expect(board.rows.has("b")).toBe(false);
  });

  test("keeps old rows while a new snapshot is coming and drops the gone ones with its last page", () => {
    const board = open([row("a", 5), row("b", 5)]);
    board.load({ epoch: "e", seq: 20 }, snapshot([row("a", 19)], true, 2));
    expect(board.rows.has("b")).toBe(true);
    board.apply(delta(20, 21, [row("d", 21)]));
    board.page({ site: "BER1", epoch: "e", seq: 20, rows: [row("c", 18)], last: true });
    expect([...board.rows.keys()].sort()).toEqual(["a", "c", "d"]);
  });

  test("takes lower versions of another epoch", () => {
    const board = open([row("a", 900)]);
    board.load({ epoch: "f", seq: 3 }, snapshot([row("a", 2)]));
    expect(board.rows.get("a")?.v).toBe(2);
  });

  test("renders only the row that changed", () => {
    const board = open([row("a", 5), row("b", 5)]);
    const runs = { a: 0, b: 0 };
    watchEffect(() => void (board.rows.get("a"), (runs.a += 1)), { flush: "sync" });
    watchEffect(() => void (board.rows.get("b"), (runs.b += 1)), { flush: "sync" });
    board.apply(delta(10, 11, [row("a", 11)]));
    expect(runs).toEqual({ a: 2, b: 1 });
  });
});

/** A little history: at each number some ids are set and some removed. */
const steps = fc.array(
  fc.record({
    set: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 3 }),
    remove: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const cutsOf = fc.array(fc.nat(12), { maxLength: 5 });
test("a snapshot in pages plus any split of the deltas, with overlap, equals the later board", () => {
  const property = fc.property(
    steps,
    cutsOf,
    fc.nat(12),
    fc.nat(6),
    (history, cuts, startAt, pageAfter) => {
      setActivePinia(createPinia());
      const truth: Map<string, Row>[] = [new Map()];
      history.forEach((step, index) => {
        const next = new Map(truth[index]);
        for (const id of step.remove) next.delete(id);
        for (const id of step.set) next.set(id, row(id, index + 1));
        truth.push(next);
      });
      const between = (from: number, to: number): BoardDelta => {
        const end = truth[to]!;
        const changed = history.slice(from, to).flatMap((step) => [...step.remove, ...step.set]);
        const ids = [...new Set(changed)];
        const there = ids.filter((id) => end.has(id)).map((id) => end.get(id)!);
        return delta(
          from,
          to,
          there,
          ids.filter((id) => !end.has(id)),
        );
      };
      const last = history.length;
      const start = Math.min(startAt, last);
      const board = useBoard();
      board.clear("BER1");
      const all = [...truth[start]!.values()];
      board.load({ epoch: "e", seq: start }, snapshot(all.slice(0, 2), true, all.length));
      const stops = [...new Set([...cuts.map((cut) => Math.min(cut, last)), last])].sort(
        (a, b) => a - b,
      );
      let from = Math.max(0, start - 1);
      stops.forEach((to, index) => {
        if (index === pageAfter)
          board.page({ site: "BER1", epoch: "e", seq: start, rows: all.slice(2), last: true });
        if (to <= from) return;
        expect(["applied", "ignored"]).toContain(board.apply(between(from, to)));
        from = to;
      });
      if (pageAfter >= stops.length)
        board.page({ site: "BER1", epoch: "e", seq: start, rows: all.slice(2), last: true });
      expect(Object.fromEntries(board.rows)).toEqual(Object.fromEntries(truth[last]!));
    },
  );
  fc.assert(property, { seed: 7, numRuns: 500 });
});
