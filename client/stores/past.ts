/** The moment that rewind shows. While it is open the page claims nothing about now. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";

export const usePast = defineStore("past", () => {
  /** rewind is on the screen */
  const isOpen = ref(false);
  /** epoch ms; 0 before one is chosen */
  const now = ref(0);
  /** when what is shown was last changed; epoch ms, 0 before one is shown */
  const changedAt = ref(0);
  return { isOpen, now, changedAt, second: computed(() => Math.floor(now.value / 1_000) * 1_000) };
});
