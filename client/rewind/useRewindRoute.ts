/** The address of a moment: site, moment, filters and the order that is read; any of it can be sent to a colleague. */
import { useThrottleFn } from "@vueuse/core";
import { computed, watch } from "vue";
import { useRoute, useRouter, type LocationQueryRaw } from "vue-router";
import { usePastList } from "../stores/board-list.ts";
import { queryFromView, viewFromQuery, type BoardView } from "../stores/board-view.ts";
import { useSession } from "../stores/session.ts";
import { momentIn } from "./moment.ts";

/** While it plays the address follows at this pace. */
const WRITE_MS = 1_000;
const PATH = "/rewind";

export function useRewindRoute(moment: () => number) {
  const route = useRoute();
  const router = useRouter();
  const list = usePastList();
  const session = useSession();
  const order = computed(() =>
    typeof route.query["order"] === "string" ? route.query["order"] : "",
  );

  function write(view: BoardView, orderId: string): void {
    if (route.path !== PATH) return;
    const at = moment();
    const query: LocationQueryRaw = {
      site: session.siteId,
      ...(at === 0 ? {} : { at: new Date(at).toISOString() }),
      ...queryFromView(view),
      ...(orderId === "" ? {} : { order: orderId }),
    };
    void router.replace({ path: PATH, query });
  }

  watch(
    () => JSON.stringify(viewFromQuery(route.query)),
    (key) => {
      if (route.path === PATH && key !== JSON.stringify(list.view))
        list.show(viewFromQuery(route.query));
    },
    { immediate: true },
  );
  watch(
    moment,
    useThrottleFn(() => write(list.view, order.value), WRITE_MS, true),
  );

  return {
    order,
    /** what the address asks for; null for none */
    asked: computed(() => momentIn(route.query["at"])),
    open: (id: string) => write(list.view, id),
    close: () => write(list.view, ""),
    show(change: Partial<BoardView>): void {
      const next = { ...list.view, ...change };
      list.show(next);
      write(next, order.value);
    },
  };
}
