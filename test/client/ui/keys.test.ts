import { expect, test, vi } from "vitest";
import { effectScope } from "vue";
import { createKeyReader, keyName, useKeys } from "../../../client/ui/keys.ts";

const key = (name: string, change: KeyboardEventInit = {}) =>
  keyName(new KeyboardEvent("keydown", { key: name, ...change }));

test("keys are named as they are printed", () => {
  expect(key("j")).toBe("J");
  expect(key("J", { shiftKey: true })).toBe("Shift+J");
  expect(key("?", { shiftKey: true })).toBe("?");
  expect(key("a", { metaKey: true })).toBe("Ctrl+A");
  expect(key("ArrowDown", { shiftKey: true })).toBe("Shift+ArrowDown");
  expect(key(" ")).toBe("Space");
});

test("a sequence works within its time and swallows its second key", () => {
  const [go, b, c] = [vi.fn(), vi.fn(), vi.fn()];
  const read = createKeyReader({ "G B": go, B: b, C: c });
  expect(read("G", 0)).toBeUndefined();
  expect(read("B", 500)).toBe(go);
  expect(read("B", 600)).toBe(b);
  expect(read("G", 1_000)).toBeUndefined();
  expect(read("C", 1_100)).toBeUndefined();
  expect(read("G", 2_000)).toBeUndefined();
  expect(read("B", 4_000)).toBe(b);
});

test("a field keeps its keys, but for the one that opens the palette", () => {
  const [palette, all, assign] = [vi.fn(), vi.fn(), vi.fn()];
  const scope = effectScope();
  scope.run(() => useKeys({ "Ctrl+K": palette, "Ctrl+A": all, A: assign }));
  const field = document.body.appendChild(document.createElement("input"));
  const press = (key: string, ctrlKey: boolean) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
  press("a", true);
  press("a", false);
  press("k", true);
  scope.stop();
  field.remove();
  expect([all, assign, palette].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1]);
});
