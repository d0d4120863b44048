/** The address is the state: view, site and open order are read from it and written to it, so any of it can be pasted to a colleague. */
import { computed, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
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
import { useViews } from "../stores/views.ts";

export function useBoardRoute() {
  const route = useRoute();
  const router = useRouter();
  const list = useBoardList();
  const session = useSession();
  const views = useViews();
  const word = (name: string): string => {
    const value = route.query[name];
    return typeof value === "string" ? value : "";
  };
  const orderId = computed(() => word("order"));
  const viewId = computed(() => word("view"));

  function write(view: BoardView, order: string, saved: string): Promise<unknown> {
    const query = {
      site: session.siteId,
      ...(saved === "" ? {} : { view: saved }),
      ...queryFromView(view),
      ...(order === "" ? {} : { order }),
    };
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
