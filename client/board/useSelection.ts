/** Rows chosen for a bulk action, by id; they stay chosen when they change or move. */
import { computed, shallowReactive } from "vue";

export function useSelection() {
  const ids = shallowReactive(new Set<string>());
  return {
    ids,
    count: computed(() => ids.size),
    toggle(id: string): void {
      if (!ids.delete(id)) ids.add(id);
    },
    add(id: string): void {
      ids.add(id);
    },
    replace(all: Iterable<string>): void {
      ids.clear();
      for (const id of all) ids.add(id);
    },
    clear: () => ids.clear(),
  };
}
export type Selection = ReturnType<typeof useSelection>;
