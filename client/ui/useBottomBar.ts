/** A bar at the bottom of the page says how high it is, so that what is told in the corner stands above it and not on its buttons. */
import { useResizeObserver } from "@vueuse/core";
import { onScopeDispose, watch, type Ref } from "vue";

const HEIGHT = "--bottom-bar";

export function useBottomBar(bar: Readonly<Ref<HTMLElement | null>>): void {
  const { style } = document.documentElement;
  const tell = (): void => style.setProperty(HEIGHT, `${bar.value?.offsetHeight ?? 0}px`);
  watch(bar, tell, { flush: "post" });
  useResizeObserver(bar, tell);
  onScopeDispose(() => style.removeProperty(HEIGHT));
}
