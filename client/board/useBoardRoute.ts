/** The address is the state: view, site and open order are read from it and written to it, so any of it can be pasted to a colleague. */
import { computed, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { useBoardList } from "../stores/board-list.ts";
import { queryFromView, viewFromQuery, type BoardView } from "../stores/board-view.ts";
import { useSession } from "../stores/session.ts";

export function useBoardRoute() {
  const route = useRoute();
  const router = useRouter();
  const list = useBoardList();
  const session = useSession();
  const orderId = computed(() =>
    typeof route.query["order"] === "string" ? route.query["order"] : "",
  );

  function write(view: BoardView, order: string): Promise<unknown> {
    const query = {
      site: session.siteId,
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

  return {
    orderId,
    open: (id: string) => write(list.view, id),
    close: () => write(list.view, ""),
    /** Shows another view now and writes it to the address. */
    show(change: Partial<BoardView>): void {
      const next = { ...list.view, ...change };
      list.show(next);
      void write(next, orderId.value);
    },
  };
}
export type BoardRoute = ReturnType<typeof useBoardRoute>;
