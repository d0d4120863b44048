/**
 * A sorted, filtered list over a map of rows that changes underneath. Nothing moves until `place` or `rebuild` is called; until then `weigh` tells
 * which rows would. Rows in the list are as they were when they were placed. No Vue in here: the store around it publishes.
 */
import type { Row } from "../../domain/board.ts";
import { indexOfRow, mergeRows, wouldMove } from "./ordered-rows.ts";

type Compare = (a: Row, b: Row) => number;
type Order = {
  compare: Compare;
  /** null: everything is shown, and one list serves for both */
  passes: ((row: Row) => boolean) | null;
};
export type Fate = "moved" | "left" | "entering" | null;

/** Rows that stand where they no longer belong, and rows to be placed; `placed` and `pending` are brought up to date. */
function takeChanges(
  pending: Set<string>,
  placed: Map<string, Row>,
  rows: ReadonlyMap<string, Row>,
): { gone: Set<Row>; come: Row[] } {
  const gone = new Set<Row>();
  const come: Row[] = [];
  for (const id of pending) {
    const before = placed.get(id);
    const after = rows.get(id);
    if (before === after) continue;
    if (before !== undefined) gone.add(before);
    if (after === undefined) placed.delete(id);
    else {
      come.push(after);
      placed.set(id, after);
    }
  }
  pending.clear();
  return { gone, come };
}

export function createListing(rows: ReadonlyMap<string, Row>, order: () => Order) {
  let all: Row[] = [];
  let shown: readonly Row[] = [];
  let placed = new Map<string, Row>();
  // made when first asked for after the list has changed
  let shownIds: Set<string> | null = null;
  const pending = new Set<string>();

  const setShown = (next: readonly Row[]) => {
    shown = next;
    shownIds = null;
  };

  /** Sorts everything anew. */
  function rebuild(): void {
    all = [...rows.values()].sort(order().compare);
    placed = new Map(rows);
    pending.clear();
    refilter();
  }

  function refilter(): void {
    const { passes } = order();
    setShown(passes === null ? all : all.filter(passes));
  }

  /** Puts everything that changed where it belongs, in one pass. False when there was nothing to do. */
  function place(): boolean {
    const { gone, come } = takeChanges(pending, placed, rows);
    if (gone.size + come.length === 0) return false;
    const { compare, passes } = order();
    const isWhole = shown === all;
    all = mergeRows(all, gone, come, compare);
    setShown(
      isWhole ? all : mergeRows(shown, gone, passes === null ? come : come.filter(passes), compare),
    );
    return true;
  }

  /** What would become of this row if the list were put in order now. */
  function weigh(id: string): Fate {
    shownIds ??= new Set(shown.map((row) => row.id));
    const { compare, passes } = order();
    const now = rows.get(id);
    const isShown = now !== undefined && (passes === null || passes(now));
    const before = placed.get(id);
    if (!shownIds.has(id) || before === undefined) return isShown ? "entering" : null;
    if (!isShown) return "left";
    const index = indexOfRow(shown, before, compare);
    return index >= 0 && wouldMove(shown, index, now, compare) ? "moved" : null;
  }

  return {
    rebuild,
    refilter,
    place,
    weigh,
    note: (id: string) => void pending.add(id),
    noteAll: () => {
      for (const id of placed.keys()) pending.add(id);
      for (const id of rows.keys()) pending.add(id);
    },
    pending: (): Iterable<string> => pending,
    shown: () => shown,
    isEmpty: () => all.length === 0,
  };
}
