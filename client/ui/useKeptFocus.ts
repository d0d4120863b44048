/** Where the line that has the keyboard goes away, the keyboard goes where it is told, and not to the top of the page. */
import { nextTick, watch, type Ref } from "vue";

/** `shown`: what the list shows; `otherwise`: gives the focus to what is there. */
export function useKeptFocus(
  list: Readonly<Ref<HTMLElement | null>>,
  shown: () => unknown,
  otherwise: () => void,
): void {
  watch(shown, () => {
    if (list.value?.contains(document.activeElement) !== true) return;
    void nextTick(() => document.activeElement === document.body && otherwise());
  });
}
