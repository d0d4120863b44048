/**
 * Actions on orders, for every screen that offers them: what is on its way, what came of it, the way back. One store, so that an action outlives the drawer
 * it was given in. The way to the server is handed in (`useOrderActions`), since stores know no network.
 */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { ActionName } from "../../domain/contract/api.ts";
import type { Queued } from "../realtime/action-queue.ts";

export type ActionRequest = {
  site: string;
  orderId: string;
  name: ActionName;
  body: Record<string, unknown>;
};
export type QueuedAction = Queued<ActionRequest>;

/** Incidents whose acknowledgement is not answered yet. */
export type Acknowledging = Queued<{ site: string; ids: readonly string[] }>;

/** A refusal of the kind that can be answered: somebody else was first. */
export type Conflict = { action: QueuedAction; words: string; owner: string | null };

export const useActionStore = defineStore("actions", () => {
  const onTheirWay = shallowRef<readonly QueuedAction[]>([]);
  const acknowledging = shallowRef<readonly Acknowledging[]>([]);
  const conflict = shallowRef<Conflict | null>(null);
  /** how many the server has taken: who shows an order reads it again when this moves, since closed orders have no row that would */
  const taken = ref(0);

  const of = (site: string, orderId: string): readonly QueuedAction[] =>
    onTheirWay.value.filter((action) => action.site === site && action.orderId === orderId);

  /** How many the server has not answered yet. */
  const kept = computed(() => onTheirWay.value.length + acknowledging.value.length);

  return { onTheirWay, acknowledging, kept, conflict, taken, of };
});
