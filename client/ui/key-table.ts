/** One table of keys a screen: what each does, in words and in deed. The sheet behind `?` shows the tables that are in force, so it cannot say anything else. */
import { computed, onScopeDispose, ref, shallowReactive } from "vue";
import { PASS, useKeys, type Keys } from "./keys.ts";

export type KeyEntry = {
  /** as `ui/keys.ts` names them; any of them does it */
  keys: readonly string[];
  /** printed instead of `keys`, when they are many */
  shown?: readonly string[];
  what: string;
  /** absent: the thing that has the focus answers by itself, and the sheet says so */
  run?: (event: KeyboardEvent) => unknown;
  /** not for everybody: then it neither works nor stands on the sheet */
  isFor?: () => boolean;
};
export type KeyTable = { title: string; entries: readonly KeyEntry[] };

/** the sheet of this page is open */
export const areKeysShown = ref(false);
export const showKeys = (): void => void (areKeysShown.value = true);

const tables = shallowReactive(new Map<symbol, KeyTable>());

const isInForce = ({ isFor }: KeyEntry) => isFor?.() ?? true;

/** What works now, the newest screen first; nothing of which nothing works. */
export const keyTables = computed<KeyTable[]>(() =>
  [...tables.values()]
    .map(({ title, entries }) => ({ title, entries: entries.filter(isInForce) }))
    .filter(({ entries }) => entries.length > 0)
    .toReversed(),
);

/** The deeds of a table by key. */
export function keysOfTable(entries: readonly KeyEntry[]): Keys {
  const keys: Record<string, (event: KeyboardEvent) => unknown> = {};
  for (const entry of entries) {
    const { run } = entry;
    if (run === undefined) continue;
    for (const key of entry.keys) keys[key] = (event) => (isInForce(entry) ? run(event) : PASS);
  }
  return keys;
}

/** In force while the component lives. */
export function useKeyTable(title: string, entries: readonly KeyEntry[]): void {
  const id = Symbol(title);
  tables.set(id, { title, entries });
  onScopeDispose(() => tables.delete(id));
  useKeys(keysOfTable(entries));
}

const PRINTED: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageDown: "PgDn",
  PageUp: "PgUp",
  Escape: "Esc",
};

/** What the sheet prints for an entry. */
export const printedKeys = ({ keys, shown }: KeyEntry): string[] =>
  (shown ?? keys).map((key) => printedKey(key));

/** `Shift+ArrowDown` as it is printed on the keys: `Shift ↓`. */
export const printedKey = (key: string): string =>
  key
    .split("+")
    .map((part) => PRINTED[part] ?? part)
    .join(" ");
