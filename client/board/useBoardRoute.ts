/** The address is the state: view, site and open order are read from it and written to it, so any of it can be pasted to a colleague. */
import { computed, watch, type ComputedRef } from "vue";
import { useRoute, useRouter, type LocationQuery } from "vue-router";
import type { SavedView } from "../../domain/contract/views.ts";
import { useBoardList } from "../stores/board-list.ts";
import {
  addressOf,
  DEFAULT_VIEW,
  queryFromView,
  viewFromAddress,
  viewFromQuery,
  type BoardView,
} from "../stores/board-view.ts";
import { useSession } from "../stores/session.ts";
import { ALL_ORDERS, useViews } from "../stores/views.ts";

function wordIn(query: LocationQuery, name: string): string {
  const value = query[name];
  return typeof value === "string" ? value : "";
}
const isNameless = (query: LocationQuery): boolean =>
  wordIn(query, "view") + wordIn(query, "order") + addressOf(viewFromQuery(query)) === "";

/** While the address names nothing: what somebody, or the site's leads, chose for that, once the views of its site are known. */
function useStart(): ComputedRef<SavedView | null> {
  const route = useRoute();
  const session = useSession();
  const views = useViews();
  return computed(() => {
    const site = wordIn(route.query, "site") || session.siteId;
    const isKnown = route.path === "/board" && views.site === site && session.siteId === site;
    return isKnown && isNameless(route.query) ? views.start : null;
  });
}

export function useBoardRoute() {
  const route = useRoute();
  const router = useRouter();
  const list = useBoardList();
  const session = useSession();
  const views = useViews();
  const word = (name: string): string => wordIn(route.query, name);
  const orderId = computed(() => word("order"));
  const viewId = computed(() => (word("view") === ALL_ORDERS ? "" : word("view")));

  function write(view: BoardView, order: string, saved: string): Promise<unknown> {
    const named = {
      ...(saved === "" ? {} : { view: saved }),
      ...queryFromView(view),
      ...(order === "" ? {} : { order }),
    };
    // said, where an address that names nothing would open something else
    const isSaid = Object.keys(named).length > 0 || views.start === null;
    const query = { site: session.siteId, ...(isSaid ? named : { view: ALL_ORDERS }) };
    return router.replace({ path: "/board", query });
  }

  // Only the part of the address that is the view: opening an order must not put the list in order.
  const viewKey = computed(() => JSON.stringify(viewFromQuery(route.query)));
  watch(
    viewKey,
    (key) => {
      if (route.path !== "/board" || key === JSON.stringify(list.view)) return;
      list.show(viewFromQuery(route.query));
    },
    { immediate: true },
  );

  function openView(view: SavedView | null): void {
    const next = view === null ? DEFAULT_VIEW : viewFromAddress(view.query);
    list.show(next);
    void write(next, orderId.value, view?.id ?? "");
  }
  // `?view=hall-a` alone, as somebody types it: what was saved under that name, once it is known.
  // Told by its text, so that a list that is read again does not open it again.
  watch(
    () => views.find(viewId.value)?.query ?? "",
    (query) => {
      const view = views.find(viewId.value);
      if (view !== undefined && query !== "" && addressOf(list.view) === "") openView(view);
    },
    { immediate: true },
  );

  watch(useStart(), (view) => view !== null && openView(view), { immediate: true });

  return {
    orderId,
    viewId,
    open: (id: string) => write(list.view, id, viewId.value),
    close: () => write(list.view, "", viewId.value),
    openView,
    /** It was saved under this id. */
    named: (id: string) => write(list.view, orderId.value, id),
    /** Shows another view now and writes it to the address. */
    show(change: Partial<BoardView>): void {
      const next = { ...list.view, ...change };
      list.show(next);
      void write(next, orderId.value, viewId.value);
    },
  };
}
export type BoardRoute = ReturnType<typeof useBoardRoute>;
