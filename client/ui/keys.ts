/**
 * Single keys and short sequences (`G B`), live only while no field, menu or dialog has the focus (screens, 3.1).
 * Names: `J`, `Shift+J`, `Ctrl+A`, `.`, `?`, `Escape`, `ArrowDown`, `G B`. Ctrl stands for Cmd too.
 */
import { useEventListener, useLocalStorage } from "@vueuse/core";

const SEQUENCE_MS = 1_200;
const FIELD = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
const OVERLAY = "[data-modal], [role=menu], [data-reka-popper-content-wrapper]";

/** Off for people whose speech input would fire single keys (WCAG 2.1.4); Escape and Ctrl keys stay. */
export const areKeysOn = useLocalStorage("ct-keys", true);

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** `?` is printed with Shift on most keyboards: only letters and named keys carry their Shift. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key === " " ? "Space" : event.key;
  const isLetter = /^[a-z]$/i.test(key);
  const shift = event.shiftKey && (isLetter || key.length > 1) ? "Shift+" : "";
  const ctrl = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return ctrl + shift + (isLetter ? key.toUpperCase() : key);
}

const isElsewhere = (target: EventTarget | null) =>
  target instanceof Element && (target.closest(FIELD) !== null || target.closest(OVERLAY) !== null);

const isSingle = (name: string) => !name.startsWith("Ctrl+") && name !== "Escape";

/** Listens on the document while the component lives. A key that was used is not passed on. */
export function useKeys(keys: Keys): void {
  let first = "";
  let firstAt = -SEQUENCE_MS;
  useEventListener(document, "keydown", (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || isElsewhere(event.target)) return;
    const name = keyName(event);
    if (isSingle(name) && !areKeysOn.value) return;
    const isSecond = event.timeStamp - firstAt < SEQUENCE_MS;
    const run =
      (isSecond ? keys[`${first} ${name}`] : undefined) ??
      (isSecond && isPrefix(keys, first) ? undefined : keys[name]);
    first = name;
    firstAt = isPrefix(keys, name) ? event.timeStamp : -SEQUENCE_MS;
    if (run === undefined) return;
    event.preventDefault();
    run(event);
  });
}

const isPrefix = (keys: Keys, name: string) =>
  Object.keys(keys).some((key) => key.startsWith(`${name} `));
