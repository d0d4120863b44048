/**
 * What the board shows and in which order. Values change in place at once; the order changes four times a second (`settle`), and not at all
 * while somebody looks at it closely: pointer over the list, a row focused or selected, the drawer open, or held by hand (screens, 4.4).
 */
import { defineStore } from "pinia";
import { computed, ref, shallowReactive, shallowRef, toRaw } from "vue";
import type { Row } from "../../domain/board.ts";
import type { Severity } from "../../domain/stages.ts";
import { useBoard } from "./board.ts";
import {
  compareOf,
  DEFAULT_VIEW,
  groupOf,
  matcherOf,
  type BoardView,
  type GroupOf,
  type Match,
} from "./board-view.ts";
import { useConnection } from "./connection.ts";
import { indexOfRow, mergeRows, wouldMove } from "./ordered-rows.ts";

export type Group = {
  group: string;
  label: string;
  count: number;
  severities: Partial<Record<Severity, number>>;
  isClosed: boolean;
};
export type Entry = Row | Group;
export const isGroup = (entry: Entry): entry is Group => "group" in entry;

/** Why the order stands still. */
export type Hold = "pointer" | "focus" | "selection" | "drawer" | "hand";
export const SETTLE_MS = 2_000;
// Filters by time left change without any row changing.
const REFILTER_MS = 5_000;

function grouped(rows: readonly Row[], by: GroupOf, closed: ReadonlySet<string>): Entry[] {
  const entries: Entry[] = [];
  let group: Group | null = null;
  for (const row of rows) {
    const key = by.key(row);
    if (group === null || group.group !== key) {
      const label = by.label(key, row);
      group = { group: key, label, count: 0, severities: {}, isClosed: closed.has(key) };
      entries.push(group);
    }
    group.count += 1;
    group.severities[row.sev] = (group.severities[row.sev] ?? 0) + 1;
    if (!group.isClosed) entries.push(row);
  }
  return entries;
}

export const useBoardList = defineStore("board-list", () => {
  const board = useBoard();
  const connection = useConnection();
  const rows = toRaw(board.rows);

  const view = shallowRef<BoardView>(DEFAULT_VIEW);
  let compare = compareOf(view.value);
  let match: Match = matcherOf(view.value);
  const closedGroups = shallowRef<ReadonlySet<string>>(new Set());

  // every open order, and those that pass the filters: rows as they were when they were placed
  let all: Row[] = [];
  let shown: Row[] = [];
  let placed = new Map<string, Row>();
  let shownIds: Set<string> | null = null;
  const pending = new Set<string>();
  const fresh = new Set<string>();
  let isAllNew = true;
  let filteredAt = 0;

  const entries = shallowRef<readonly Entry[]>([]);
  const shownCount = ref(0);
  const holds = shallowReactive(new Set<Hold>());
  let releasedAt = -Infinity;
  /** rows that would move (`moved`) or no longer belong here (`left`), while the order stands still */
  const drift = shallowReactive(new Map<string, "moved" | "left">());
  const entering = new Set<string>();
  const waiting = ref(0);

  board.onChange((ids) => {
    if (ids === null) {
      isAllNew = true;
      return;
    }
    for (const id of ids) {
      pending.add(id);
      fresh.add(id);
    }
  });

  const passes = (row: Row) => match(row, connection.now);

  function publish(): void {
    const by = groupOf(view.value);
    entries.value = by === null ? shown : grouped(shown, by, closedGroups.value);
    shownCount.value = shown.length;
    shownIds = null;
    drift.clear();
    entering.clear();
    fresh.clear();
    waiting.value = 0;
  }

  function refilter(): void {
    filteredAt = connection.now;
    shown = all.filter(passes);
  }

  function rebuild(): void {
    all = [...rows.values()].sort(compare);
    placed = new Map(rows);
    isAllNew = false;
    pending.clear();
    refilter();
    publish();
  }

  /** Puts everything that changed where it belongs, in one pass. */
  function place(): void {
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
    if (gone.size + come.length === 0 && drift.size + entering.size === 0) return;
    all = mergeRows(all, gone, come, compare);
    shown = mergeRows(shown, gone, come.filter(passes), compare);
    publish();
  }

  function driftOf(id: string): "moved" | "left" | "entering" | null {
    shownIds ??= new Set(shown.map((row) => row.id));
    const now = rows.get(id);
    const isShown = now !== undefined && passes(now);
    const before = placed.get(id);
    if (!shownIds.has(id) || before === undefined) return isShown ? "entering" : null;
    if (!isShown) return "left";
    const index = indexOfRow(shown, before, compare);
    return index >= 0 && wouldMove(shown, index, now, compare) ? "moved" : null;
  }

  /** While the order stands still: which rows would move, and how many wait. */
  function weigh(): void {
    for (const id of fresh) {
      const fate = driftOf(id);
      if (fate === "entering") entering.add(id);
      else entering.delete(id);
      if (fate === "moved" || fate === "left") drift.set(id, fate);
      else drift.delete(id);
    }
    fresh.clear();
    waiting.value = drift.size + entering.size;
  }

  const isHeld = (now: number) => holds.size > 0 || now - releasedAt < SETTLE_MS;
  const isEmpty = () => all.length === 0;

  /** Called four times a second with the browser's monotonic time. */
  function settle(now: number): void {
    const isFirst = isAllNew && (isEmpty() || board.loading !== null || !board.isKnown);
    if (isHeld(now) && !isFirst) {
      if (isAllNew) for (const id of new Set([...placed.keys(), ...rows.keys()])) pending.add(id);
      if (isAllNew) for (const id of pending) fresh.add(id);
      isAllNew = false;
      weigh();
      return;
    }
    if (isAllNew) rebuild();
    else place();
    if (view.value.actWithin > 0 && connection.now - filteredAt > REFILTER_MS) {
      refilter();
      publish();
    }
  }

  function hold(why: Hold, isOn: boolean): void {
    if (isOn) holds.add(why);
    else if (holds.delete(why) && holds.size === 0) releasedAt = performance.now();
  }

  /** The `.` key and the pill: take what waits now, or hold by hand, or let go. */
  function toggleStill(): void {
    if (waiting.value > 0) {
      holds.delete("hand");
      place();
    } else hold("hand", !holds.has("hand"));
  }

  /** Their own act, so it happens at once, held or not. */
  function show(next: BoardView): void {
    const isResorted =
      next.sort !== view.value.sort ||
      next.descending !== view.value.descending ||
      next.group !== view.value.group;
    view.value = next;
    match = matcherOf(next);
    compare = compareOf(next);
    if (isResorted || isAllNew) return rebuild();
    refilter();
    place();
    publish();
  }

  function toggleGroup(key: string): void {
    const next = new Set(closedGroups.value);
    if (!next.delete(key)) next.add(key);
    closedGroups.value = next;
    publish();
  }

  /** Rows of the view without groups, as placed: what "all in the filter" means. */
  const shownRows = (): readonly Row[] => shown;

  return {
    view,
    entries,
    shownCount,
    waiting,
    drift,
    holds,
    isStill: computed(() => holds.size > 0),
    isHeldByHand: computed(() => holds.has("hand")),
    settle,
    hold,
    toggleStill,
    show,
    toggleGroup,
    shownRows,
  };
});
