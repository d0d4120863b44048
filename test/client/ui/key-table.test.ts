import { effectScope } from "vue";
import { afterEach, expect, test, vi } from "vitest";
import { keyTables, printedKeys, useKeyTable } from "../../../client/ui/key-table.ts";
import { boardKeys, type BoardDeeds } from "../../../client/board/board-keys.ts";

const scopes: { stop: () => void }[] = [];
function inForce(...tables: Parameters<typeof useKeyTable>[]): void {
  for (const table of tables) {
    const scope = effectScope();
    scope.run(() => useKeyTable(...table));
    scopes.push(scope);
  }
}
const press = (key: string): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
};
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()));

test("the sheet shows what is in force, the newest screen first, and forgets what is gone", () => {
  const entry = { keys: ["J"], what: "next", run: vi.fn() };
  inForce(["Everywhere", [{ ...entry, keys: ["?"] }]], ["Board", [entry]]);
  expect(keyTables.value.map(({ title }) => title)).toEqual(["Board", "Everywhere"]);
  scopes[1]?.stop();
  expect(keyTables.value.map(({ title }) => title)).toEqual(["Everywhere"]);
});

test("what is not for this person neither works nor stands on the sheet, and the key goes on to the next", () => {
  const [guarded, open] = [vi.fn(), vi.fn()];
  inForce(
    ["Selection", [{ keys: ["C"], what: "assign", run: guarded, isFor: () => false }]],
    ["Order", [{ keys: ["C"], what: "assign", run: open }]],
  );
  expect(press("c").defaultPrevented).toBe(true);
  expect(guarded).not.toHaveBeenCalled();
  expect(open).toHaveBeenCalledOnce();
  expect(keyTables.value.flatMap(({ entries }) => entries)).toHaveLength(1);
});

test("a table of which nothing works now has no heading on the sheet", () => {
  inForce(["The row", [{ keys: ["C"], what: "assign", run: vi.fn(), isFor: () => false }]]);
  expect(keyTables.value).toEqual([]);
});

test("one key of the board does one thing, and each is printed", () => {
  const deeds = new Proxy({}, { get: () => () => undefined }) as BoardDeeds;
  const entries = boardKeys(deeds);
  const keys = entries.flatMap((entry) => entry.keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(entries.flatMap(printedKeys)).toContain("V 1 … 9");
  expect(entries.flatMap(printedKeys)).toContain("Shift ↓");
});

test("V and a digit opens the saved view of that number", () => {
  const openView = vi.fn();
  const deeds = new Proxy(
    { openView },
    {
      get: (target, name) => (name === "openView" ? target.openView : () => undefined),
    },
  ) as unknown as BoardDeeds;
  inForce(["Board", boardKeys(deeds)]);
  press("v");
  press("3");
  expect(openView).toHaveBeenCalledExactlyOnceWith(3);
});
