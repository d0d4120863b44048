/** Who else looks at what: so that two people do not solve the same thing. What this page looks at is said by the feed. */
import { defineStore } from "pinia";
import { shallowReactive, shallowRef } from "vue";
import type { PresenceChanged, PresenceLook } from "../../domain/contract/realtime.ts";

const NOBODY: readonly string[] = [];
/** One thing that is looked at. */
type Subject = { orderId: string } | { incidentId: string } | { viewId: string };

function keyOf({ orderId, incidentId, viewId }: PresenceLook): string {
  if (orderId !== undefined) return `order ${orderId}`;
  return incidentId === undefined ? `view ${viewId}` : `incident ${incidentId}`;
}

export const usePresence = defineStore("presence", () => {
  const looking = shallowRef<PresenceLook>({});
  const seen = shallowReactive(new Map<string, readonly string[]>());

  function take(changed: PresenceChanged): void {
    const key = keyOf(changed);
    if (changed.who.length === 0) seen.delete(key);
    else seen.set(key, changed.who);
  }
  /** Nothing named: this page looks away. */
  const look = (at: PresenceLook): void => void (looking.value = at);
  /** One of the things this page looks at, beside the others. */
  function lookAlso<K extends keyof PresenceLook>(what: K, id: string): void {
    const { [what]: _before, ...others } = looking.value;
    look(id === "" ? others : { ...others, [what]: id });
  }
  const clear = (): void => seen.clear();
  /** Those who look at it besides `me`. */
  const others = (at: Subject, me: string): readonly string[] =>
    (seen.get(keyOf(at)) ?? NOBODY).filter((name) => name !== me);

  return { looking, take, look, lookAlso, clear, others };
});
