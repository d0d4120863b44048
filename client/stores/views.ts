/** Saved views of the site that is looked at: one's own and the shared ones. The network is in `board/useSavedViews.ts`. */
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { SavedView } from "../../domain/contract/views.ts";

export const useViews = defineStore("views", () => {
  const all = shallowRef<readonly SavedView[]>([]);
  return {
    all,
    own: computed(() => all.value.filter(({ isShared }) => !isShared)),
    shared: computed(() => all.value.filter(({ isShared }) => isShared)),
    /** one's own before the site's of the same name */
    find: (id: string): SavedView | undefined => all.value.find((view) => view.id === id),
    load: (items: readonly SavedView[]): void => void (all.value = items),
    clear: (): void => void (all.value = []),
  };
});
