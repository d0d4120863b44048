/** How many alarms reach this person, as the server last counted them; null while that is not known. */
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { AlarmLoad } from "../../domain/contract/alarms.ts";

export const useAlarmLoad = defineStore("alarm-load", () => {
  const load = shallowRef<AlarmLoad | null>(null);
  return {
    load,
    /** only causes that can still be saved are in front, and sound */
    isFlood: computed(() => (load.value?.own.floodSince ?? null) !== null),
  };
});
