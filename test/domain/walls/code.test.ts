import { expect, test } from "vitest";
import fc from "fast-check";
import { CODE_LETTERS, codeOf, shownCode, typedCode } from "../../../domain/walls/code.ts";

test("a code has eight letters of twenty, and comes back from how people type it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
      const code = codeOf(bytes);
      if (code === null) return;
      expect(code).toHaveLength(8);
      expect(typedCode(shownCode(code))).toBe(code);
      expect(typedCode(` ${code.toLowerCase()} `)).toBe(code);
    }),
  );
});

test("every letter is as likely as any other", () => {
  const every = Array.from({ length: 256 }, (_, byte) => byte);
  const counts = new Map<string, number>();
  for (const byte of every) {
    const code = codeOf([byte, ...Array.from({ length: 7 }, () => 0)]);
    if (byte < 240) counts.set(code?.[0] ?? "", (counts.get(code?.[0] ?? "") ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted().join("")).toBe(CODE_LETTERS);
  expect(new Set(counts.values())).toEqual(new Set([12]));
});

test("bytes that would make a letter likelier are thrown away, and too few are no code", () => {
  expect(codeOf(Array.from({ length: 64 }, () => 255))).toBeNull();
  expect(codeOf([1, 2, 3])).toBeNull();
});

test("what cannot be a code is none", () => {
  for (const text of ["", "BCDFGHJ", "BCDFGHJKL", "ABCDFGHJ", "BCDF_GHJK", "1234-5678"])
    expect(typedCode(text)).toBeNull();
});
