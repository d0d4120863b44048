/** Tells the others which order is read here, and who else reads it. */
import { computed, onScopeDispose, watch, type ComputedRef } from "vue";
import { usePresence } from "../stores/presence.ts";
import { useSession } from "../stores/session.ts";

/** @returns names of those who look at it besides this person */
export function useLooking(orderId: () => string): ComputedRef<readonly string[]> {
  const presence = usePresence();
  const session = useSession();
  watch(orderId, (id) => presence.lookAlso("orderId", id), { immediate: true });
  onScopeDispose(() => presence.lookAlso("orderId", ""));
  return computed(() =>
    orderId() === "" ? [] : presence.others({ orderId: orderId() }, session.view?.name ?? ""),
  );
}
