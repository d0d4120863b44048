/**
 * What the board shows and in which order. Values change in place at once; the order changes four times a second (`settle`), and not at all
 * while somebody looks at it closely: pointer over the list, a row focused or selected, the drawer open, or held by hand (screens, 4.4).
 */
import { defineStore } from "pinia";
import { ref, shallowReactive, shallowRef, toRaw, type ShallowUnwrapRef } from "vue";
import type { Row } from "../../domain/board.ts";
import { groupRows, type Entry } from "./board-groups.ts";
import { useBoard, usePastBoard, type BoardStore } from "./board.ts";
import {
  compareOf,
  DEFAULT_VIEW,
  groupOf,
  isFiltered,
  matcherOf,
  type BoardView,
} from "./board-view.ts";
import { useConnection } from "./connection.ts";
import { createListing } from "./listing.ts";
import { usePast } from "./past.ts";
import { createStillness } from "./stillness.ts";

// Filters by time left change without any row changing.
const REFILTER_MS = 5_000;

/** Rows that would move or no longer belong here while the order stands still, and how many wait in all. */
function createDrift() {
  const rows = shallowReactive(new Map<string, "moved" | "left">());
  const entering = new Set<string>();
  const waiting = ref(0);
  return {
    rows,
    waiting,
    set(id: string, fate: "moved" | "left" | "entering" | null): void {
      if (fate === "entering") entering.add(id);
      else entering.delete(id);
      if (fate === "moved" || fate === "left") rows.set(id, fate);
      else rows.delete(id);
      waiting.value = rows.size + entering.size;
    },
    clear(): void {
      rows.clear();
      entering.clear();
      waiting.value = 0;
    },
  };
}

const isResorted = (a: BoardView, b: BoardView) =>
  a.sort !== b.sort || a.descending !== b.descending || a.group !== b.group;

/** The view, compiled: one comparison and one test, made anew when it changes. */
function createViewing() {
  const view = shallowRef<BoardView>(DEFAULT_VIEW);
  let compare = compareOf(view.value);
  let match = matcherOf(view.value);
  return {
    view,
    order: (now: number) => ({
      compare,
      passes: isFiltered(view.value) ? (row: Row) => match(row, now) : null,
    }),
    /** True when everything has to be sorted anew. */
    set(next: BoardView): boolean {
      const isOther = isResorted(view.value, next);
      view.value = next;
      match = matcherOf(next);
      compare = compareOf(next);
      return isOther;
    },
  };
}

/** What is published: rows, or rows under headers that can be closed. */
function createEntries(view: () => BoardView) {
  const closed = new Set<string>();
  const entries = shallowRef<readonly Entry[]>([]);
  const shownCount = ref(0);
  let inOrder: readonly Row[] = [];
  // "nobody" and "no station" have the same key in two groupings
  const nameOf = (group: string) => `${view().group} ${group}`;
  return {
    entries,
    shownCount,
    rows: () => inOrder,
    set(rows: readonly Row[]): void {
      const by = groupOf(view());
      const grouped =
        by === null
          ? { rows, entries: rows }
          : groupRows(rows, by, (group) => closed.has(nameOf(group)));
      inOrder = grouped.rows;
      entries.value = grouped.entries;
      shownCount.value = rows.length;
    },
    toggle(group: string): void {
      const name = nameOf(group);
      if (!closed.delete(name)) closed.add(name);
    },
  };
}

/** What the site's store says while the list is kept. */
type Site = { now: () => number; isLoading: () => boolean; isKnown: () => boolean };

function createKeeper(rows: ReadonlyMap<string, Row>, site: Site) {
  const viewing = createViewing();
  const listing = createListing(rows, () => viewing.order(site.now()));
  const drift = createDrift();
  const shown = createEntries(() => viewing.view.value);
  // changed since the last look at what would move
  const fresh = new Set<string>();
  let isAllNew = true;
  let filteredAt = 0;

  function note(ids: Iterable<string> | null): void {
    if (ids === null) isAllNew = true;
    for (const id of ids ?? []) {
      listing.note(id);
      fresh.add(id);
    }
  }

  function publish(): void {
    shown.set(listing.shown());
    drift.clear();
    fresh.clear();
  }

  function refresh(isSorted: boolean): void {
    filteredAt = site.now();
    if (isSorted) listing.place();
    else listing.rebuild();
    if (isSorted) listing.refilter();
    isAllNew = false;
    publish();
  }

  function weigh(): void {
    if (isAllNew) listing.noteAll();
    for (const id of isAllNew ? listing.pending() : fresh) drift.set(id, listing.weigh(id));
    isAllNew = false;
    fresh.clear();
  }

  /** Puts the list in order now, held or not. */
  function place(): void {
    const isOld = viewing.view.value.actWithin > 0 && site.now() - filteredAt > REFILTER_MS;
    if (isAllNew) refresh(false);
    else if (isOld) refresh(true);
    else if (listing.place() || drift.waiting.value > 0) publish();
  }

  // A first snapshot and its pages are shown as they come, the last one too: there is nothing yet that could move under a hand.
  let wasLoading = false;
  function isFirst(): boolean {
    const isLast = wasLoading && isAllNew;
    wasLoading = site.isLoading();
    return wasLoading || isLast || (isAllNew && (listing.isEmpty() || !site.isKnown()));
  }
  const show = (next: BoardView) => refresh(!viewing.set(next) && !isAllNew);
  return { viewing, listing, drift, shown, note, publish, weigh, place, isFirst, show };
}

type Clock = { readonly now: number };

function createList(board: BoardStore, clock: Clock) {
  const keeper = createKeeper(toRaw(board.rows), {
    now: () => clock.now,
    isLoading: () => board.loading !== null,
    isKnown: () => board.isKnown,
  });
  const { drift, shown } = keeper;
  const { hold, isStill, isHeld, isHeldByHand } = createStillness(() => performance.now());
  board.onChange(keeper.note);

  /** Called four times a second with the browser's monotonic time. */
  function settle(now: number): void {
    const isFirst = keeper.isFirst();
    if (isHeld(now) && !isFirst) keeper.weigh();
    else keeper.place();
  }

  /** The `.` key and the pill: take what waits now, or hold by hand, or let go. */
  function toggleStill(): void {
    const isWaiting = drift.waiting.value > 0;
    hold("hand", !isWaiting && !isHeldByHand.value);
    if (isWaiting) keeper.place();
  }

  function toggleGroup(key: string): void {
    shown.toggle(key);
    keeper.publish();
  }

  return {
    view: keeper.viewing.view,
    entries: shown.entries,
    shownCount: shown.shownCount,
    waiting: drift.waiting,
    drift: drift.rows,
    isStill,
    isHeldByHand,
    hold,
    settle,
    toggleStill,
    toggleGroup,
    /** Puts the list in order now, whoever holds it. */
    place: keeper.place,
    /** Another view: their own act, so it happens at once, held or not. */
    show: keeper.show,
    /** rows of the view in their order, those of closed groups too: what "all in the filter" means */
    shownRows: shown.rows,
  };
}

export type ListStore = ShallowUnwrapRef<ReturnType<typeof createList>>;

export const useBoardList = defineStore("board-list", () =>
  createList(useBoard(), useConnection()),
);
/** The same of a moment that was, with a view of its own. */
export const usePastList = defineStore("past-list", () => createList(usePastBoard(), usePast()));
