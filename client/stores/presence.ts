/** Who else looks at what: so that two people do not solve the same thing. What this page looks at is said by the feed. */
import { defineStore } from "pinia";
import { shallowReactive, shallowRef } from "vue";
import type { PresenceChanged, PresenceLook } from "../../domain/contract/realtime.ts";

const NOBODY: readonly string[] = [];
const keyOf = ({ orderId, incidentId }: PresenceLook): string =>
  incidentId === undefined ? `order ${orderId}` : `incident ${incidentId}`;

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
  const clear = (): void => seen.clear();
  /** Those who look at it besides `me`. */
  const others = (at: PresenceLook, me: string): readonly string[] =>
    (seen.get(keyOf(at)) ?? NOBODY).filter((name) => name !== me);

  return { looking, take, look, clear, others };
});
