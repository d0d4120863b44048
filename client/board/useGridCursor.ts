/** The one row that the keyboard is on. It is known by id, so it stays the same order when the list moves. */
import { computed, ref, watch, type Ref } from "vue";
import { isGroup, type Entry } from "../stores/board-groups.ts";

export const keyOf = (entry: Entry): string => (isGroup(entry) ? `group ${entry.group}` : entry.id);

export function useGridCursor(entries: Ref<readonly Entry[]>) {
  const key = ref("");
  /** -1 when the row is not in the list (any more) */
  const index = computed(() =>
    key.value === "" ? -1 : entries.value.findIndex((entry) => keyOf(entry) === key.value),
  );
  const entry = computed(() => entries.value[index.value]);
  const rowId = computed(() => {
    const current = entry.value;
    return current === undefined || isGroup(current) ? "" : current.id;
  });

  /** the focus is on it, or will be again when a sheet or menu over the page closes */
  const isFocused = ref(false);
  // a row that left the page took the focus with it, and says nothing of that
  watch(rowId, (id) => {
    if (id === "") isFocused.value = false;
  });
  const focusedId = computed(() => (isFocused.value ? rowId.value : ""));

  function to(target: number): number {
    const last = entries.value.length - 1;
    const next = Math.max(0, Math.min(last, target));
    const found = entries.value[next];
    if (found === undefined) return -1;
    key.value = keyOf(found);
    return next;
  }

  /** Steps over rows only (`isRow`): what the drawer walks along. */
  function stepRow(step: 1 | -1): string | null {
    for (let at = index.value + step; at >= 0 && at < entries.value.length; at += step) {
      const found = entries.value[at];
      if (found !== undefined && !isGroup(found)) {
        key.value = found.id;
        return found.id;
      }
    }
    return null;
  }

  return { key, index, entry, rowId, isFocused, focusedId, to, stepRow };
}
export type GridCursor = ReturnType<typeof useGridCursor>;
