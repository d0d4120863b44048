import { describe, expect, test } from "vitest";
import { visible } from "../../../client/ui/visible-text.ts";

describe("a text on a page", () => {
  test.each([
    ["a right-to-left override", "SO-\u202e1001", "SO-\\u202e1001"],
    ["isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["marks", "a\u200eb\u200fc\u061c", "a\\u200eb\\u200fc\\u061c"],
    ["a NUL and a bell", "a\u0000b\u0007", "a\\u0000b\\u0007"],
    ["an escape sequence", "\u001b[31mred", "\\u001b[31mred"],
    ["a second set of controls", "\u0085\u009b", "\\u0085\\u009b"],
    ["what has no width", "a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\u00ad"],
  ])("shows %s", (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test.each([
    "two lines\nand a\ttab",
    "Ørsted Ærø, Łódź, Ünal",
    "مرحبا",
    "שלום 12",
    "हिन्दी में",
    "\u{1f469}\u200d\u{1f4bb}",
    "می\u200cخواهم",
    "<b>&amp;</b>",
  ])("leaves %s as it is", (text) => {
    expect(visible(text)).toBe(text);
  });

  test("is made of values as Vue makes it", () => {
    expect([visible(null), visible(undefined), visible(0), visible({ a: 1 })]).toEqual([
      "",
      "",
      "0",
      '{\n  "a": 1\n}',
    ]);
  });
});
