/** Saved views of the site that is looked at: one's own and the shared ones, and which of them its board opens with. The network is in `board/useSavedViews.ts`. */
import { useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { SavedView } from "../../domain/contract/views.ts";

/** Stands in an address, and in what somebody chose, for the board without a view. No view can have this id. */
export const ALL_ORDERS = "_all";

const nameOf = ({ id, isShared }: SavedView): string => `${isShared ? "shared" : "own"} ${id}`;

/** What the board of a site opens with where the address names nothing: what somebody chose on this device, else what the site's leads did. */
function createStart(all: () => readonly SavedView[], site: () => string) {
  const chosen = useLocalStorage<Record<string, string>>("ct-start-views", {});
  const ofSite = computed(() => all().find(({ isDefault }) => isDefault === true));
  const own = computed(() => {
    const name = chosen.value[site()];
    if (name === ALL_ORDERS) return null;
    // one that was deleted is no choice any more
    return all().find((view) => nameOf(view) === name);
  });
  return {
    start: computed(() => (own.value === undefined ? (ofSite.value ?? null) : own.value)),
    /** whether somebody chose this for themselves; null: all orders */
    isChosen: (view: SavedView | null): boolean => own.value === view,
    choose(view: SavedView | null): void {
      const name = view === null ? ALL_ORDERS : nameOf(view);
      chosen.value = { ...chosen.value, [site()]: name };
    },
    /** what the site's leads chose, then */
    forgetChoice(): void {
      const { [site()]: _, ...others } = chosen.value;
      chosen.value = others;
    },
    siteDefault: ofSite,
  };
}

export const useViews = defineStore("views", () => {
  const all = shallowRef<readonly SavedView[]>([]);
  /** whose views these are; "" while they are not known */
  const site = ref("");
  function load(of: string, items: readonly SavedView[]): void {
    site.value = of;
    all.value = items;
  }
  return {
    all,
    site,
    own: computed(() => all.value.filter(({ isShared }) => !isShared)),
    shared: computed(() => all.value.filter(({ isShared }) => isShared)),
    /** one's own before the site's of the same name */
    find: (id: string): SavedView | undefined => all.value.find((view) => view.id === id),
    load,
    clear: (): void => load("", []),
    ...createStart(
      () => all.value,
      () => site.value,
    ),
  };
});
