/** Going along the board, opening and closing, choosing: what rows, keys and pointer ask for. */
import { nextTick, type Ref } from "vue";
import { isGroup } from "../stores/board-groups.ts";
import { useBoardList } from "../stores/board-list.ts";
import type { BoardRoute } from "./useBoardRoute.ts";
import type { GridCursor } from "./useGridCursor.ts";
import type { Selection } from "./useSelection.ts";

/** What the moves need of the list that is on the screen. */
export type GridHandle = {
  reveal: () => void;
  focusIndex: (index: number) => Promise<void>;
  focusKey: () => void;
  pageSize: () => number;
  hasFocus: () => boolean;
};

export type MovesDeps = {
  route: Pick<BoardRoute, "orderId" | "open" | "close">;
  cursor: GridCursor;
  selection: Selection;
  grid: Readonly<Ref<GridHandle | null>>;
  /** a second window shows the order that the board is on */
  isBeside: () => boolean;
};

function createReading({ route, cursor, grid, isBeside }: MovesDeps) {
  async function open(id: string): Promise<void> {
    if (id === "") return;
    cursor.key.value = id;
    if (!isBeside()) await route.open(id);
  }
  async function close(): Promise<void> {
    // The focus goes to the order that was read last, not to the one that was opened first.
    const last = route.orderId.value;
    await route.close();
    await nextTick();
    cursor.key.value = last;
    grid.value?.focusKey();
  }
  function walk(step: 1 | -1): void {
    const next = cursor.stepRow(step);
    if (next === null) return;
    grid.value?.reveal();
    void route.open(next);
  }
  return { open, close, walk };
}

export function useBoardMoves(deps: MovesDeps) {
  const { route, cursor, selection, grid } = deps;
  const list = useBoardList();
  const reading = createReading(deps);

  function move(step: number): void {
    if (route.orderId.value !== "" && (step === 1 || step === -1)) return reading.walk(step);
    void grid.value?.focusIndex(cursor.index.value < 0 ? 0 : cursor.index.value + step);
  }
  function act(): void {
    const entry = cursor.entry.value;
    if (entry === undefined) return;
    if (isGroup(entry)) list.toggleGroup(entry.group);
    else void reading.open(entry.id);
  }
  function extend(step: 1 | -1): void {
    if (cursor.rowId.value !== "") selection.add(cursor.rowId.value);
    const next = cursor.stepRow(step);
    if (next === null) return;
    selection.add(next);
    void grid.value?.focusIndex(cursor.index.value);
  }
  function escape(): void {
    if (route.orderId.value !== "") void reading.close();
    else if (selection.count.value > 0) selection.clear();
    else if (grid.value?.hasFocus()) (document.activeElement as HTMLElement).blur();
  }
  return {
    ...reading,
    move,
    page: (direction: 1 | -1) => move(direction * (grid.value?.pageSize() ?? 1)),
    ends: (which: "first" | "last") =>
      grid.value?.focusIndex(which === "first" ? 0 : list.entries.length - 1),
    act,
    select: () => cursor.rowId.value !== "" && selection.toggle(cursor.rowId.value),
    selectAll: () => selection.replace(list.shownRows().map((row) => row.id)),
    extend,
    escape,
  };
}
