import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignSlots, type Slot } from "../../../client/board/row-slots.ts";

const rows = (...keys: string[]) => keys.map((key) => ({ key, kind: "row" }));
const slotOf = (slots: readonly Slot[], key: string) =>
  slots.find((slot) => slot.key === key)?.slot;

describe("elements of the list", () => {
  test("are taken over by what comes into view, and kept by what stays", () => {
    const before = assignSlots([], rows("a", "b", "c"), "");
    const after = assignSlots(before, rows("c", "d", "e"), "");
    expect(slotOf(after, "c")).toBe(slotOf(before, "c"));
    expect(after.map(({ slot }) => slot).toSorted()).toEqual([0, 1, 2]);
  });

  test("are not given to another order while they have the keyboard", () => {
    const before = assignSlots([], rows("a", "b"), "");
    const after = assignSlots(before, rows("b", "c"), "a");
    expect(after.map(({ slot }) => slot)).not.toContain(slotOf(before, "a"));
  });

  test("of a row never become those of a group", () => {
    const before = assignSlots([], rows("a"), "");
    const [group] = assignSlots(before, [{ key: "group x", kind: "group" }], "");
    expect(group?.slot).not.toBe(before[0]?.slot);
  });

  test("show one entry each, whatever is scrolled to, and are no more than were shown at once", () => {
    const window = fc.record({ from: fc.nat(200), length: fc.nat(20), focus: fc.nat(220) });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 30 }), (windows) => {
        let slots: Slot[] = [];
        for (const { from, length } of windows) {
          const keys = Array.from({ length }, (_, at) => String(from + at));
          const next = assignSlots(slots, rows(...keys), "");
          expect(next.map(({ key }) => key)).toEqual(keys);
          expect(new Set(next.map(({ slot }) => slot)).size).toBe(length);
          slots = next;
        }
      }),
    );
  });
});
