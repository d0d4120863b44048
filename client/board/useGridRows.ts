/** Which entries of the list are in the page, and where: those in view, a few around them, and the one that has the keyboard. */
import { defaultRangeExtractor, useVirtualizer, type Range } from "@tanstack/vue-virtual";
import { computed, watch, type Ref } from "vue";
import { isGroup, type Entry, type Group } from "../stores/board-groups.ts";
import { GROUP_HEIGHT } from "./columns.ts";
import { assignSlots, type Slot } from "./row-slots.ts";
import { useBoardScene } from "./useBoardScene.ts";
import { keyOf, type GridCursor } from "./useGridCursor.ts";

export type GridItem = Slot & { entry: Entry; index: number; start: number; size: number };

type Grid = {
  scroller: Readonly<Ref<HTMLElement | null>>;
  cursor: GridCursor;
  rowHeight: Readonly<Ref<number>>;
  /** narrow: an order is a card */
  isCards: Readonly<Ref<boolean>>;
};

const OVERSCAN = 8;

export function useGridRows({ scroller, cursor, rowHeight, isCards }: Grid) {
  const { list } = useBoardScene();
  const heightOf = (index: number): number => {
    const entry = list.entries[index];
    return entry !== undefined && isGroup(entry) ? GROUP_HEIGHT : rowHeight.value;
  };
  // The row under the keyboard stays in the page when it is scrolled away: it keeps the focus.
  const range = (seen: Range): number[] => {
    const indexes = defaultRangeExtractor(seen);
    const kept = cursor.index.value;
    if (kept < 0 || indexes.includes(kept)) return indexes;
    return [...indexes, kept].sort((a, b) => a - b);
  };
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: list.entries.length,
      getScrollElement: () => scroller.value,
      estimateSize: heightOf,
      overscan: OVERSCAN,
      rangeExtractor: range,
      scrollPaddingStart: 0,
    })),
  );
  watch([rowHeight, () => (list.view.group === "none" ? null : list.entries)], () =>
    virtualizer.value.measure(),
  );
  const kindOf = (entry: Entry): string => {
    if (isGroup(entry)) return "group";
    return isCards.value ? "card" : "row";
  };
  /** In the order on the screen. */
  const shown = computed<GridItem[]>((before) => {
    const placed = virtualizer.value.getVirtualItems().flatMap(({ index, start, size }) => {
      const entry = list.entries[index];
      if (entry === undefined) return [];
      return [{ key: keyOf(entry), kind: kindOf(entry), entry, index, start, size }];
    });
    const slots = assignSlots(before ?? [], placed, cursor.key.value);
    return placed.map((item, at) => ({ ...item, slot: slots[at]?.slot ?? at }));
  });
  /** The head of the group that is being read, when its own has been scrolled away. */
  const stuckGroup = computed<Group | null>(() => {
    if (list.view.group === "none" || isCards.value) return null;
    const offset = virtualizer.value.scrollOffset ?? 0;
    const first = virtualizer.value.getVirtualItems().find((item) => item.end > offset)?.index ?? 0;
    for (let index = first; index >= 0; index -= 1) {
      const entry = list.entries[index];
      if (entry !== undefined && isGroup(entry)) return entry;
    }
    return null;
  });

  return { virtualizer, shown, stuckGroup };
}
