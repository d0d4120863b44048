/** A list that holds still while somebody has a hand on it: what is in it shows its newest state, what came, went or would stand elsewhere waits and is counted. */
import { computed, shallowRef, watch } from "vue";
import type { InboxItem } from "./inbox-model.ts";

export function useStillList(
  fresh: () => readonly InboxItem[],
  isHeld: () => boolean,
  /** when this changes it is another list */
  of: () => string,
) {
  const order = shallowRef<readonly string[]>([]);
  const settle = (): void => void (order.value = fresh().map(({ id }) => id));

  watch(of, settle);
  watch(
    [fresh, isHeld],
    ([, held]) => {
      if (!held || order.value.length === 0) settle();
    },
    { immediate: true },
  );

  const items = computed(() => {
    const now = new Map(fresh().map((item) => [item.id, item]));
    return order.value.flatMap((id) => now.get(id) ?? []);
  });
  /** how many would come, go or move */
  const waiting = computed(() => {
    const next = fresh().map(({ id }) => id);
    const known = new Set(order.value);
    const came = next.filter((id) => !known.has(id)).length;
    const there = new Set(next);
    const went = order.value.filter((id) => !there.has(id)).length;
    const stayed = order.value.filter((id) => there.has(id));
    const moved = next.filter((id) => known.has(id)).filter((id, at) => stayed[at] !== id).length;
    return came + went + moved;
  });
  return { items, waiting, settle };
}
