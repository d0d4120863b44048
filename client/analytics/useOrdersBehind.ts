/** The orders behind a number, page by page. Where few fit among many the server answers with what it found so far: then it is asked on, until a page is full or somebody stops it. */
import { ref, shallowRef, watch } from "vue";
import type {
  IncidentBehind,
  IncidentsBehind,
  OrderBehind,
  OrdersBehind,
} from "../../domain/contract/analytics.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import type { First } from "./orders-model.ts";
import { useQuestion } from "./useQuestion.ts";

const PAGE = 100;

export function useOrdersBehind(topic: () => string, query: () => Record<string, string>) {
  const items = shallowRef<readonly (OrderBehind | IncidentBehind)[]>([]);
  const first = shallowRef<First>(null);
  const next = ref<string | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const { run, ...question } = useQuestion();

  async function readPages(signal: AbortSignal): Promise<void> {
    const wanted = items.value.length + PAGE;
    do {
      const left = String(wanted - items.value.length);
      const cursor = next.value === null ? {} : { cursor: next.value };
      const words = new URLSearchParams({ ...query(), limit: left, ...cursor });
      const path = `/api/v1/analytics/${topic()}/orders?${words.toString()}`;
      const page = await http<OrdersBehind | IncidentsBehind>("GET", path, { signal });
      if (signal.aborted) return;
      first.value ??= page;
      items.value = [...items.value, ...page.items];
      next.value = page.next;
    } while (next.value !== null && items.value.length < wanted);
  }

  const more = (): Promise<void> =>
    run(async (signal) => {
      problem.value = null;
      await readPages(signal).catch((error: unknown) => {
        if (!signal.aborted) problem.value = problemOf(error);
      });
    });

  watch(
    () => JSON.stringify([topic(), query()]),
    () => {
      [items.value, first.value, next.value] = [[], null, null];
      void more();
    },
    { immediate: true },
  );
  return { ...question, items, first, next, problem, more };
}
