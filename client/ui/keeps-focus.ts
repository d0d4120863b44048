/**
 * `v-keeps-focus` on a part of a page: where what had the keyboard goes away (a row that was deleted, a bar whose work is done), its neighbour gets it, and not the top of the page.
 * It watches the component that it is written in; a list in a component of its own needs one of its own.
 */
import type { ObjectDirective } from "vue";

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
/** `at`: where it stood among all that can have the focus */
type Last = { element: Element; at: number };
const lasts = new WeakMap<HTMLElement, Last>();

const focusablesIn = (part: HTMLElement): HTMLElement[] => [
  ...part.querySelectorAll<HTMLElement>(FOCUSABLE),
];

function remember(part: HTMLElement): void {
  const last = lasts.get(part);
  if (last === undefined || !part.contains(last.element)) return;
  last.at = focusablesIn(part).findIndex((one) => one === last.element);
}

/** The first that takes it, from its place on, else before it. */
function focusNeighbour(part: HTMLElement, at: number): void {
  const all = focusablesIn(part);
  const candidates = [...all.slice(at), ...all.slice(0, at).toReversed()];
  candidates.find((one) => {
    // what it stands beside is in view already
    one.focus({ preventScroll: true });
    return document.activeElement === one;
  });
}

function keep(part: HTMLElement): void {
  const last = lasts.get(part);
  if (last === undefined || last.element.isConnected) return;
  lasts.delete(part);
  if (document.activeElement === document.body && last.at >= 0) focusNeighbour(part, last.at);
}

export const vKeepsFocus: ObjectDirective<HTMLElement, undefined> = {
  mounted(part) {
    part.addEventListener("focusin", ({ target }) => {
      if (target instanceof Element) lasts.set(part, { element: target, at: -1 });
    });
    // who points beside everything wants nothing to have it
    part.addEventListener("pointerdown", () => lasts.delete(part), { capture: true });
  },
  beforeUpdate: remember,
  updated: keep,
};
