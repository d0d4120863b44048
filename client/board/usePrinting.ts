/** True while the page is being printed, also when a test only pretends to. */
import { useEventListener, useMediaQuery } from "@vueuse/core";
import { computed, ref } from "vue";

export function usePrinting() {
  const isAsked = ref(false);
  const isPaper = useMediaQuery("print");
  useEventListener(window, "beforeprint", () => (isAsked.value = true));
  useEventListener(window, "afterprint", () => (isAsked.value = false));
  return computed(() => isAsked.value || isPaper.value);
}
