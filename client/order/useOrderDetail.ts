/**
 * One order, kept current: asked for when another id is looked at and, shortly after its board row has changed, again. Answers that were overtaken are
 * dropped. What was read before stays on screen when a later try fails, with the reason.
 */
import { useDebounceFn } from "@vueuse/core";
import { computed, onScopeDispose, shallowRef, watch } from "vue";
import type { OrderDetail } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import { useBoard } from "../stores/board.ts";
import { useActionStore } from "./actions.ts";
import { type OrderView, readDetail } from "./order-view.ts";

export type OrderState =
  | { kind: "loading" }
  /** `problem`: the last try to read it again failed */
  | { kind: "ready"; view: OrderView; problem: Problem | null }
  | { kind: "waiting"; waiting: number | null; problem: Problem }
  | { kind: "missing" }
  | { kind: "failed"; problem: Problem };

const REFETCH_MS = 250;

/** The pages of an order live under its site, which is named in every call: a person may have several. */
export const orderPath = (site: string, id: string, rest = ""): string =>
  `/api/v1/orders/${encodeURIComponent(id)}${rest}?site=${encodeURIComponent(site)}`;

const waitingOf = (problem: Problem): number | null => {
  const { waiting } = problem as Problem & { waiting?: unknown };
  return typeof waiting === "number" ? waiting : null;
};

/** What the screen shows after a failed try: an order that was read stays. */
export function stateAfter(problem: Problem, before: OrderState): OrderState {
  if (problem.code === "CT_ERR_ORDER_WAITING")
    return { kind: "waiting", waiting: waitingOf(problem), problem };
  if (problem.status === 404) return { kind: "missing" };
  return before.kind === "ready" ? { ...before, problem } : { kind: "failed", problem };
}

export type OrderKey = { site: string; id: string };

/** @param key which order; another key starts anew */
export function useOrderDetail(key: () => OrderKey) {
  const board = useBoard();
  const actions = useActionStore();
  const row = computed(() => board.rows.get(key().id) ?? null);
  const state = shallowRef<OrderState>({ kind: "loading" });
  let running: AbortController | null = null;

  async function read(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const { site, id } = key();
    try {
      const detail = await http<OrderDetail>("GET", orderPath(site, id), { signal: mine.signal });
      if (running === mine)
        state.value = { kind: "ready", view: readDetail(detail), problem: null };
    } catch (error) {
      if (running === mine) state.value = stateAfter(problemOf(error), state.value);
    }
  }

  const readSoon = useDebounceFn(read, REFETCH_MS, { maxWait: 4 * REFETCH_MS });

  watch(
    key,
    (now, before) => {
      if (before !== undefined && now.id === before.id && now.site === before.site) return;
      state.value = { kind: "loading" };
      void read();
    },
    { immediate: true },
  );
  watch([() => row.value?.v, () => actions.taken], () => void readSoon());
  onScopeDispose(() => {
    running?.abort();
    running = null;
  });

  return { row, state, read };
}
