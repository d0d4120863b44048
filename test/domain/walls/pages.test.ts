import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf, pagesOf, sizeThatFits, widthOf } from "../../../domain/walls/pages.ts";

const words = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");

test("a text that is too long for one page comes in several of about the same length", () => {
  const text = "Overtime until 21:00, thank you. The new cartons stand at gate 4.";
  expect(pagesOf(text, 20, 8)).toEqual([text]);
  expect(pagesOf(text, 12, 3)).toEqual([
    "Overtime until 21:00, thank you. The new",
    "cartons stand at gate 4.",
  ]);
  expect(pagesOf("", 10, 2)).toEqual([""]);
});

test("nothing of a text is lost, and no line is wider than the room", () => {
  const anything = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }));
  fc.assert(
    fc.property(
      anything,
      fc.integer({ min: 3, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      (all, em, most) => {
        const text = all.join(" ");
        const joined = pagesOf(text, em, most).join(" ");
        expect(joined.replaceAll(/\s/gu, "")).toBe(text.replaceAll(/\s/gu, ""));
        for (const line of linesOf(text, em)) expect(widthOf(line)).toBeLessThanOrEqual(em);
        for (const page of pagesOf(text, em, most))
          expect(linesOf(page, em).length).toBeLessThanOrEqual(most);
      },
    ),
  );
});

test("words stay whole while a line has room for them", () => {
  const text = "Please take the small cartons first";
  expect(words(linesOf(text, 9).join(" "))).toEqual(words(text));
  expect(linesOf("Donaudampfschiff", 6).length).toBeGreaterThan(1);
});

test("a short text is as large as may be, a long one never smaller than it is read from afar", () => {
  const box = { width: 1840, height: 700, lineHeight: 1.2 };
  const sizes = { least: 102, largest: 200 };
  expect(sizeThatFits("Overtime today", box, sizes)).toBe(200);
  const middle = sizeThatFits(
    "Overtime until 21:00, thank you. Please take the small ones first.",
    box,
    sizes,
  );
  expect(middle).toBeGreaterThan(102);
  expect(middle).toBeLessThan(200);
  expect(sizeThatFits("m".repeat(160), box, sizes)).toBe(102);
});
