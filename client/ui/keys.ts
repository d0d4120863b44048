/**
 * Single keys and short sequences (`G B`), live only while no field, menu or dialog has the focus (screens, 3.1).
 * Names: `J`, `Shift+J`, `Ctrl+A`, `.`, `?`, `Escape`, `ArrowDown`, `G B`. Ctrl stands for Cmd too.
 */
import { useEventListener, useLocalStorage } from "@vueuse/core";

const SEQUENCE_MS = 1_200;
const FIELD = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
/** What no field has a use for: the palette opens from where one writes, too. */
const IN_FIELDS: ReadonlySet<string> = new Set(["Ctrl+K"]);
const OVERLAY = "[data-modal], [role=menu], [data-reka-popper-content-wrapper]";

/** Off for people whose speech input would fire single keys (WCAG 2.1.4); Escape and Ctrl keys stay. */
export const areKeysOn = useLocalStorage("ct-keys", true);

/** What a key answers when it does nothing here: whoever comes next may have it. */
export const PASS = Symbol("pass");

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** `?` is printed with Shift on most keyboards: only letters and named keys carry their Shift. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key === " " ? "Space" : event.key;
  const isLetter = /^[a-z]$/i.test(key);
  const shift = event.shiftKey && (isLetter || key.length > 1) ? "Shift+" : "";
  const ctrl = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return ctrl + shift + (isLetter ? key.toUpperCase() : key);
}

/** In a dialog, a sheet or a menu, which gives the focus back when it closes. */
export const isInOverlay = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(OVERLAY) !== null;

const isInField = (target: EventTarget | null) =>
  target instanceof Element && target.closest(FIELD) !== null;
const isElsewhere = (target: EventTarget | null, name: string) =>
  isInOverlay(target) || (isInField(target) && !IN_FIELDS.has(name));

const isSingle = (name: string) => !name.startsWith("Ctrl+") && name !== "Escape";

const isPrefix = (keys: Keys, name: string) =>
  Object.keys(keys).some((key) => key.startsWith(`${name} `));

/** Finds what a key does, remembering the first key of a sequence for a moment. */
export function createKeyReader(
  keys: Keys,
): (name: string, at: number) => Keys[string] | undefined {
  let first = "";
  let firstAt = -SEQUENCE_MS;
  return (name, at) => {
    const isSecond = first !== "" && at - firstAt < SEQUENCE_MS;
    const run = isSecond ? keys[`${first} ${name}`] : keys[name];
    first = !isSecond && isPrefix(keys, name) ? name : "";
    firstAt = at;
    return run;
  };
}

/** Listens on the document while the component lives. A key that was used is not passed on. */
export function useKeys(keys: Keys): void {
  const read = createKeyReader(keys);
  useEventListener(document, "keydown", (event: KeyboardEvent) => {
    const name = keyName(event);
    if (event.defaultPrevented || event.altKey || isElsewhere(event.target, name)) return;
    if (isSingle(name) && !areKeysOn.value) return;
    const run = read(name, event.timeStamp);
    if (run === undefined) return;
    if (run(event) !== PASS) event.preventDefault();
  });
}
